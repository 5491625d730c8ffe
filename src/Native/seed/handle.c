/* winapi_init, winapi_cleanup, winapi_echo. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libwinapi.h"
#include "log.h"
#include "session.h"
#include "winapi/v1/echo.winapi.h"

winapi_handle_t winapi_init(void) {
    winapi_error error = {.code = WINAPI_OK};
    winapi_connection_info info;
    struct winapi_handle *handle = malloc(sizeof *handle);
    if (handle == NULL) {
        error.code = WINAPI_RESOURCE_EXHAUSTED;
        (void)winapi_seed_result("winapi_init", error.code, &error);
        return NULL;
    }
    handle->session = winapi_session_join(&error);
    if (handle->session == NULL) {
        free(handle);
        (void)winapi_seed_result("winapi_init", error.code, &error);
        return NULL;
    }
    if (winapi_channel_get_connection(winapi_session_channel(handle->session), &info)) {
        winapi_log(LOG_LEVEL_INFO, "connected to %s, %s; shared memory: %s%s", info.endpoint, info.peer_agent,
                   info.memory_shared ? "proved" : "none, ", info.memory_reason);
    }
    (void)winapi_seed_result("winapi_init", WINAPI_OK, NULL);
    return handle;
}

void winapi_cleanup(winapi_handle_t handle) {
    if (handle != NULL) {
        winapi_session_leave(handle->session);
        free(handle);
    }
}

static winapi_status copy_text(winapi_string text, char *output, size_t output_size, winapi_error *error) {
    size_t size = text.size < output_size ? text.size : output_size - 1;
    memcpy(output, size == 0 ? "" : text.data, size);
    output[size] = '\0';
    if (size == text.size) {
        return WINAPI_OK;
    }
    (void)snprintf(error->message, sizeof error->message, "the answer has %zu bytes and the output has room for %zu",
                   text.size, output_size - 1);
    return WINAPI_OUT_OF_RANGE;
}

int winapi_echo(winapi_handle_t handle, const char *input, char *output, size_t output_size) {
    winapi_error error = {.code = WINAPI_OK, .message = "handle, input and output must be given"};
    if (handle == NULL || input == NULL || output == NULL || output_size == 0) {
        return winapi_seed_result("winapi_echo", WINAPI_INVALID_ARGUMENT, &error);
    }
    winapi_arena *arena = winapi_arena_new();
    winapi_v1_EchoRequest request = {.text = winapi_str(input)};
    winapi_v1_EchoReply reply;
    winapi_status status = arena == NULL ? WINAPI_RESOURCE_EXHAUSTED
                                         : winapi_v1_Echo_UnaryEcho(winapi_session_channel(handle->session), NULL, &request,
                                                                    &reply, arena, &error);
    if (status == WINAPI_OK) {
        status = copy_text(reply.text, output, output_size, &error);
    }
    winapi_arena_free(arena);
    return winapi_seed_result("winapi_echo", status, &error);
}
