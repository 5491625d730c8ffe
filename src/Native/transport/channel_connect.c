/* The one connection of a channel: made when a call needs it, and again after it was lost. Calls share one attempt. */
#define _GNU_SOURCE
#include <stdlib.h>

#include "call_state.h"
#include "channel_state.h"
#include "failure.h"
#include "handshake/handshake.h"

#define FIRST_PAUSE (WINAPI_SECOND / 50)
#define LONGEST_PAUSE (WINAPI_SECOND * 2)

struct connection *winapi_channel_usable(struct winapi_channel *channel) {
    struct connection *connection = channel->current;
    return connection != NULL && !connection->ended && !connection->refuses ? connection : NULL;
}

/* A host that says goodbye and never ends its calls would have them pile up, with their memory. */
static void end_oldest(struct winapi_channel *channel) {
    struct connection *oldest = channel->connections;
    int count = 1;
    for (; oldest->next != NULL; count++) {
        oldest = oldest->next;
    }
    if (count > MOST_CONNECTIONS) {
        winapi_connection_end(oldest, DISCONNECT_PEER_SHUTDOWN,
                              "the host said goodbye on one connection after the other and did not end their calls");
    }
}

/* The old one runs on until its calls have ended; the new one is for new calls. */
static winapi_status install(struct winapi_channel *channel, struct agreement *agreed, winapi_error *error) {
    struct connection *connection = winapi_connection_new(channel, agreed);
    if (connection == NULL) {
        return winapi_fail(error, WINAPI_RESOURCE_EXHAUSTED, "out of memory for a connection");
    }
    if (channel->closed) {
        winapi_connection_drop(connection);
        return winapi_fail(error, WINAPI_UNAVAILABLE, "the channel was closed");
    }
    connection->next = channel->connections;
    channel->connections = connection;
    channel->current = connection;
    end_oldest(channel);
    winapi_channel_watch(channel, connection, true);
    winapi_channel_arm(channel);
    winapi_channel_note(channel, WANTS_CONNECTION);
    winapi_channel_kick(channel);
    return WINAPI_OK;
}

/* One attempt, by this thread; the time bounds it further. */
static winapi_status attempt_once(struct winapi_channel *channel, int64_t until, winapi_error *error) {
    struct agreement agreed;
    int64_t limit = winapi_after(channel->settings.connect_timeout);
    struct attempt attempt = {.stop = channel->stop, .until = until < limit ? until : limit};
    channel->connecting = true;
    winapi_channel_unlock(channel);
    winapi_status status = winapi_handshake(&attempt, &channel->settings, &agreed, error);
    winapi_channel_lock(channel);
    channel->connecting = false;
    if (status == WINAPI_OK) {
        status = install(channel, &agreed, error);
    }
    if (status == WINAPI_OK || !attempt.timed_out || limit <= until) { /* else the caller's time came: others try again */
        channel->attempts++;
        channel->last_failure = status == WINAPI_OK ? (winapi_error){0} : *error;
    }
    (void)pthread_cond_broadcast(&channel->changed);
    return status;
}

/* Waits for the attempt of another thread; AGAIN reads as OK. */
static winapi_status share_attempt(struct winapi_channel *channel, int64_t until, winapi_error *error) {
    uint64_t before = channel->attempts;
    while (channel->connecting && winapi_now() < until) {
        winapi_condition_wait(&channel->changed, &channel->gate, until);
    }
    if (channel->attempts == before || channel->last_failure.code == WINAPI_OK) {
        return WINAPI_OK;
    }
    *error = channel->last_failure;
    return error->code;
}

static int64_t next_pause(int64_t pause) {
    return pause * 8 / 5 < LONGEST_PAUSE ? pause * 8 / 5 : LONGEST_PAUSE;
}

/* Returns early when the channel is closed or connected meanwhile. */
static void pause_for(struct winapi_channel *channel, int64_t pause, int64_t until) {
    int64_t jitter = pause / 5 * (int64_t)((uint64_t)winapi_now() / 1000 % 100) / 100;
    int64_t end = winapi_after(pause + jitter);
    winapi_condition_wait(&channel->changed, &channel->gate, end < until ? end : until);
}

