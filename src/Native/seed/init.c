#include <stdlib.h>

#include "../transport/failure.h"
#include "libwinapi.h"
#include "outcome.h"
#include "session.h"

static void log_connection(winapi_channel *channel) {
    winapi_connection_info info;
    if (winapi_channel_get_connection(channel, &info)) {
        winapi_log(LOG_INFO, "connected to %s (%s), authentication: %s, shared memory: %s%s%s", info.endpoint, info.peer_agent,
                   info.authentication, info.memory, info.memory_reason[0] == '\0' ? "" : "; ", info.memory_reason);
    }
}

static winapi_status open_session(struct winapi_session *session, winapi_error *error) {
    struct environment environment;
    winapi_status status = winapi_environment_read(&environment, error);
    if (status != WINAPI_OK) {
        return status;
    }
    winapi_log_set_level(environment.log_level);
    session->channel = winapi_session_join(&environment, error);
    if (session->channel == NULL) {
        return error->code;
    }
    status = winapi_channel_connect(session->channel, error);
    if (status != WINAPI_OK) {
        winapi_session_leave();
        return status;
    }
    log_connection(session->channel);
    return WINAPI_OK;
}

winapi_handle_t winapi_init(void) {
    struct operation operation = winapi_operation_begin("winapi_init");
    winapi_error error = {.code = WINAPI_OK};
    struct winapi_session *session = calloc(1, sizeof *session);
    winapi_status status = session != NULL ? open_session(session, &error)
                                           : winapi_fail(&error, WINAPI_RESOURCE_EXHAUSTED, "out of memory for a handle");
    if (winapi_operation_end(&operation, status, &error) != WINAPI_OK) {
        free(session);
        return NULL;
    }
    return session;
}

void winapi_cleanup(winapi_handle_t handle) {
    if (handle != NULL) {
        free(handle);
        winapi_session_leave();
    }
}

winapi_channel *winapi_get_channel(winapi_handle_t handle) {
    return handle == NULL ? NULL : handle->channel;
}
