/* How fast calls and bytes go. */
#include <string.h>

#include "../bytes.h"
#include "../timing.h"
#include "check.h"
#include "libwinapi.h"
#include "winapi/v1/echo.winapi.h"
#include "winapi/v1/perf_test.winapi.h"

enum { WARM_UP = 200, ROUND_TRIPS = 500, PIECE = 1 << 20, PIECES = 64, CALL_SECONDS = 10 };

static const winapi_call_options within = {.timeout_ns = (int64_t)CALL_SECONDS * 1000000000};

static void explain(struct check *check, const char *what, winapi_status status, const winapi_error *error) {
    check_fail(check, "%s: %s", what, winapi_status_name(status));
    check_cause(check, "%s", error->message);
    check_fix(check, "look at the host's log; WINAPI_LOG_LEVEL=DEBUG makes the host tell more");
}

static winapi_status echo(winapi_channel *channel, winapi_arena *arena, winapi_error *error) {
    static const uint8_t payload[64] = {1};
    winapi_v1_EchoRequest request = {.payload = winapi_bytes_of(payload, sizeof payload)};
    winapi_v1_EchoReply reply;
    winapi_arena_reset(arena);
    return winapi_v1_Echo_UnaryEcho(channel, &within, &request, &reply, arena, error);
}

void check_round_trip(struct patient *patient, struct check *check) {
    int64_t times[ROUND_TRIPS];
    winapi_error error = {.code = WINAPI_OK};
    winapi_arena *arena = winapi_arena_new();
    winapi_status status = arena == NULL ? WINAPI_RESOURCE_EXHAUSTED : WINAPI_OK;
    for (int i = 0; i < WARM_UP + ROUND_TRIPS && status == WINAPI_OK; i++) {
        int64_t start = time_now();
        status = echo(patient->channel, arena, &error);
        times[i % ROUND_TRIPS] = time_now() - start; /* those of the warm-up are written over */
    }
    winapi_arena_free(arena);
    if (status != WINAPI_OK) {
        explain(check, "Echo.UnaryEcho", status, &error);
        return;
    }
    sort_times(times, ROUND_TRIPS);
    check_ok(check, "%d calls of 64 bytes %s: p50 %.1f us, p99 %.1f us", ROUND_TRIPS,
             patient->info.rings ? "in rings" : "on the socket", (double)percentile_of(times, ROUND_TRIPS, 0.5) / 1e3,
             (double)percentile_of(times, ROUND_TRIPS, 0.99) / 1e3);
}

/* As many pieces as a second allows, each read by the host. */
static winapi_status transfer(winapi_channel *channel, winapi_shared_buffer *buffer, int *pieces, winapi_error *error) {
    winapi_BufferRef reference;
    winapi_v1_PerfExchangeReply reply;
    winapi_buffer_ref(buffer, &reference);
    winapi_v1_PerfExchangeRequest request = {.buffer = &reference};
    winapi_arena *arena = winapi_arena_new();
    winapi_status status = arena == NULL ? WINAPI_RESOURCE_EXHAUSTED : WINAPI_OK;
    int64_t start = time_now();
    for (*pieces = 0; *pieces < PIECES && milliseconds_since(start) < 1000 && status == WINAPI_OK; ++*pieces) {
        winapi_arena_reset(arena);
        status = winapi_v1_PerfTest_Exchange(channel, &within, &request, &reply, arena, error);
    }
    winapi_arena_free(arena);
    return status;
}

void check_bulk(struct patient *patient, struct check *check) {
    winapi_shared_buffer *buffer;
    winapi_error error = {.code = WINAPI_OK};
    winapi_buffer_options options = {.timeout_ns = within.timeout_ns};
    size_t size = patient->info.request_region_bytes < PIECE ? (size_t)patient->info.request_region_bytes : PIECE;
    winapi_status status = winapi_buffer_rent(patient->channel, size, &options, &buffer, &error);
    if (status != WINAPI_OK) {
        explain(check, "a buffer cannot be rented", status, &error);
        return;
    }
    fill_bytes(winapi_buffer_data(buffer), size, 1);
    int pieces;
    int64_t start = time_now();
    status = transfer(patient->channel, buffer, &pieces, &error);
    double seconds = milliseconds_since(start) / 1e3;
    bool shared = winapi_buffer_is_shared(buffer);
    winapi_buffer_release(buffer);
    if (status != WINAPI_OK) {
        explain(check, "PerfTest.Exchange", status, &error);
        return;
    }
    check_ok(check, "%d buffers of %zu KiB read by the host %s: %.0f MB/s", pieces, size / 1024,
             shared ? "in place, by reference" : "after they travelled inline", (double)size * pieces / 1e6 / seconds);
}
