#include <poll.h>
#include <string.h>

#include "bodies.h"
#include "echoes.h"
#include "timing.h"
#include "winapi/v1/buffer_test.winapi.h"
#include "winapi/v1/echo.winapi.h"

static void count_loop(winapi_status status, const winapi_v1_EchoReply *reply, const winapi_error *error, void *user) {
    (void)error;
    *(int *)user += status == WINAPI_OK && winapi_string_equals(reply->text, winapi_str("loop"));
}

/* One thread does it all: no lock is needed around the counter. */
static bool drive(struct test_run *run, winapi_channel *channel) {
    enum { CALLS = 50 };
    int replies = 0, started = 0;
    winapi_v1_EchoRequest request = {.text = winapi_str("loop")};
    for (int i = 0; i < CALLS; i++) {
        winapi_call *call = winapi_v1_Echo_UnaryEcho_async(channel, NULL, &request, count_loop, &replies);
        started += call != NULL;
        winapi_call_free(call);
    }
    struct pollfd entry = {.fd = winapi_channel_fd(channel), .events = POLLIN};
    int64_t start = time_now();
    int wakes = 0;
    while (replies < started && milliseconds_since(start) < 10000) {
        if (poll(&entry, 1, 1000) < 0 || winapi_channel_process(channel) != WINAPI_OK) {
            break;
        }
        wakes++;
    }
    return replies == CALLS ? passed(run, "%d callbacks on the program's own poll loop, %d wakes", replies, wakes)
                            : failed(run, "%d of %d callbacks came, %d calls started", replies, CALLS, started);
}

bool test_event_loop(struct test_run *run) {
    winapi_error error;
    winapi_channel_options options = {.endpoint = run->endpoint, .threading = WINAPI_THREADING_EVENT_LOOP};
    winapi_channel *channel = winapi_channel_new(&options, &error);
    if (channel == NULL) {
        return failed_call(run, "winapi_channel_new", error.code, &error);
    }
    bool good = drive(run, channel);
    winapi_channel_free(channel);
    return good;
}

static bool use_inline(struct test_run *run, winapi_channel *channel) {
    winapi_connection_info info;
    winapi_shared_buffer *buffer;
    winapi_error error;
    if (!echo_size(run, channel, 300000)) {
        return false;
    }
    winapi_status status = winapi_buffer_rent(channel, 200000, NULL, &buffer, &error);
    if (status != WINAPI_OK) {
        return failed_call(run, "winapi_buffer_rent", status, &error);
    }
    memset(winapi_buffer_data(buffer), 0x55, winapi_buffer_size(buffer));
    winapi_BufferRef reference;
    winapi_buffer_ref(buffer, &reference);
    winapi_arena *arena = winapi_arena_new();
    winapi_v1_BufferTestRequest request = {.operation = winapi_v1_BUFFER_OPERATION_VERIFY, .pattern = 0x55555555};
    request.buffers.items = &reference;
    request.buffers.count = 1;
    winapi_v1_BufferTestResult result = {0};
    status = winapi_v1_BufferTest_Run(channel, NULL, &request, &result, arena, &error);
    bool shared = winapi_buffer_is_shared(buffer);
    winapi_buffer_release(buffer);
    winapi_arena_free(arena);
    if (status != WINAPI_OK) {
        return failed_call(run, "BufferTest.Run", status, &error);
    }
    bool connected = winapi_channel_get_connection(channel, &info);
    return connected && !info.memory_shared && !shared && result.bytes_processed == 200000 && result.mismatched_bytes == 0
               ? passed(run, "message and buffer arrived without shared memory: %s", info.memory_reason)
               : failed(run, "%llu bytes, %llu differ, memory shared: %d", (unsigned long long)result.bytes_processed,
                        (unsigned long long)result.mismatched_bytes, connected && info.memory_shared);
}

bool test_inline(struct test_run *run) {
    winapi_error error;
    winapi_channel_options options = {.endpoint = run->endpoint, .shared_memory = WINAPI_SHARED_MEMORY_NONE};
    winapi_channel *channel = winapi_channel_new(&options, &error);
    if (channel == NULL) {
        return failed_call(run, "winapi_channel_new", error.code, &error);
    }
    bool good = use_inline(run, channel);
    winapi_channel_free(channel);
    return good;
}

static winapi_status call_with(const winapi_channel_options *options, bool closed, winapi_error *error) {
    winapi_channel *channel = winapi_channel_new(options, error);
    if (channel == NULL) {
        return error->code;
    }
    winapi_arena *arena = winapi_arena_new();
    winapi_v1_EchoRequest request = {.text = winapi_str("hello?")};
    winapi_v1_EchoReply reply;
    if (closed) {
        winapi_channel_close(channel);
    }
    winapi_status status = winapi_v1_Echo_UnaryEcho(channel, NULL, &request, &reply, arena, error);
    winapi_arena_free(arena);
    winapi_channel_free(channel);
    return status;
}

bool test_no_host(struct test_run *run) {
    winapi_error error;
    winapi_channel_options options = {.endpoint = "unix:///nonexistent/winapi.sock"};
    int64_t start = time_now();
    winapi_status status = call_with(&options, false, &error);
    double elapsed = milliseconds_since(start);
    if (elapsed > 5000) {
        return failed(run, "it took %.0f ms to find that there is no host", elapsed);
    }
    return ended_with(run, "no host", WINAPI_UNAVAILABLE, status, &error) && passed(run, "UNAVAILABLE: %s", error.message);
}

bool test_closed_channel(struct test_run *run) {
    winapi_error error;
    winapi_channel_options options = {.endpoint = run->endpoint};
    winapi_status status = call_with(&options, true, &error);
    return status == WINAPI_OK ? failed(run, "a call on a closed channel succeeded")
                               : passed(run, "%s: %s", winapi_status_name(status), error.message);
}
