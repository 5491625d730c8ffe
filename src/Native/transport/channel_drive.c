/* Who drives asynchronous calls: the channel's own thread, or the program's event loop. */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "call_state.h"
#include "channel_state.h"
#include "failure.h"

void winapi_channel_run_completions(struct winapi_channel *channel) {
    while (channel->completions != NULL) {
        struct completion *completion = channel->completions;
        struct winapi_call *call = completion->call;
        channel->completions = completion->next;
        completion->next = NULL;
        completion->run(completion);
        winapi_call_progress(call);
        winapi_call_drop(call);
    }
}

/* After the call before: the list may have lost what came next. */
static struct winapi_call *next_of(struct winapi_channel *channel, struct winapi_call *call) {
    struct winapi_call *next = call->in_async ? call->next_async : channel->async_calls;
    winapi_call_drop(call);
    if (next != NULL) {
        winapi_call_hold(next);
    }
    return next;
}

static struct winapi_call *first_of(struct winapi_channel *channel) {
    if (channel->async_calls != NULL) {
        winapi_call_hold(channel->async_calls);
    }
    return channel->async_calls;
}

int64_t winapi_channel_expire(struct winapi_channel *channel, int64_t now) {
    int64_t next = WINAPI_FOREVER;
    for (struct winapi_call *call = first_of(channel); call != NULL; call = next_of(channel, call)) {
        if (!winapi_call_expired(call, now) && call->deadline < next) {
            next = call->deadline;
        }
    }
    return next;
}

void winapi_channel_progress(struct winapi_channel *channel) {
    winapi_channel_flush(channel);
    while (channel->progressed != channel->changes) {
        channel->progressed = channel->changes;
        for (struct winapi_call *call = first_of(channel); call != NULL; call = next_of(channel, call)) {
            winapi_call_progress(call);
        }
        winapi_channel_flush(channel);
    }
}

/* What is due now; true where callbacks ran, which may have made more due. */
static bool drive_once(struct winapi_channel *channel, int64_t *next_deadline) {
    *next_deadline = winapi_channel_expire(channel, winapi_now());
    winapi_channel_progress(channel);
    bool due = channel->completions != NULL;
    winapi_channel_run_completions(channel);
    winapi_channel_progress(channel);
    return due;
}

/* Between asynchronous calls it only looks in now and then, so that the host's heartbeats are answered. */
static void idle(struct winapi_channel *channel) {
    int64_t interval = channel->settings.heartbeat_interval < 4 * WINAPI_SECOND ? channel->settings.heartbeat_interval
                                                                                : 4 * WINAPI_SECOND;
    winapi_condition_wait(&channel->thread_wake, &channel->gate, winapi_after(interval / 2));
    if (!channel->leading && !channel->closed) {
        winapi_channel_lead(channel, winapi_now());
        winapi_channel_pass_lead(channel);
    }
}

static void *thread_main(void *argument) {
    struct winapi_channel *channel = argument;
    int64_t until;
    winapi_channel_lock(channel);
    while (!channel->closed) {
        if (drive_once(channel, &until)) {
            continue;
        }
        if (channel->closed) {
            break;
        }
        if (winapi_channel_is_busy(channel)) {
            winapi_channel_wait(channel, &channel->thread_wake, until);
        } else {
            winapi_channel_pass_lead(channel);
            idle(channel);
        }
    }
    winapi_channel_unlock(channel);
    return NULL;
}

void winapi_channel_start_thread(struct winapi_channel *channel) {
    if (channel->thread_runs || channel->settings.event_loop || channel->closed) {
        return;
    }
    /* Where the system gives no thread, callbacks run when the channel is closed, and heartbeats with blocking calls. */
    channel->thread_runs = pthread_create(&channel->thread, NULL, thread_main, channel) == 0;
}

static bool watch_fd(struct winapi_channel *channel, int descriptor, uint32_t events) {
    struct epoll_event event = {.events = events, .data.fd = descriptor};
    return epoll_ctl(channel->epoll, EPOLL_CTL_ADD, descriptor, &event) == 0 ||
           (errno == EEXIST && epoll_ctl(channel->epoll, EPOLL_CTL_MOD, descriptor, &event) == 0);
}

void winapi_channel_watch(struct winapi_channel *channel, struct connection *connection, bool watch) {
    if (channel->epoll < 0) {
        return;
    }
    if (watch) {
        (void)watch_fd(channel, connection->agreed.socket, EPOLLIN | (connection->wants_write && !connection->agreed.rings ? (uint32_t)EPOLLOUT : 0));
    } else {
        (void)epoll_ctl(channel->epoll, EPOLL_CTL_DEL, connection->agreed.socket, NULL);
    }
}

static void make_epoll(struct winapi_channel *channel) {
    channel->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    channel->epoll = channel->timer < 0 ? -1 : epoll_create1(EPOLL_CLOEXEC);
    if (channel->epoll < 0 || !watch_fd(channel, channel->timer, EPOLLIN) || !watch_fd(channel, channel->ready, EPOLLIN)) {
        if (channel->epoll >= 0) {
            (void)close(channel->epoll);
        }
        if (channel->timer >= 0) {
            (void)close(channel->timer);
        }
        channel->timer = channel->epoll = -1;
        return;
    }
    for (struct connection *connection = channel->connections; connection != NULL; connection = connection->next) {
        winapi_channel_watch(channel, connection, true);
    }
}

int winapi_channel_fd(winapi_channel *channel) {
    winapi_channel_lock(channel);
    if (channel->epoll < 0 && channel->settings.event_loop) {
        make_epoll(channel);
    }
    int descriptor = channel->epoll;
    winapi_channel_leave(channel);
    return descriptor;
}

static void arm_timer(struct winapi_channel *channel, int64_t deadline) {
    int64_t beat = winapi_channel_next_beat(channel);
    int64_t next = beat < deadline ? beat : deadline;
    struct itimerspec time = {{0}, {0}};
    if (channel->timer < 0) {
        return;
    }
    if (next != WINAPI_FOREVER) {
        next = next < 1 ? 1 : next;
        time.it_value = (struct timespec){.tv_sec = next / WINAPI_SECOND, .tv_nsec = next % WINAPI_SECOND};
    }
    (void)timerfd_settime(channel->timer, TFD_TIMER_ABSTIME, &time, NULL);
}

winapi_status winapi_channel_process(winapi_channel *channel) {
    eventfd_t ignored;
    int64_t deadline;
    winapi_channel_lock(channel);
    if (channel->ready >= 0) {
        (void)eventfd_read(channel->ready, &ignored);
    }
    if (!channel->leading) {
        winapi_channel_lead(channel, winapi_now());
        winapi_channel_pass_lead(channel);
    }
    while (drive_once(channel, &deadline)) {
    }
    arm_timer(channel, deadline);
    winapi_status status = channel->closed ? WINAPI_UNAVAILABLE : WINAPI_OK;
    winapi_channel_leave(channel);
    return status;
}
