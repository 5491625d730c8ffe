/*
 * One channel, many threads: blocking and asynchronous calls, streams, buffers, cancels from other threads.
 * usage: threads ENDPOINT ROUNDS. Prints what failed, and "all good" if nothing did.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "winapi.h"
#include "winapi/v1/buffer_test.winapi.h"
#include "winapi/v1/echo.winapi.h"

enum { THREADS = 8 };

struct shared {
    winapi_channel *channel;
    unsigned long rounds;
    atomic_ulong failures;
    atomic_ulong started;
    atomic_ulong done;
};

static void expect(struct shared *shared, bool good, const char *what, const winapi_error *error) {
    if (!good) {
        (void)printf("%s: %s\n", what, error->message);
        atomic_fetch_add(&shared->failures, 1);
    }
}

static void call_unary(struct shared *shared, winapi_arena *arena, size_t payload_size) {
    winapi_error error = {.code = WINAPI_OK};
    uint8_t *payload = calloc(1, payload_size);
    winapi_v1_EchoRequest request = {.text = winapi_str("unary"), .payload = {payload, payload_size}};
    winapi_v1_EchoReply reply;
    winapi_status status = winapi_v1_Echo_UnaryEcho(shared->channel, NULL, &request, &reply, arena, &error);
    expect(shared, status == WINAPI_OK && reply.payload.size == payload_size, "unary", &error);
    free(payload);
}

static void on_reply(winapi_status status, const winapi_v1_EchoReply *reply, const winapi_error *error, void *user) {
    struct shared *shared = user;
    expect(shared, (status == WINAPI_OK && reply != NULL) || status == WINAPI_CANCELLED, "asynchronous", error);
    atomic_fetch_add(&shared->done, 1);
}

static void call_async(struct shared *shared, bool cancel) {
    winapi_error error = {.message = "no call"};
    winapi_v1_EchoRequest request = {.text = winapi_str("asynchronous")};
    winapi_call *call = winapi_v1_Echo_UnaryEcho_async(shared->channel, NULL, &request, on_reply, shared);
    expect(shared, call != NULL, "asynchronous", &error);
    atomic_fetch_add(&shared->started, call != NULL);
    if (cancel && call != NULL) {
        winapi_call_cancel(call);
    }
    winapi_call_free(call);
}

static void *cancel_it(void *call) {
    winapi_call_cancel(call);
    return NULL;
}

/* A read that only a cancel from another thread ends. */
static void call_and_cancel(struct shared *shared) {
    winapi_error error = {.code = WINAPI_OK};
    pthread_t other;
    const winapi_v1_EchoReply *reply;
    winapi_v1_Echo_BidirectionalStreamingEcho_call *call =
        winapi_v1_Echo_BidirectionalStreamingEcho(shared->channel, NULL, &error);
    expect(shared, call != NULL, "open", &error);
    if (call == NULL || pthread_create(&other, NULL, cancel_it, call) != 0) {
        return;
    }
    winapi_status status = winapi_v1_Echo_BidirectionalStreamingEcho_read(call, &reply);
    (void)pthread_join(other, NULL);
    expect(shared, status == WINAPI_CANCELLED, "cancelled read", &error);
    (void)winapi_v1_Echo_BidirectionalStreamingEcho_finish(call, &error);
}

static void call_stream(struct shared *shared) {
    winapi_error error = {.code = WINAPI_OK};
    winapi_v1_EchoStreamRequest request = {.text = winapi_str("stream"), .count = 20};
    winapi_v1_Echo_ServerStreamingEcho_call *call =
        winapi_v1_Echo_ServerStreamingEcho(shared->channel, NULL, &request, &error);
    const winapi_v1_EchoReply *reply;
    unsigned replies = 0;
    expect(shared, call != NULL, "open", &error);
    while (call != NULL && winapi_v1_Echo_ServerStreamingEcho_read(call, &reply) == WINAPI_OK && reply != NULL) {
        replies++;
    }
    expect(shared, call != NULL && winapi_v1_Echo_ServerStreamingEcho_finish(call, &error) == WINAPI_OK && replies == 20,
           "stream", &error);
}

/* Half a region each: threads wait for each other's room. */
static void call_with_buffer(struct shared *shared, winapi_arena *arena, uint8_t fill) {
    winapi_error error = {.code = WINAPI_OK};
    winapi_shared_buffer *buffer = NULL;
    winapi_BufferRef reference = {0};
    winapi_v1_BufferTestRequest request = {.buffers = {&reference, 1},
                                           .operation = winapi_v1_BUFFER_OPERATION_VERIFY,
                                           .pattern = fill * 0x01010101u};
    winapi_v1_BufferTestResult result = {0};
    winapi_status status = winapi_buffer_rent(shared->channel, 1 << 21, NULL, &buffer, &error);
    if (status == WINAPI_OK) {
        memset(winapi_buffer_data(buffer), fill, winapi_buffer_size(buffer));
        winapi_buffer_ref(buffer, &reference);
        status = winapi_v1_BufferTest_Run(shared->channel, NULL, &request, &result, arena, &error);
    }
    winapi_buffer_release(buffer);
    expect(shared, status == WINAPI_OK && result.mismatched_bytes == 0 && result.bytes_processed == 1 << 21, "buffer", &error);
}

static void *work(void *argument) {
    struct shared *shared = argument;
    winapi_arena *arena = winapi_arena_new();
    for (unsigned long i = 0; i < shared->rounds; i++) {
        winapi_arena_reset(arena);
        call_unary(shared, arena, i % 4 == 0 ? 200000 : 100);
        call_async(shared, i % 3 == 0);
        call_stream(shared);
        call_with_buffer(shared, arena, (uint8_t)(i + 1));
        call_and_cancel(shared);
    }
    winapi_arena_free(arena);
    return NULL;
}

int main(int count, char **arguments) {
    winapi_error error = {.code = WINAPI_OK};
    pthread_t threads[THREADS];
    if (count != 3) {
        return 2;
    }
    struct shared shared = {.rounds = strtoul(arguments[2], NULL, 10)};
    winapi_channel_options options = {.endpoint = arguments[1]};
    shared.channel = winapi_channel_new(&options, &error);
    if (shared.channel == NULL) {
        return 1;
    }
    for (int i = 0; i < THREADS; i++) {
        if (pthread_create(&threads[i], NULL, work, &shared) != 0) {
            return 1;
        }
    }
    for (int i = 0; i < THREADS; i++) {
        (void)pthread_join(threads[i], NULL);
    }
    winapi_channel_free(shared.channel); /* the callbacks that are due run before it returns */
    if (atomic_load(&shared.done) != atomic_load(&shared.started)) {
        (void)printf("%lu calls were started and %lu ended\n", atomic_load(&shared.started), atomic_load(&shared.done));
        return 1;
    }
    (void)printf("%s\n", atomic_load(&shared.failures) == 0 ? "all good" : "failed");
    return atomic_load(&shared.failures) == 0 ? 0 : 1;
}
