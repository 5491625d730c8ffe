#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "libwinapi.h"
#include "winapi/v1/buffer_test.winapi.h"
#include "winapi/v1/echo.winapi.h"

static void test_echo(winapi_channel *channel, struct outcome *outcome) {
    winapi_arena *arena = winapi_arena_new();
    winapi_v1_EchoRequest request = {.text = winapi_str("Hello Windows!")};
    winapi_v1_EchoReply reply;
    winapi_error error;
    if (winapi_v1_Echo_UnaryEcho(channel, NULL, &request, &reply, arena, &error) != WINAPI_OK) {
        fail(outcome, "%s: %s", winapi_status_name(error.code), error.message);
    } else if (!winapi_string_equals(reply.text, request.text)) {
        fail(outcome, "the answer is '%.60s'", reply.text.data);
    } else {
        pass(outcome, "%s", reply.text.data);
    }
    winapi_arena_free(arena);
}

static void test_large_echo(winapi_channel *channel, struct outcome *outcome) {
    enum { SIZE = 3000000 };
    winapi_arena *arena = winapi_arena_new();
    uint8_t *payload = malloc(SIZE);
    winapi_v1_EchoRequest request = {.payload = {payload, payload == NULL ? 0 : SIZE}};
    winapi_v1_EchoReply reply;
    winapi_error error;
    for (size_t i = 0; payload != NULL && i < SIZE; i++) {
        payload[i] = (uint8_t)(i * 7 + i / 256);
    }
    if (winapi_v1_Echo_UnaryEcho(channel, NULL, &request, &reply, arena, &error) != WINAPI_OK) {
        fail(outcome, "%s: %s", winapi_status_name(error.code), error.message);
    } else if (reply.payload.size != SIZE || memcmp(reply.payload.data, payload, SIZE) != 0) {
        fail(outcome, "other bytes came back: %zu", reply.payload.size);
    } else {
        pass(outcome, "%d bytes there and back", SIZE);
    }
    free(payload);
    winapi_arena_free(arena);
}

static void test_server_streaming(winapi_channel *channel, struct outcome *outcome) {
    winapi_v1_EchoStreamRequest request = {.text = winapi_str("tick"), .count = 500};
    winapi_error error;
    winapi_v1_Echo_ServerStreamingEcho_call *call = winapi_v1_Echo_ServerStreamingEcho(channel, NULL, &request, &error);
    const winapi_v1_EchoReply *reply;
    uint32_t count = 0;
    bool in_order = true;
    if (call == NULL) {
        fail(outcome, "%s: %s", winapi_status_name(error.code), error.message);
        return;
    }
    while (winapi_v1_Echo_ServerStreamingEcho_read(call, &reply) == WINAPI_OK && reply != NULL) {
        in_order = in_order && reply->sequence == count++;
    }
    if (winapi_v1_Echo_ServerStreamingEcho_finish(call, &error) != WINAPI_OK || count != request.count || !in_order) {
        fail(outcome, "%u replies, in order: %d, %s", (unsigned)count, in_order, error.message);
    } else {
        pass(outcome, "%u replies in order", (unsigned)count);
    }
}

static void test_client_streaming(winapi_channel *channel, struct outcome *outcome) {
    winapi_arena *arena = winapi_arena_new();
    winapi_v1_EchoRequest request = {.text = winapi_str("ab")};
    winapi_v1_EchoSummary summary;
    winapi_error error;
    winapi_v1_Echo_ClientStreamingEcho_call *call = winapi_v1_Echo_ClientStreamingEcho(channel, NULL, &error);
    for (int i = 0; call != NULL && i < 100; i++) {
        if (winapi_v1_Echo_ClientStreamingEcho_write(call, &request) != WINAPI_OK) {
            break;
        }
    }
    if (call == NULL || winapi_v1_Echo_ClientStreamingEcho_finish(call, &summary, arena, &error) != WINAPI_OK) {
        fail(outcome, "%s: %s", winapi_status_name(error.code), error.message);
    } else if (summary.count != 100 || summary.text.size != 200) {
        fail(outcome, "the host counted %u requests", (unsigned)summary.count);
    } else {
        pass(outcome, "100 requests");
    }
    winapi_arena_free(arena);
}

