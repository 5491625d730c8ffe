/* Measurements that the client times. */
#include <stdlib.h>

#include "bodies.h"
#include "bytes.h"
#include "echoes.h"
#include "timing.h"
#include "winapi/v1/perf_test.winapi.h"

enum { ROUND = 500, MAX_ROUNDS = 200, PIECE = 1 << 20 };

static bool time_round(struct test_run *run, winapi_arena *arena, int64_t *times, size_t count) {
    uint8_t payload[64];
    fill_bytes(payload, sizeof payload, 64);
    for (size_t i = 0; i < count; i++) {
        int64_t start = time_now();
        if (!echo_payload(run, run->channel, arena, payload, sizeof payload)) {
            return false;
        }
        times[i] = time_now() - start;
    }
    return true;
}

/* Until three rounds in a row are no more than 5 % faster than the fastest before: the host's compiler has settled. */
static bool warm_up(struct test_run *run, winapi_arena *arena, int *rounds) {
    int64_t times[ROUND], fastest = INT64_MAX;
    int flat = 0;
    for (*rounds = 0; *rounds < MAX_ROUNDS && flat < 3; ++*rounds) {
        if (!time_round(run, arena, times, ROUND)) {
            return false;
        }
        sort_times(times, ROUND);
        int64_t median = percentile_of(times, ROUND, 0.5);
        flat = median * 100 >= fastest * 95 ? flat + 1 : 0;
        fastest = median < fastest ? median : fastest;
    }
    return true;
}

static bool report_latency(struct test_run *run, int64_t *times, size_t count, int rounds) {
    static const struct {
        const char *name;
        double fraction;
    } points[] = {{"min_ns", 0}, {"p50_ns", 0.5}, {"p90_ns", 0.9}, {"p99_ns", 0.99}, {"max_ns", 1}};
    sort_times(times, count);
    add_figure(run, "iterations", (double)count);
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
        add_figure(run, points[i].name, (double)percentile_of(times, count, points[i].fraction));
    }
    return passed(run, "%zu round trips of 64 bytes after %d to warm up: min %.1f us, p50 %.1f us, p99 %.1f us, max %.1f us", count,
                  rounds * ROUND, (double)times[0] / 1e3, (double)percentile_of(times, count, 0.5) / 1e3,
                  (double)percentile_of(times, count, 0.99) / 1e3, (double)times[count - 1] / 1e3);
}

bool test_latency(struct test_run *run) {
    size_t count = run->options->iterations == 0 ? 10000 : (size_t)run->options->iterations;
    int64_t *times = malloc(count * sizeof *times);
    winapi_arena *arena = winapi_arena_new();
    int rounds = 0;
    bool good = times != NULL && arena != NULL ? warm_up(run, arena, &rounds) && time_round(run, arena, times, count)
                                               : failed(run, "out of memory");
    good = good && report_latency(run, times, count, rounds);
    winapi_arena_free(arena);
    free(times);
    return good;
}

static bool exchange(struct test_run *run, winapi_arena *arena, const winapi_v1_PerfExchangeRequest *request,
                     uint64_t expect_read) {
    winapi_v1_PerfExchangeReply reply;
    winapi_error error;
    winapi_arena_reset(arena);
    winapi_status status = winapi_v1_PerfTest_Exchange(run->channel, NULL, request, &reply, arena, &error);
    if (status != WINAPI_OK) {
        return failed_call(run, "PerfTest.Exchange", status, &error);
    }
    return (reply.bytes_read == expect_read && reply.payload.size == request->reply_bytes) ||
           failed(run, "the host read %llu bytes and sent %zu", (unsigned long long)reply.bytes_read, reply.payload.size);
}

/* One direction, piece by piece, until all of --size went through. */
static bool transfer(struct test_run *run, const char *way, winapi_v1_PerfExchangeRequest *request, bool reads) {
    uint64_t size = run->options->size == 0 ? 100000000 : run->options->size, through = 0;
    winapi_arena *arena = winapi_arena_new();
    bool good = arena != NULL || failed(run, "out of memory");
    for (int i = 0; i < 20 && good; i++) {
        good = exchange(run, arena, request, reads ? PIECE : 0);
    }
    int64_t start = time_now();
    while (through < size && good) {
        good = exchange(run, arena, request, reads ? PIECE : 0);
        through += PIECE;
        show_progress(run, (double)through, (double)size);
    }
    double seconds = milliseconds_since(start) / 1e3;
    winapi_arena_free(arena);
    if (!good) {
        return false;
    }
    add_figure(run, "bytes", (double)through);
    add_figure(run, "throughput_mbps", (double)through / 1e6 / seconds);
    return passed(run, "%llu bytes %s in pieces of 1 MiB, %.0f MB/s", (unsigned long long)through, way,
                  (double)through / 1e6 / seconds);
}

bool test_throughput_messages(struct test_run *run) {
    uint8_t *payload = malloc(PIECE);
    if (payload == NULL) {
        return failed(run, "out of memory");
    }
    fill_bytes(payload, PIECE, 1);
    winapi_v1_PerfExchangeRequest request = {.payload = winapi_bytes_of(payload, PIECE)};
    bool good = transfer(run, "to the host in messages", &request, true);
    free(payload);
    return good;
}

bool test_throughput_replies(struct test_run *run) {
    winapi_v1_PerfExchangeRequest request = {.reply_bytes = PIECE};
    return transfer(run, "from the host in messages", &request, false);
}

bool test_throughput_reference(struct test_run *run) {
    winapi_shared_buffer *buffer;
    winapi_error error;
    winapi_status status = winapi_buffer_rent(run->channel, PIECE, NULL, &buffer, &error);
    if (status != WINAPI_OK) {
        return failed_call(run, "winapi_buffer_rent", status, &error);
    }
    fill_bytes(winapi_buffer_data(buffer), PIECE, 2);
    winapi_BufferRef reference;
    winapi_buffer_ref(buffer, &reference);
    winapi_v1_PerfExchangeRequest request = {.buffer = &reference};
    bool good = transfer(run, "to the host by reference, each read by it", &request, true);
    winapi_buffer_release(buffer);
    return good;
}
