#include "session.h"

#include <pthread.h>
#include <stddef.h>

#include "../transport/failure.h"

/* One for the process, because winapi_alloc_buffer has no handle that could say which connection is meant. */
static struct {
    pthread_mutex_t lock;
    winapi_channel *channel;
    size_t parts;
    struct environment environment;
} shared = {.lock = PTHREAD_MUTEX_INITIALIZER};

static winapi_channel *open_channel(const struct environment *environment, winapi_error *error) {
    winapi_channel_options options = {
        .endpoint = environment->endpoint,
        .shared_memory = environment->share_memory ? WINAPI_SHARED_MEMORY_AUTO : WINAPI_SHARED_MEMORY_NONE,
    };
    shared.channel = winapi_channel_new(&options, error);
    shared.environment = *environment;
    return shared.channel;
}

static bool agrees(const struct environment *environment, winapi_error *error) {
    const struct environment *open = &shared.environment;
    if (winapi_environment_same(open, environment)) {
        return true;
    }
    (void)winapi_fail(error, WINAPI_FAILED_PRECONDITION,
                      "the handles in use were made for endpoint '%s', memory size '%s', WINAPI_SHARED_MEM '%.80s'; the environment "
                      "says '%s', '%s', '%.80s' now: call winapi_cleanup on all of them first, or use winapi_channel_new for a second host",
                      open->endpoint, open->memory_size, open->memory_file, environment->endpoint,
                      environment->memory_size, environment->memory_file);
    return false;
}

winapi_channel *winapi_session_join(const struct environment *environment, winapi_error *error) {
    (void)pthread_mutex_lock(&shared.lock);
    winapi_channel *channel = shared.channel == NULL       ? open_channel(environment, error)
                              : agrees(environment, error) ? shared.channel
                                                           : NULL;
    shared.parts += channel != NULL;
    (void)pthread_mutex_unlock(&shared.lock);
    return channel;
}

winapi_channel *winapi_session_borrow(void) {
    (void)pthread_mutex_lock(&shared.lock);
    winapi_channel *channel = shared.channel;
    shared.parts += channel != NULL;
    (void)pthread_mutex_unlock(&shared.lock);
    return channel;
}

void winapi_session_leave(void) {
    winapi_channel *unused = NULL;
    (void)pthread_mutex_lock(&shared.lock);
    if (--shared.parts == 0) {
        unused = shared.channel;
        shared.channel = NULL;
    }
    (void)pthread_mutex_unlock(&shared.lock);
    winapi_channel_free(unused); /* outside the lock: it joins a thread */
}