static winapi_status exchange(winapi_v1_Echo_BidirectionalStreamingEcho_call *call, uint32_t sequence) {
    winapi_v1_EchoRequest request = {.text = winapi_str("ping")};
    const winapi_v1_EchoReply *reply = NULL;
    winapi_status status = winapi_v1_Echo_BidirectionalStreamingEcho_write(call, &request);
    status = status != WINAPI_OK ? status : winapi_v1_Echo_BidirectionalStreamingEcho_read(call, &reply);
    return status != WINAPI_OK ? status : reply != NULL && reply->sequence == sequence ? WINAPI_OK : WINAPI_DATA_LOSS;
}

static void test_bidirectional(winapi_channel *channel, struct outcome *outcome) {
    winapi_error error;
    winapi_status status = WINAPI_OK;
    winapi_v1_Echo_BidirectionalStreamingEcho_call *call = winapi_v1_Echo_BidirectionalStreamingEcho(channel, NULL, &error);
    uint32_t count = 0;
    if (call == NULL) {
        fail(outcome, "%s: %s", winapi_status_name(error.code), error.message);
        return;
    }
    while (count < 100 && status == WINAPI_OK) {
        status = exchange(call, count++);
    }
    winapi_status end = winapi_v1_Echo_BidirectionalStreamingEcho_finish(call, &error);
    if (status != WINAPI_OK || end != WINAPI_OK) {
        fail(outcome, "after %u: %s, %s", (unsigned)count, winapi_status_name(status), error.message);
    } else {
        pass(outcome, "%u there and back", (unsigned)count);
    }
}

static void test_cancel(winapi_channel *channel, struct outcome *outcome) {
    winapi_error error;
    winapi_v1_Echo_BidirectionalStreamingEcho_call *call = winapi_v1_Echo_BidirectionalStreamingEcho(channel, NULL, &error);
    if (call == NULL) {
        fail(outcome, "%s: %s", winapi_status_name(error.code), error.message);
        return;
    }
    winapi_call_cancel((winapi_call *)call);
    winapi_status status = winapi_v1_Echo_BidirectionalStreamingEcho_finish(call, &error);
    if (status == WINAPI_CANCELLED) {
        pass(outcome, "%s", winapi_status_name(status));
    } else {
        fail(outcome, "%s: %s", winapi_status_name(status), error.message);
    }
}

static void test_deadline(winapi_channel *channel, struct outcome *outcome) {
    winapi_call_options options = {.timeout_ns = 50000000};
    winapi_error error;
    winapi_v1_Echo_BidirectionalStreamingEcho_call *call =
        winapi_v1_Echo_BidirectionalStreamingEcho(channel, &options, &error);
    const winapi_v1_EchoReply *reply;
    if (call == NULL) {
        fail(outcome, "%s: %s", winapi_status_name(error.code), error.message);
        return;
    }
    winapi_status status = winapi_v1_Echo_BidirectionalStreamingEcho_read(call, &reply); /* nothing was sent */
    (void)winapi_v1_Echo_BidirectionalStreamingEcho_finish(call, &error);
    if (status == WINAPI_DEADLINE_EXCEEDED) {
        pass(outcome, "%s", winapi_status_name(status));
    } else {
        fail(outcome, "%s: %s", winapi_status_name(status), error.message);
    }
}

static void test_buffer(winapi_channel *channel, struct outcome *outcome) {
    winapi_arena *arena = winapi_arena_new();
    winapi_shared_buffer *buffer = NULL;
    winapi_BufferRef reference;
    winapi_error error;
    winapi_v1_BufferTestRequest request = {
        .buffers = {&reference, 1}, .operation = winapi_v1_BUFFER_OPERATION_WRITE, .pattern = 0xAABBCCDD};
    winapi_v1_BufferTestResult result;
    static const uint8_t expected[] = {0xDD, 0xCC, 0xBB, 0xAA, 0xDD};
    winapi_status status = winapi_buffer_rent(channel, 1 << 20, NULL, &buffer, &error);
    if (status == WINAPI_OK) {
        winapi_buffer_ref(buffer, &reference);
        status = winapi_v1_BufferTest_Run(channel, NULL, &request, &result, arena, &error);
    }
    if (status != WINAPI_OK) {
        fail(outcome, "%s: %s", winapi_status_name(status), error.message);
    } else if (memcmp(winapi_buffer_data(buffer), expected, sizeof expected) != 0 || result.bytes_processed != 1 << 20) {
        fail(outcome, "the host's writes are not in the buffer");
    } else {
        pass(outcome, "%llu bytes %s, CRC-32 %08x", (unsigned long long)result.bytes_processed,
             winapi_buffer_is_shared(buffer) ? "in place" : "copied", (unsigned)result.checksum);
    }
    winapi_buffer_release(buffer);
    winapi_arena_free(arena);
}