winapi_status winapi_channel_ensure_connected(struct winapi_channel *channel, bool wait_for_ready, int64_t until,
                                              winapi_error *error) {
    winapi_error reason = {0};
    int64_t pause = FIRST_PAUSE;
    while (winapi_channel_usable(channel) == NULL) {
        if (channel->closed) {
            return winapi_fail(error, WINAPI_UNAVAILABLE, "the channel was closed");
        }
        if (winapi_now() >= until) {
            return winapi_fail(error, WINAPI_DEADLINE_EXCEEDED, "Deadline Exceeded");
        }
        winapi_status status = channel->connecting ? share_attempt(channel, until, &reason)
                                                   : attempt_once(channel, until, &reason);
        if (status == WINAPI_OK || winapi_now() >= until) {
            continue;
        }
        if (!wait_for_ready || status != WINAPI_UNAVAILABLE || channel->closed) {
            return winapi_fail(error, status, "%s", reason.message);
        }
        pause_for(channel, pause, until);
        pause = next_pause(pause);
    }
    return WINAPI_OK;
}

static bool needs_connection(const struct winapi_call *call) {
    return !call->ended && !call->opened && call->connection == NULL;
}

/* Ends those that will not wait for a host. True where some will. */
static bool fail_waiting(struct winapi_channel *channel, const winapi_error *reason) {
    bool some_wait = false;
    struct winapi_call *call = channel->async_calls;
    while (call != NULL) {
        struct winapi_call *next = call->next_async;
        bool waits = call->wait_for_ready && reason->code == WINAPI_UNAVAILABLE && !channel->closed;
        if (needs_connection(call) && !waits) {
            winapi_call_end(call, reason->code, reason->message, true);
        }
        some_wait |= needs_connection(call);
        call = next;
    }
    return some_wait;
}

static bool anyone_waits(const struct winapi_channel *channel) {
    for (const struct winapi_call *call = channel->async_calls; call != NULL; call = call->next_async) {
        if (needs_connection(call)) {
            return true;
        }
    }
    return false;
}

/* Whether a connection is still to be made; has calls go on over one that there is. */
static bool has_work(struct winapi_channel *channel) {
    winapi_channel_progress(channel);
    return winapi_channel_usable(channel) == NULL && anyone_waits(channel);
}

static void *connector_main(void *argument) {
    struct winapi_channel *channel = argument;
    int64_t pause = FIRST_PAUSE;
    winapi_channel_lock(channel);
    while (has_work(channel)) {
        winapi_error reason = {0};
        winapi_status status = winapi_channel_ensure_connected(channel, false, WINAPI_FOREVER, &reason);
        if (status != WINAPI_OK && fail_waiting(channel, &reason)) {
            pause_for(channel, pause, WINAPI_FOREVER);
            pause = next_pause(pause);
        }
    }
    channel->connector_ended = true; /* from here on nothing lets go of the gate before the end */
    winapi_channel_wake_driver(channel);
    winapi_channel_unlock(channel);
    return NULL;
}

void winapi_channel_connect_async(struct winapi_channel *channel) {
    winapi_error reason = {.code = WINAPI_UNAVAILABLE, .message = "the channel was closed"};
    if (channel->connector_runs && !channel->connector_ended) {
        return;
    }
    if (channel->connector_runs) {
        (void)pthread_join(channel->connector, NULL); /* it has ended but for its last unlock */
        channel->connector_runs = false;
    }
    if (channel->closed) {
        (void)fail_waiting(channel, &reason);
        return;
    }
    channel->connector_ended = false;
    channel->connector_runs = pthread_create(&channel->connector, NULL, connector_main, channel) == 0;
    if (!channel->connector_runs) {
        reason = (winapi_error){.code = WINAPI_RESOURCE_EXHAUSTED, .message = "the system gives no thread to connect with"};
        (void)fail_waiting(channel, &reason);
    }
}

winapi_status winapi_channel_connect(winapi_channel *channel, winapi_error *error) {
    winapi_channel_lock(channel);
    winapi_channel_look(channel);
    winapi_status status = winapi_channel_ensure_connected(channel, false, WINAPI_FOREVER, error);
    winapi_channel_progress(channel);
    winapi_channel_leave(channel);
    return status;
}
