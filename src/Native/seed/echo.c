#include <string.h>

#include "../transport/failure.h"
#include "libwinapi.h"
#include "outcome.h"
#include "session.h"
#include "winapi/v1/echo.winapi.h"

static winapi_status take_reply(winapi_string text, char *reply, size_t reply_size, winapi_error *error) {
    if (text.size >= reply_size) {
        return winapi_fail(error, WINAPI_OUT_OF_RANGE, "the reply of %zu bytes does not fit a buffer of %zu: it takes %zu",
                           text.size, reply_size, text.size + 1);
    }
    if (text.size > 0) {
        memcpy(reply, text.data, text.size);
    }
    reply[text.size] = '\0';
    return WINAPI_OK;
}

static winapi_status echo(winapi_channel *channel, const char *text, char *reply, size_t reply_size,
                          winapi_error *error) {
    winapi_arena *arena = winapi_arena_new();
    if (arena == NULL) {
        return winapi_fail(error, WINAPI_RESOURCE_EXHAUSTED, "out of memory for the reply");
    }
    winapi_v1_EchoRequest request = {.text = winapi_str(text)};
    winapi_v1_EchoReply answer;
    winapi_status status = winapi_v1_Echo_UnaryEcho(channel, NULL, &request, &answer, arena, error);
    if (status == WINAPI_OK) {
        status = take_reply(answer.text, reply, reply_size, error);
    }
    winapi_arena_free(arena);
    return status;
}

winapi_status winapi_echo(winapi_handle_t handle, const char *text, char *reply, size_t reply_size) {
    struct operation operation = winapi_operation_begin("winapi_echo");
    winapi_error error = {.code = WINAPI_OK};
    if (reply != NULL && reply_size > 0) {
        reply[0] = '\0';
    }
    bool usable = handle != NULL && text != NULL && reply != NULL && reply_size > 0;
    winapi_status status = usable ? echo(handle->channel, text, reply, reply_size, &error)
                                  : winapi_fail(&error, WINAPI_INVALID_ARGUMENT,
                                                "it needs a handle, a text and a buffer for the reply");
    return winapi_operation_end(&operation, status, &error);
}
