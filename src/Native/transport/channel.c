#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <unistd.h>

#include "call_state.h"
#include "channel_state.h"
#include "failure.h"

static void close_fd(int descriptor) {
    if (descriptor >= 0) {
        (void)close(descriptor);
    }
}

static void free_channel(struct winapi_channel *channel) {
    close_fd(channel->wake);
    close_fd(channel->stop);
    close_fd(channel->ready);
    close_fd(channel->timer);
    close_fd(channel->epoll);
    (void)pthread_cond_destroy(&channel->changed);
    (void)pthread_cond_destroy(&channel->thread_wake);
    (void)pthread_mutex_destroy(&channel->gate);
    free(channel);
}

void winapi_channel_leave(struct winapi_channel *channel) {
    bool unused = channel->references == 0;
    winapi_channel_unlock(channel);
    if (unused) {
        free_channel(channel);
    }
}

static bool make_locks(struct winapi_channel *channel) {
    if (pthread_mutex_init(&channel->gate, NULL) != 0) {
        return false;
    }
    if (!winapi_condition_init(&channel->changed)) {
        (void)pthread_mutex_destroy(&channel->gate);
        return false;
    }
    if (!winapi_condition_init(&channel->thread_wake)) {
        (void)pthread_cond_destroy(&channel->changed);
        (void)pthread_mutex_destroy(&channel->gate);
        return false;
    }
    return true;
}

static bool make_descriptors(struct winapi_channel *channel) {
    channel->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    channel->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    channel->ready = channel->settings.event_loop ? eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK) : -1;
    channel->timer = channel->epoll = -1;
    return channel->wake >= 0 && channel->stop >= 0 && (channel->ready >= 0 || !channel->settings.event_loop);
}

winapi_channel *winapi_channel_new(const winapi_channel_options *options, winapi_error *error) {
    struct winapi_channel *channel = calloc(1, sizeof *channel);
    if (channel == NULL) {
        (void)winapi_fail(error, WINAPI_RESOURCE_EXHAUSTED, "out of memory for a channel");
        return NULL;
    }
    if (winapi_settings_fill(&channel->settings, options, error) != WINAPI_OK) {
        free(channel);
        return NULL;
    }
    channel->references = 1;
    winapi_spin_init(&channel->spin, channel->settings.spin);
    uint32_t first_lease;
    if (getrandom(&first_lease, sizeof first_lease, 0) != (ssize_t)sizeof first_lease || !make_locks(channel)) {
        free(channel);
        (void)winapi_fail(error, WINAPI_RESOURCE_EXHAUSTED, "the system gives no lock or no random bytes");
        return NULL;
    }
    channel->last_lease = (uint64_t)first_lease << 24; /* so that channels do not take each other's references */
    if (!make_descriptors(channel)) {
        free_channel(channel);
        (void)winapi_fail(error, WINAPI_RESOURCE_EXHAUSTED, "the process has no descriptors left");
        return NULL;
    }
    return channel;
}

static void end_connections(struct winapi_channel *channel) {
    while (channel->connections != NULL) {
        winapi_connection_say_goodbye(channel->connections, "the client closes its channel");
    }
}

static void end_async_calls(struct winapi_channel *channel) {
    struct winapi_call *call = channel->async_calls;
    while (call != NULL) {
        struct winapi_call *next = call->next_async;
        winapi_call_end(call, WINAPI_UNAVAILABLE, "the channel was closed", true);
        call = next;
    }
}

static void join_threads(struct winapi_channel *channel) {
    bool thread = channel->thread_runs, connector = channel->connector_runs;
    channel->thread_runs = channel->connector_runs = false;
    winapi_channel_unlock(channel);
    if (thread) {
        (void)pthread_join(channel->thread, NULL);
    }
    if (connector) {
        (void)pthread_join(channel->connector, NULL);
    }
    winapi_channel_lock(channel);
}

static void close_locked(struct winapi_channel *channel) {
    if (channel->closed) {
        return;
    }
    channel->closed = true;
    (void)eventfd_write(channel->stop, 1);
    end_connections(channel);
    end_async_calls(channel);
    (void)pthread_cond_broadcast(&channel->changed);
    winapi_channel_note(channel, ~0U);
    (void)pthread_cond_signal(&channel->thread_wake);
    winapi_channel_kick(channel);
    join_threads(channel);
    winapi_channel_progress(channel);
    winapi_channel_run_completions(channel);
}

void winapi_channel_close(winapi_channel *channel) {
    winapi_channel_lock(channel);
    close_locked(channel);
    winapi_channel_leave(channel);
}

void winapi_channel_free(winapi_channel *channel) {
    if (channel == NULL) {
        return;
    }
    winapi_channel_lock(channel);
    close_locked(channel);
    channel->references--;
    winapi_channel_leave(channel);
}

winapi_channel_state winapi_channel_get_state(winapi_channel *channel) {
    winapi_channel_lock(channel);
    winapi_channel_state state = channel->closed                             ? WINAPI_CHANNEL_SHUTDOWN
                                 : winapi_channel_usable(channel) != NULL    ? WINAPI_CHANNEL_READY
                                 : channel->connecting                       ? WINAPI_CHANNEL_CONNECTING
                                 : channel->last_failure.code != WINAPI_OK   ? WINAPI_CHANNEL_TRANSIENT_FAILURE
                                                                             : WINAPI_CHANNEL_IDLE;
    winapi_channel_leave(channel);
    return state;
}

const char *winapi_channel_endpoint(const winapi_channel *channel) {
    return channel->settings.endpoint.text; /* never changes */
}

static void describe(const struct connection *connection, winapi_connection_info *info) {
    *info = (winapi_connection_info){
        .protocol_version = connection->agreed.version,
        .memory_shared = connection->shared,
        .memory_turns = connection->agreed.memory_turns,
        .rings = connection->agreed.rings,
        .request_region_bytes = connection->layout.request_bytes,
        .response_region_bytes = connection->layout.response_bytes,
    };
    const char *endpoint = connection->channel->settings.endpoint.text;
    winapi_set_text(info->endpoint, sizeof info->endpoint, endpoint, strlen(endpoint));
    winapi_copy(info->peer_agent, connection->agreed.peer_agent, sizeof info->peer_agent);
    winapi_copy(info->session_id, connection->agreed.session, sizeof info->session_id);
    winapi_copy(info->memory, connection->agreed.memory, sizeof info->memory);
    winapi_copy(info->memory_reason, connection->agreed.memory_reason, sizeof info->memory_reason);
    winapi_copy(info->authentication, connection->agreed.authentication, sizeof info->authentication);
}

bool winapi_channel_get_connection(winapi_channel *channel, winapi_connection_info *info) {
    winapi_channel_lock(channel);
    struct connection *connection = channel->current;
    if (connection != NULL) {
        describe(connection, info);
    }
    winapi_channel_leave(channel);
    return connection != NULL;
}
