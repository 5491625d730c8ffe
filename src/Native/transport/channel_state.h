/*
 * What a channel is made of. One gate guards all of it. Whoever waits while nobody reads becomes the leader and reads
 * for all (leader and followers); the others wait on a condition of their own and one of them is woken to lead next.
 */
#ifndef WINAPI_TRANSPORT_CHANNEL_STATE_H
#define WINAPI_TRANSPORT_CHANNEL_STATE_H

#include <pthread.h>

#include "clock.h"
#include "connection.h"
#include "settings.h"
#include "spin.h"
#include "winapi/channel.h"

/* What someone waits for that any call may free. */
enum wants { WANTS_SLOT = 1, WANTS_REGION = 2, WANTS_ROOM = 4, WANTS_CONNECTION = 8 };

/* The one in use, and those that end their last calls. */
enum { MOST_CONNECTIONS = 16 };

/* Waits in the line of followers; on its thread's stack. */
struct waiter {
    struct waiter *next;
    struct waiter *previous;
    pthread_cond_t *condition;
};

struct winapi_channel {
    pthread_mutex_t gate;
    pthread_cond_t changed; /* an attempt to connect has ended, or the channel was closed */
    int references;
    struct settings settings;
    bool closed;

    struct connection *current;
    struct connection *connections; /* all that have not ended */
    bool connecting;
    uint64_t attempts;
    winapi_error last_failure; /* of the last attempt; code OK where it succeeded */

    bool leading;
    bool polling; /* the leader has let go of the gate to wait */
    bool kicked;  /* the leader is to look up; atomic, with asleep */
    bool asleep;  /* it is in poll, or about to be */
    struct spin spin; /* the leader's */
    struct waiter *waiters;
    unsigned wants;   /* enum wants */
    uint64_t changes; /* counts what was noted */
    uint64_t progressed;

    int wake;  /* an eventfd that ends the leader's poll; as winapi_channel_kick does its spinning */
    int stop;  /* an eventfd that is readable once the channel is closed */
    int ready; /* an eventfd: callbacks are due (event loop) */
    int timer;
    int epoll;

    bool thread_runs;
    pthread_t thread;
    pthread_cond_t thread_wake;
    bool connector_runs;
    bool connector_ended;
    pthread_t connector;

    struct winapi_call *async_calls;
    struct completion *completions;
    struct completion *last_completion;

    uint64_t last_lease;
};

static inline void winapi_channel_lock(struct winapi_channel *channel) {
    (void)pthread_mutex_lock(&channel->gate);
}

static inline void winapi_channel_unlock(struct winapi_channel *channel) {
    (void)pthread_mutex_unlock(&channel->gate);
}

/* Unlocks at the end of a public function, and frees a channel that nobody holds any more. */
void winapi_channel_leave(struct winapi_channel *channel);

/* The connection that takes new calls, or NULL. */
struct connection *winapi_channel_usable(struct winapi_channel *channel);

/* Something that calls wait for was freed: wakes them, where some wait for it. */
void winapi_channel_note(struct winapi_channel *channel, unsigned wants);

/* Ends the wait of a leader on another thread. */
void winapi_channel_kick(struct winapi_channel *channel);

/* Wakes the thread or the event loop of the channel. */
void winapi_channel_wake_driver(struct winapi_channel *channel);

/* Sends what was appended to any connection; lets go of the gate meanwhile. */
void winapi_channel_flush(struct winapi_channel *channel);

/* When the next heartbeat is due. */
int64_t winapi_channel_next_beat(const struct winapi_channel *channel);

/*
 * Event loop, while nobody leads: has the host ring for what comes next, so that the channel's descriptor becomes readable.
 * To be called whenever the leader has read, and when a ring is full.
 */
void winapi_channel_arm(struct winapi_channel *channel);

/* Reads and dispatches once, if nobody else does, waiting until the time at most. */
void winapi_channel_lead(struct winapi_channel *channel, int64_t until);

/*
 * Before a call on a connection that nobody has read for a while: the host may have said goodbye or be gone, and the call
 * is better off with another connection. Never waits.
 */
void winapi_channel_look(struct winapi_channel *channel);

/* Leads or follows once: returns when something may have changed. */
void winapi_channel_wait(struct winapi_channel *channel, pthread_cond_t *condition, int64_t until);

/* After the last winapi_channel_wait: lets another waiter lead. */
void winapi_channel_pass_lead(struct winapi_channel *channel);

/* Has asynchronous calls go on; flushes. */
void winapi_channel_progress(struct winapi_channel *channel);

/* Connects, if there is no usable connection; lets go of the gate meanwhile. DEADLINE_EXCEEDED where the time came. */
winapi_status winapi_channel_ensure_connected(struct winapi_channel *channel, bool wait_for_ready, int64_t until,
                                              winapi_error *error);

/* Has a thread connect for asynchronous calls. */
void winapi_channel_connect_async(struct winapi_channel *channel);

/* Starts the channel's thread, unless the program drives the channel. */
void winapi_channel_start_thread(struct winapi_channel *channel);

/* Puts a connection into the event loop's set, or takes it out, or renews what it waits for. */
void winapi_channel_watch(struct winapi_channel *channel, struct connection *connection, bool watch);

/* Runs due callbacks, letting go of the gate for each. */
void winapi_channel_run_completions(struct winapi_channel *channel);

/* Ends asynchronous calls whose deadline has come; returns when the next one comes. */
int64_t winapi_channel_expire(struct winapi_channel *channel, int64_t now);

/* Whether asynchronous calls are under way. */
static inline bool winapi_channel_is_busy(const struct winapi_channel *channel) {
    return channel->async_calls != NULL;
}

#endif
