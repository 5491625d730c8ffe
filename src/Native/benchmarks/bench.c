/*
 * Echo, calls in flight, streams and payloads through libwinapi, each beside the same bytes over a raw Unix socket; the echo
 * also beside a ping-pong in rings of shared memory, and beside the same against the smallest host there can be, in C.
 * Prints one JSON object. usage: winapi_bench ENDPOINT [ROUND_TRIPS]
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "in_flight.h"
#include "ladder.h"
#include "raw_ring.h"
#include "row.h"
#include "small_host.h"
#include "streams.h"
#include "winapi/v1/echo.winapi.h"

static const char raw_name[] = "raw_socket_64";

static bool measure_raw(struct bench *bench) {
    struct row row = {.name = raw_name, .floor = raw_name, .payload = SMALL_BYTES};
    return row_measure_raw(bench, &row, SMALL_BYTES, 1, SMALL_BYTES, bench->count);
}

static bool measure_ring(struct bench *bench) {
    struct row row = {.name = "raw_ring_64", .floor = raw_name, .payload = SMALL_BYTES};
    struct times times;
    if (!measure_raw_ring(SMALL_BYTES, bench->count, &times)) {
        return row_failed(bench, "the ping-pong in rings failed");
    }
    row_print(bench, &row, &times);
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

static bool measure_echo(struct bench *bench, const char *name) {
    struct row row = {.name = name, .floor = raw_name, .payload = SMALL_BYTES};
    return row_measure(bench, &row, echo, bench, bench->count);
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
    bool good = bench->channel != NULL && measure_echo(bench, name);
    winapi_channel_free(bench->channel);
    bench->channel = before;
    return good;
}

/* What is left of a round trip where the host does next to nothing. */
static bool measure_small_host(struct bench *bench) {
    char folder[] = "/tmp/winapi-bench-XXXXXX", path[sizeof folder + 16], endpoint[sizeof path + 16];
    if (mkdtemp(folder) == NULL) {
        return row_failed(bench, "no folder can be made in /tmp");
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

static bool run(struct bench *bench) {
    winapi_connection_info info;
    if (winapi_channel_connect(bench->channel, &bench->error) != WINAPI_OK ||
        !winapi_channel_get_connection(bench->channel, &info)) {
        return false;
    }
    (void)printf("{\n  \"endpoint\": \"%s\",\n  \"memory_shared\": %s,\n  \"rings\": %s,\n  \"times\": {",
                 info.endpoint, info.memory_shared ? "true" : "false", info.rings ? "true" : "false");
    (void)fflush(stdout); /* a fork doubles what is not yet written */
    bool good = measure_raw(bench) && measure_ring(bench) && measure_echo(bench, "unary_echo_64") &&
                (!info.rings || measure_small_host(bench)) && /* it speaks through rings alone */
                ladder_measure(bench) && in_flight_measure(bench) && streams_measure(bench);
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
        .shared_memory_bytes = 4 * (uint64_t)LADDER_LARGEST,
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
