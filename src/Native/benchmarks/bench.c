/*
 * Echo and buffers by reference through libwinapi, beside a ping-pong of the same bytes over a raw Unix socket and in rings
 * of shared memory, and the echo beside the same against the smallest host there can be, in C.
 * Prints one JSON object. usage: winapi_bench ENDPOINT [ROUND_TRIPS]
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure.h"
#include "raw_ring.h"
#include "raw_socket.h"
#include "small_host.h"
#include "winapi.h"
#include "winapi/v1/echo.winapi.h"
#include "winapi/v1/perf_test.winapi.h"

enum { SMALL_BYTES = 64, LARGE_BYTES = 4 << 20, BULK_DIVISOR = 50 };

struct bench {
    winapi_channel *channel;
    winapi_arena *arena;
    size_t count; /* of small round trips */
    winapi_error error;
    winapi_BufferRef reference;
    size_t printed;
};

static void print_times(struct bench *bench, const char *name, const struct times *times) {
    (void)printf("%s\n    \"%s\": {\"count\": %zu, \"warm_up\": %zu, \"min_ns\": %lld, \"p50_ns\": %lld, \"p99_ns\": %lld, "
                 "\"mean_ns\": %lld}",
                 bench->printed++ == 0 ? "" : ",", name, times->count, times->warm_up, (long long)times->min,
                 (long long)times->p50, (long long)times->p99, (long long)times->mean);
    (void)fflush(stdout);
}

static bool raw(struct bench *bench, const char *name, size_t there, size_t back, size_t count) {
    struct times times;
    if (!measure_raw_socket(there, back, count, &times)) {
        (void)snprintf(bench->error.message, sizeof bench->error.message, "the raw ping-pong failed");
        return false;
    }
    print_times(bench, name, &times);
    return true;
}

static bool ring(struct bench *bench) {
    struct times times;
    if (!measure_raw_ring(SMALL_BYTES, bench->count, &times)) {
        (void)snprintf(bench->error.message, sizeof bench->error.message, "the ping-pong in rings failed");
        return false;
    }
    print_times(bench, "raw_ring_64", &times);
    return true;
}

static bool echo(void *context) {
    static const uint8_t payload[SMALL_BYTES] = {1};
    struct bench *bench = context;
    winapi_v1_EchoRequest request = {.payload = winapi_bytes_of(payload, sizeof payload)};
    winapi_v1_EchoReply reply;
    winapi_arena_reset(bench->arena);
    return winapi_v1_Echo_UnaryEcho(bench->channel, NULL, &request, &reply, bench->arena, &bench->error) == WINAPI_OK;
}

static bool lend(void *context) {
    struct bench *bench = context;
    winapi_v1_PerfExchangeRequest request = {.buffer = &bench->reference};
    winapi_v1_PerfExchangeReply reply;
    winapi_arena_reset(bench->arena);
    return winapi_v1_PerfTest_Exchange(bench->channel, NULL, &request, &reply, bench->arena, &bench->error) == WINAPI_OK;
}

static bool measured(struct bench *bench, const char *name, step *make, size_t count) {
    struct times times;
    if (!measure(make, bench, count, &times)) {
        return false;
    }
    print_times(bench, name, &times);
    return true;
}

static void run_small_host(int listener) {
    struct small_host host;
    if (small_host_meet(&host, listener)) {
        small_host_answer(&host);
    }
    small_host_close(&host);
    _exit(0);
}

/* The same call, with a channel of its own. */
static bool echo_by(struct bench *bench, const char *name, const char *endpoint) {
    winapi_channel_options options = {.endpoint = endpoint};
    winapi_channel *before = bench->channel;
    bench->channel = winapi_channel_new(&options, &bench->error);
    bool good = bench->channel != NULL && measured(bench, name, echo, bench->count);
    winapi_channel_free(bench->channel);
    bench->channel = before;
    return good;
}

