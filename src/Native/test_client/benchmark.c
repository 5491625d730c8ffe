#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "winapi/v1/echo.winapi.h"
#include "winapi/v1/perf_test.winapi.h"

static int compare(const void *a, const void *b) {
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

static void measure_latency(winapi_channel *channel, uint64_t count, struct outcome *outcome) {
    winapi_arena *arena = winapi_arena_new();
    int64_t *times = malloc((size_t)count * sizeof *times), sum = 0;
    winapi_v1_EchoRequest request = {.text = winapi_str("0123456789012345678901234567890123456789012345678901234567890123")};
    winapi_v1_EchoReply reply;
    winapi_error error = {.code = WINAPI_OK};
    for (uint64_t i = 0; times != NULL && i < count && error.code == WINAPI_OK; i++) {
        int64_t start = now_ns();
        winapi_arena_reset(arena);
        (void)winapi_v1_Echo_UnaryEcho(channel, NULL, &request, &reply, arena, &error);
        times[i] = now_ns() - start;
        sum += times[i];
        if (i % 256 == 0) {
            show_progress("latency", i, count);
        }
    }
    if (times == NULL || error.code != WINAPI_OK) {
        fail(outcome, "%s: %s", winapi_status_name(error.code), error.message);
    } else {
        qsort(times, (size_t)count, sizeof *times, compare);
        pass(outcome, "%llu round trips: median %.1f us, 99 %% %.1f us, mean %.1f us", (unsigned long long)count,
             (double)times[count / 2] / 1000, (double)times[count * 99 / 100] / 1000, (double)sum / (double)count / 1000);
    }
    free(times);
    winapi_arena_free(arena);
}

static void say_rate(struct outcome *outcome, uint64_t bytes, int64_t elapsed, const char *how) {
    pass(outcome, "%llu bytes %s: %.0f MB/s", (unsigned long long)bytes, how, (double)bytes * 1000 / (double)elapsed);
}

/* The client writes a buffer and the host reads all of it, again and again. */
static void measure_references(winapi_channel *channel, uint64_t total, struct outcome *outcome) {
    enum { PIECE = 1 << 20 };
    winapi_arena *arena = winapi_arena_new();
    winapi_shared_buffer *buffer = NULL;
    winapi_BufferRef reference;
    winapi_error error = {.code = WINAPI_OK};
    winapi_v1_PerfExchangeRequest request = {.buffer = &reference};
    winapi_v1_PerfExchangeReply reply;
    uint64_t done = 0;
    int64_t start = now_ns();
    (void)winapi_buffer_rent(channel, PIECE, NULL, &buffer, &error);
    while (error.code == WINAPI_OK && done < total) {
        uint64_t left = total - done;
        memset(winapi_buffer_data(buffer), (int)(done >> 20), PIECE);
        (void)winapi_buffer_slice(buffer, 0, left < PIECE ? (size_t)left : PIECE, &reference);
        winapi_arena_reset(arena);
        (void)winapi_v1_PerfTest_Exchange(channel, NULL, &request, &reply, arena, &error);
        done += reference.length;
        show_progress("by reference", done, total);
    }
    if (error.code != WINAPI_OK) {
        fail(outcome, "%s: %s", winapi_status_name(error.code), error.message);
    } else {
        say_rate(outcome, done, now_ns() - start, winapi_buffer_is_shared(buffer) ? "in place" : "copied, no memory is shared");
    }
    winapi_buffer_release(buffer);
    winapi_arena_free(arena);
}

static void measure_messages(winapi_channel *channel, uint64_t total, struct outcome *outcome) {
    enum { PIECE = 1 << 20 };
    winapi_arena *arena = winapi_arena_new();
    uint8_t *payload = calloc(1, PIECE);
    winapi_error error = {.code = WINAPI_OK};
    winapi_v1_PerfExchangeReply reply;
    uint64_t done = 0;
    int64_t start = now_ns();
    while (payload != NULL && error.code == WINAPI_OK && done < total) {
        uint64_t left = total - done;
        winapi_v1_PerfExchangeRequest request = {.payload = {payload, left < PIECE ? (size_t)left : PIECE}};
        winapi_arena_reset(arena);
        (void)winapi_v1_PerfTest_Exchange(channel, NULL, &request, &reply, arena, &error);
        done += request.payload.size;
        show_progress("messages", done, total);
    }
    if (payload == NULL || error.code != WINAPI_OK) {
        fail(outcome, "%s: %s", winapi_status_name(error.code), error.message);
    } else {
        say_rate(outcome, done, now_ns() - start, "in ordinary messages");
    }
    free(payload);
    winapi_arena_free(arena);
}

int run_benchmark(const struct options *options, winapi_channel *channel) {
    struct outcome outcomes[2] = {{.name = "latency"}, {.name = "messages", .passed = true}};
    size_t count = 1;
    if (strcmp(options->what, "latency") == 0) {
        measure_latency(channel, options->iterations == 0 ? 20000 : options->iterations, &outcomes[0]);
    } else {
        uint64_t size = options->size == 0 ? 100000000 : options->size;
        outcomes[0].name = "by reference";
        measure_references(channel, size, &outcomes[0]);
        measure_messages(channel, size, &outcomes[1]);
        count = 2;
    }
    begin_report(options);
    for (size_t i = 0; i < count; i++) {
        report(options, &outcomes[i]);
    }
    bool passed = outcomes[0].passed && outcomes[1].passed;
    end_report(options, passed);
    return passed ? EXIT_GOOD : EXIT_FAILED;
}
