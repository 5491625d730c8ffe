#include "echoes.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "winapi/v1/echo.winapi.h"

bool echo_payload(struct test_run *run, winapi_channel *channel, winapi_arena *arena, const uint8_t *payload, size_t size) {
    winapi_arena_reset(arena);
    winapi_v1_EchoRequest request = {.text = winapi_str("payload"), .payload = winapi_bytes_of(payload, size)};
    winapi_v1_EchoReply reply;
    winapi_error error;
    winapi_status status = winapi_v1_Echo_UnaryEcho(channel, NULL, &request, &reply, arena, &error);
    if (status != WINAPI_OK) {
        return failed_call(run, "UnaryEcho", status, &error);
    }
    if (!winapi_string_equals(reply.text, request.text) || reply.payload.size != size ||
        (size > 0 && memcmp(reply.payload.data, payload, size) != 0)) {
        return failed(run, "%zu bytes came back as %zu, or changed", size, reply.payload.size);
    }
    return true;
}

bool echo_size(struct test_run *run, winapi_channel *channel, size_t size) {
    winapi_arena *arena = winapi_arena_new();
    uint8_t *payload = malloc(size + 1);
    bool good = arena != NULL && payload != NULL;
    if (good) {
        fill_bytes(payload, size, (uint32_t)size);
        good = echo_payload(run, channel, arena, payload, size);
    } else {
        (void)failed(run, "out of memory");
    }
    free(payload);
    winapi_arena_free(arena);
    return good;
}