static void test_compatible_buffer(winapi_channel *channel, struct outcome *outcome) {
    winapi_handle_t handle = winapi_init();
    winapi_buffer_t buffer = {0};
    winapi_buffer_test_result_t result = {0};
    (void)channel;
    int status = winapi_alloc_buffer(&buffer, 1 << 20);
    if (status == 0) {
        memset(buffer.data, 0xAA, buffer.size);
        status = winapi_buffer_test(handle, &buffer, 1, WINAPI_BUFFER_OP_VERIFY, 0xAAAAAAAA, &result);
    }
    if (status != 0 || result.mismatched_bytes != 0 || result.bytes_processed != 1 << 20) {
        fail(outcome, "%s, %llu bytes differ", winapi_last_error(), (unsigned long long)result.mismatched_bytes);
    } else {
        pass(outcome, "%llu bytes, %llu copied", (unsigned long long)result.bytes_processed,
             (unsigned long long)result.copied_bytes);
    }
    winapi_free_buffer(&buffer);
    winapi_cleanup(handle);
}

static void measure(winapi_perf_test_params_t params, struct outcome *outcome) {
    winapi_handle_t handle = winapi_init();
    winapi_perf_test_result_t result = {0};
    int status = handle == NULL ? WINAPI_UNAVAILABLE : winapi_perf_test(handle, &params, &result);
    if (status != 0 || result.elapsed_ns == 0) {
        fail(outcome, "%s", winapi_last_error());
    } else if (params.test_type == WINAPI_PERF_LATENCY) {
        pass(outcome, "%llu round trips, median %.1f us", (unsigned long long)result.iterations,
             (double)result.p50_latency_ns / 1000);
    } else {
        pass(outcome, "%llu bytes, %.0f MB/s", (unsigned long long)result.bytes, result.throughput_mbps);
    }
    winapi_cleanup(handle);
}

static void test_latency(winapi_channel *channel, struct outcome *outcome) {
    (void)channel;
    measure((winapi_perf_test_params_t){.test_type = WINAPI_PERF_LATENCY, .iterations = 500}, outcome);
}

static void test_throughput(winapi_channel *channel, struct outcome *outcome) {
    (void)channel;
    measure((winapi_perf_test_params_t){.test_type = WINAPI_PERF_THROUGHPUT, .target_bytes = 20000000}, outcome);
}

const struct test tests[] = {
    {"echo", "one call, one answer", test_echo},
    {"echo-large", "3 MB there and back in ordinary messages", test_large_echo},
    {"echo-server-stream", "500 replies to one request", test_server_streaming},
    {"echo-client-stream", "100 requests, one answer", test_client_streaming},
    {"echo-bidirectional", "100 requests and replies on one stream", test_bidirectional},
    {"echo-cancel", "a call that is given up", test_cancel},
    {"echo-deadline", "a call whose time runs out", test_deadline},
    {"buffer", "1 MiB by reference, written by the host", test_buffer},
    {"buffer-compatible", "the same with winapi_alloc_buffer and winapi_buffer_test", test_compatible_buffer},
    {"performance-latency", "round trips, measured by the host", test_latency},
    {"performance-throughput", "20 MB, measured by the host", test_throughput},
};
const size_t test_count = sizeof tests / sizeof tests[0];

int run_tests(const struct options *options, winapi_channel *channel) {
    bool passed = true;
    size_t prefix = options->what == NULL ? 0 : strlen(options->what);
    begin_report(options);
    for (size_t i = 0; i < test_count; i++) {
        struct outcome outcome = {.name = tests[i].name};
        if (prefix > 0 && strncmp(tests[i].name, options->what, prefix) != 0) {
            continue;
        }
        show_progress(tests[i].name, i, test_count);
        tests[i].run(channel, &outcome);
        report(options, &outcome);
        passed = passed && outcome.passed;
    }
    end_report(options, passed);
    return passed ? EXIT_GOOD : EXIT_FAILED;
}
