#include <stdio.h>

#include "scenario.h"
#include "winapi/v1/buffer_test.winapi.h"
#include "winapi/v1/echo.winapi.h"

enum { LENT_BYTES = 64 * 1024, WRITTEN_BYTES = 60 * 1024, MANY_CALLS = 25, OFTEN = 1000 };

winapi_status client_calls(winapi_channel *channel, int64_t timeout_ns, winapi_error *error) {
    winapi_arena *arena = winapi_arena_new();
    winapi_v1_EchoRequest request = {.text = winapi_str("is anybody there?")};
    winapi_v1_EchoReply reply;
    winapi_call_options options = {.timeout_ns = timeout_ns};
    winapi_status status = winapi_v1_Echo_UnaryEcho(channel, &options, &request, &reply, arena, error);
    winapi_arena_free(arena);
    return status;
}

winapi_status client_calls_often(winapi_channel *channel, int64_t timeout_ns, winapi_error *error) {
    winapi_status status = WINAPI_OK;
    for (int i = 0; i < OFTEN && status == WINAPI_OK; i++) {
        status = client_calls(channel, timeout_ns, error);
    }
    return status;
}

winapi_status client_gives_up_often(winapi_channel *channel, int64_t timeout_ns, winapi_error *error) {
    winapi_status status = WINAPI_OK;
    for (int i = 0; i < MANY_CALLS; i++) {
        status = client_calls(channel, timeout_ns, error);
    }
    return status;
}

static winapi_v1_Echo_ServerStreamingEcho_call *open_stream(winapi_channel *channel, int64_t timeout_ns,
                                                            winapi_error *error) {
    winapi_v1_EchoStreamRequest request = {.text = winapi_str("again and again"), .count = 1};
    winapi_call_options options = {.timeout_ns = timeout_ns};
    return winapi_v1_Echo_ServerStreamingEcho(channel, &options, &request, error);
}

static winapi_status read_all(winapi_v1_Echo_ServerStreamingEcho_call *call, winapi_error *error) {
    const winapi_v1_EchoReply *reply;
    if (call == NULL) {
        return error->code;
    }
    while (winapi_v1_Echo_ServerStreamingEcho_read(call, &reply) == WINAPI_OK && reply != NULL) {
    }
    return winapi_v1_Echo_ServerStreamingEcho_finish(call, error);
}

winapi_status client_reads_stream(winapi_channel *channel, int64_t timeout_ns, winapi_error *error) {
    return read_all(open_stream(channel, timeout_ns, error), error);
}

winapi_status client_reads_broken_streams(winapi_channel *channel, int64_t timeout_ns, winapi_error *error) {
    int good = 0, broken = 0;
    for (int i = 0; i < BROKEN_STREAMS; i++) {
        winapi_status status = client_reads_stream(channel, timeout_ns, error);
        good += status == WINAPI_OK;
        broken += status == WINAPI_INTERNAL;
        if (status != WINAPI_OK && status != WINAPI_INTERNAL) {
            return status;
        }
    }
    (void)printf("good %d broken %d\n", good, broken);
    return WINAPI_OK;
}

winapi_status client_reads_late(winapi_channel *channel, int64_t timeout_ns, winapi_error *error) {
    winapi_v1_Echo_ServerStreamingEcho_call *call = open_stream(channel, timeout_ns, error);
    (void)client_calls(channel, timeout_ns, error); /* it reads for all calls while it waits in vain */
    return read_all(call, error);
}

winapi_status client_writes_stream(winapi_channel *channel, int64_t timeout_ns, winapi_error *error) {
    static uint8_t payload[WRITTEN_BYTES];
    winapi_v1_EchoRequest request = {.payload = winapi_bytes_of(payload, sizeof payload)};
    winapi_v1_EchoSummary summary;
    winapi_call_options options = {.timeout_ns = timeout_ns};
    winapi_v1_Echo_ClientStreamingEcho_call *call = winapi_v1_Echo_ClientStreamingEcho(channel, &options, error);
    if (call == NULL) {
        return error->code;
    }
    winapi_arena *arena = winapi_arena_new();
    while (winapi_v1_Echo_ClientStreamingEcho_write(call, &request) == WINAPI_OK) {
    }
    winapi_status status = winapi_v1_Echo_ClientStreamingEcho_finish(call, &summary, arena, error);
    winapi_arena_free(arena);
    return status;
}

winapi_status client_lends(winapi_channel *channel, int64_t timeout_ns, winapi_error *error) {
    winapi_shared_buffer *buffer;
    winapi_BufferRef reference;
    winapi_v1_BufferTestResult result;
    winapi_status status = winapi_buffer_rent(channel, LENT_BYTES, NULL, &buffer, error);
    if (status != WINAPI_OK) {
        return status;
    }
    winapi_buffer_ref(buffer, &reference);
    winapi_v1_BufferTestRequest request = {.operation = winapi_v1_BUFFER_OPERATION_READ};
    request.buffers.items = &reference;
    request.buffers.count = 1;
    winapi_arena *arena = winapi_arena_new();
    winapi_call_options options = {.timeout_ns = timeout_ns};
    status = winapi_v1_BufferTest_Run(channel, &options, &request, &result, arena, error);
    winapi_arena_free(arena);
    winapi_buffer_release(buffer);
    return status;
}
