#define _GNU_SOURCE
#include "session.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "libwinapi.h"
#include "log.h"

struct session {
    struct session *next;
    size_t users;
    char key[256];
    winapi_channel *channel;
};

/* winapi_alloc_buffer has no handle, so the sessions of a process can only be found here. */
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static struct session *sessions;
static _Thread_local char last_error[sizeof((winapi_error *)0)->message];

static const char *setting(const char *name) {
    const char *value = getenv(name);
    return value == NULL ? "" : value;
}

static winapi_status fail(winapi_error *error, const char *variable, const char *value, const char *wanted) {
    error->code = WINAPI_INVALID_ARGUMENT;
    (void)snprintf(error->message, sizeof error->message, "%s is '%.64s'; it must be %s", variable, value, wanted);
    return error->code;
}

static winapi_status read_memory(winapi_channel_options *options, winapi_error *error) {
    static const char *const off[] = {"0", "off", "no", "none", "false"};
    static const char *const on[] = {"", "1", "on", "yes", "auto", "true"};
    const char *value = setting("WINAPI_SHARED_MEM");
    for (size_t i = 0; i < sizeof off / sizeof off[0]; i++) {
        if (strcasecmp(value, off[i]) == 0) {
            options->shared_memory = WINAPI_SHARED_MEMORY_NONE;
            return WINAPI_OK;
        }
    }
    for (size_t i = 0; i < sizeof on / sizeof on[0]; i++) {
        if (strcasecmp(value, on[i]) == 0) {
            return WINAPI_OK;
        }
    }
    return fail(error, "WINAPI_SHARED_MEM", value, "0 (no shared memory) or 1");
}

/* The endpoint, into room for it; "" for the default one. */
static winapi_status read_endpoint(char *endpoint, size_t size, winapi_error *error) {
    const char *named = setting("WINAPI_ENDPOINT"), *port = setting("WINAPI_SOCKET_PORT");
    char *end;
    endpoint[0] = '\0';
    if (*named != '\0') {
        (void)snprintf(endpoint, size, "%s", named);
        return WINAPI_OK;
    }
    if (*port == '\0') {
        return WINAPI_OK;
    }
    unsigned long number = strtoul(port, &end, 0);
    if (*end != '\0' || number == 0 || number > UINT32_MAX) {
        return fail(error, "WINAPI_SOCKET_PORT", port, "a port number, such as 4660 or 0x1234");
    }
    (void)snprintf(endpoint, size, "vsock://2:%lu", number);
    return WINAPI_OK;
}

static struct session *find(const char *key) {
    struct session *session = sessions;
    while (session != NULL && strcmp(session->key, key) != 0) {
        session = session->next;
    }
    return session;
}

static struct session *make(const char *key, const winapi_channel_options *options, winapi_error *error) {
    struct session *session = calloc(1, sizeof *session);
    if (session == NULL) {
        error->code = WINAPI_RESOURCE_EXHAUSTED;
        return NULL;
    }
    session->channel = winapi_channel_new(options, error);
    if (session->channel == NULL) {
        free(session);
        return NULL;
    }
    (void)snprintf(session->key, sizeof session->key, "%s", key);
    session->next = sessions;
    sessions = session;
    return session;
}

struct session *winapi_session_join(winapi_error *error) {
    char endpoint[160], key[256];
    winapi_channel_options options = {.endpoint = endpoint};
    if (read_endpoint(endpoint, sizeof endpoint, error) != WINAPI_OK || read_memory(&options, error) != WINAPI_OK) {
        return NULL;
    }
    (void)snprintf(key, sizeof key, "%s|%s|%d|%.64s", endpoint, setting("XDG_RUNTIME_DIR"), (int)options.shared_memory,
                   setting("WINAPI_SHARED_MEM_SIZE"));
    options.endpoint = endpoint[0] == '\0' ? NULL : endpoint;
    (void)pthread_mutex_lock(&gate);
    struct session *session = find(key);
    session = session != NULL ? session : make(key, &options, error);
    if (session != NULL) {
        session->users++;
    }
    (void)pthread_mutex_unlock(&gate);
    if (session != NULL && winapi_channel_connect(session->channel, error) != WINAPI_OK) {
        winapi_session_leave(session);
        session = NULL;
    }
    return session;
}

static void unlink_session(struct session *session) {
    struct session **link = &sessions;
    while (*link != session) {
        link = &(*link)->next;
    }
    *link = session->next;
}

void winapi_session_leave(struct session *session) {
    (void)pthread_mutex_lock(&gate);
    bool last = --session->users == 0;
    if (last) {
        unlink_session(session);
    }
    (void)pthread_mutex_unlock(&gate);
    if (last) {
        winapi_channel_free(session->channel);
        free(session);
    }
}

winapi_channel *winapi_session_channel(const struct session *session) {
    return session->channel;
}

int winapi_seed_result(const char *function, winapi_status status, const winapi_error *error) {
    const char *message = status == WINAPI_OK || error == NULL ? "" : error->message;
    (void)snprintf(last_error, sizeof last_error, "%s", message);
    if (status == WINAPI_OK) {
        winapi_log(LOG_LEVEL_DEBUG, "%s: OK", function);
    } else {
        winapi_log(LOG_LEVEL_ERROR, "%s: %s: %s", function, winapi_status_name(status), message);
    }
    return (int)status;
}

const char *winapi_last_error(void) {
    return last_error;
}