/* What is left of a round trip where the host does next to nothing. */
static bool measure_small_host(struct bench *bench) {
    char folder[] = "/tmp/winapi-bench-XXXXXX", path[sizeof folder + 16], endpoint[sizeof path + 16];
    if (mkdtemp(folder) == NULL) {
        (void)snprintf(bench->error.message, sizeof bench->error.message, "no folder can be made in /tmp");
        return false;
    }
    (void)snprintf(path, sizeof path, "%s/host.sock", folder);
    (void)snprintf(endpoint, sizeof endpoint, "unix://%s", path);
    int listener = small_host_listen(path);
    pid_t child = listener < 0 ? -1 : fork();
    if (child == 0) {
        run_small_host(listener);
    }
    bool good = child > 0 && echo_by(bench, "unary_echo_64_small_host_in_c", endpoint);
    (void)close(listener);
    (void)unlink(path);
    (void)rmdir(folder);
    return child > 0 && waitpid(child, NULL, 0) == child && good;
}

/* The host reads every byte, and then, of the same buffer, only the first. */
static bool measure_references(struct bench *bench, size_t count) {
    winapi_shared_buffer *buffer;
    if (winapi_buffer_rent(bench->channel, LARGE_BYTES, NULL, &buffer, &bench->error) != WINAPI_OK) {
        return false;
    }
    memset(winapi_buffer_data(buffer), 1, LARGE_BYTES);
    winapi_buffer_ref(buffer, &bench->reference);
    bool good = measured(bench, "by_reference_4MiB_all_read_by_host", lend, count);
    good = good && winapi_buffer_slice(buffer, 0, 1, &bench->reference) &&
           measured(bench, "by_reference_1_byte_read_by_host", lend, bench->count);
    winapi_buffer_release(buffer);
    return good;
}

static bool run(struct bench *bench) {
    winapi_connection_info info;
    size_t fewer = bench->count / BULK_DIVISOR + 1;
    if (winapi_channel_connect(bench->channel, &bench->error) != WINAPI_OK ||
        !winapi_channel_get_connection(bench->channel, &info)) {
        return false;
    }
    (void)printf("{\n  \"endpoint\": \"%s\",\n  \"memory_shared\": %s,\n  \"rings\": %s,\n  \"times\": {",
                 info.endpoint, info.memory_shared ? "true" : "false", info.rings ? "true" : "false");
    bool good = raw(bench, "raw_socket_64", SMALL_BYTES, SMALL_BYTES, bench->count) && ring(bench) &&
                measured(bench, "unary_echo_64", echo, bench->count) &&
                (!info.rings || measure_small_host(bench)) && /* it speaks through rings alone */
                raw(bench, "raw_socket_4MiB_there_64_back", LARGE_BYTES, SMALL_BYTES, fewer) &&
                measure_references(bench, fewer);
    (void)printf("\n  }\n}\n");
    return good;
}

int main(int count, char **arguments) {
    unsigned long round_trips = count > 2 ? strtoul(arguments[2], NULL, 10) : 20000;
    if (count < 2 || count > 3 || round_trips < 100 || round_trips > 10000000) {
        (void)fputs("usage: winapi_bench ENDPOINT [ROUND_TRIPS], 100 to 10000000\n", stderr);
        return 2;
    }
    winapi_channel_options options = {
        .endpoint = arguments[1],
        .agent = "winapi_bench",
        .shared_memory_bytes = 4 * (uint64_t)LARGE_BYTES,
    };
    struct bench bench = {.arena = winapi_arena_new(), .count = round_trips};
    bench.channel = winapi_channel_new(&options, &bench.error);
    bool good = bench.arena != NULL && bench.channel != NULL && run(&bench);
    if (!good) {
        (void)fprintf(stderr, "winapi_bench: %s\n", bench.error.message);
    }
    winapi_channel_free(bench.channel);
    winapi_arena_free(bench.arena);
    return good ? 0 : 1;
}
