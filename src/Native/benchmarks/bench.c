/*
 * Echo latency and bulk by reference through libwinapi, beside ping-pong over a raw Unix socket between two processes.
 * Prints one JSON object. usage: winapi_bench ENDPOINT [ROUND_TRIPS]
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "winapi.h"
#include "winapi/v1/buffer_test.winapi.h"
#include "winapi/v1/echo.winapi.h"
#include "winapi/v1/perf_test.winapi.h"

enum { PING_BYTES = 64, WARM_UP = 2000 };

struct timing {
    int64_t *times;
    size_t count;
};

static int64_t now_ns(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int compare(const void *a, const void *b) {
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

static void print_timing(const char *name, struct timing *timing, const char *end) {
    int64_t sum = 0;
    qsort(timing->times, timing->count, sizeof *timing->times, compare);
    for (size_t i = 0; i < timing->count; i++) {
        sum += timing->times[i];
    }
    (void)printf("  \"%s\": {\"count\": %zu, \"p50_ns\": %lld, \"p99_ns\": %lld, \"mean_ns\": %lld}%s\n", name, timing->count,
                 (long long)timing->times[timing->count / 2], (long long)timing->times[timing->count * 99 / 100],
                 (long long)(sum / (int64_t)timing->count), end);
}

static bool exchange_exactly(int socket, char *bytes, bool first) {
    for (int turn = 0; turn < 2; turn++) {
        if ((turn == 0) == first) {
            if (send(socket, bytes, PING_BYTES, MSG_NOSIGNAL) != PING_BYTES) {
                return false;
            }
        } else if (recv(socket, bytes, PING_BYTES, MSG_WAITALL) != PING_BYTES) {
            return false;
        }
    }
    return true;
}

static bool measure_raw(struct timing *timing) {
    int pair[2];
    char bytes[PING_BYTES] = {0};
    bool good = socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0;
    pid_t child = good ? fork() : -1;
    if (child == 0) {
        (void)close(pair[0]);
        while (exchange_exactly(pair[1], bytes, false)) {
        }
        _exit(0);
    }
    if (child < 0) {
        return false;
    }
    (void)close(pair[1]);
    for (size_t i = 0; good && i < timing->count + WARM_UP; i++) {
        int64_t start = now_ns();
        good = exchange_exactly(pair[0], bytes, true);
        if (i >= WARM_UP) {
            timing->times[i - WARM_UP] = now_ns() - start;
        }
    }
    (void)close(pair[0]);
    (void)waitpid(child, NULL, 0);
    return good;
}

static bool measure_echo(winapi_channel *channel, struct timing *timing, winapi_error *error) {
    static const uint8_t payload[PING_BYTES];
    winapi_arena *arena = winapi_arena_new();
    winapi_v1_EchoRequest request = {.payload = {payload, sizeof payload}};
    winapi_v1_EchoReply reply;
    winapi_status status = WINAPI_OK;
    for (size_t i = 0; status == WINAPI_OK && i < timing->count + WARM_UP; i++) {
        int64_t start = now_ns();
        winapi_arena_reset(arena);
        status = winapi_v1_Echo_UnaryEcho(channel, NULL, &request, &reply, arena, error);
        if (i >= WARM_UP) {
            timing->times[i - WARM_UP] = now_ns() - start;
        }
    }
    winapi_arena_free(arena);
    return status == WINAPI_OK;
}

/* Passing a buffer by reference; reads: the host reads every byte, else it looks at none. */
static bool measure_reference(winapi_channel *channel, size_t size, bool reads, struct timing *timing, winapi_error *error) {
    winapi_arena *arena = winapi_arena_new();
    winapi_shared_buffer *buffer;
    winapi_BufferRef reference = {0};
    winapi_v1_PerfExchangeReply reply;
    winapi_v1_PerfExchangeRequest exchange = {.buffer = &reference};
    winapi_status status = winapi_buffer_rent(channel, size, NULL, &buffer, error);
    if (status == WINAPI_OK) {
        memset(winapi_buffer_data(buffer), 1, size);
        (void)winapi_buffer_slice(buffer, 0, reads ? size : 0, &reference);
    }
    for (size_t i = 0; status == WINAPI_OK && i < timing->count; i++) {
        int64_t start = now_ns();
        winapi_arena_reset(arena);
        status = winapi_v1_PerfTest_Exchange(channel, NULL, &exchange, &reply, arena, error);
        timing->times[i] = now_ns() - start;
    }
    winapi_buffer_release(buffer);
    winapi_arena_free(arena);
    return status == WINAPI_OK;
}

static bool measure_bulk(winapi_channel *channel, size_t size, struct timing *timing, winapi_error *error) {
    char name[64];
    for (int reads = 0; reads < 2; reads++) {
        if (!measure_reference(channel, size, reads == 1, timing, error)) {
            return false;
        }
        (void)snprintf(name, sizeof name, "by_reference_%zu_%s", size, reads == 1 ? "read_by_host" : "lent_only");
        print_timing(name, timing, ",");
    }
    return true;
}

static bool run(winapi_channel *channel, struct timing *timing, winapi_error *error) {
    winapi_connection_info info;
    struct timing fewer = {timing->times, timing->count < 200 ? timing->count : 200};
    if (winapi_channel_connect(channel, error) != WINAPI_OK || !winapi_channel_get_connection(channel, &info)) {
        return false;
    }
    (void)printf("{\n  \"endpoint\": \"%s\",\n  \"memory_shared\": %s,\n", info.endpoint, info.memory_shared ? "true" : "false");
    if (!measure_raw(timing)) {
        error->code = WINAPI_INTERNAL;
        (void)snprintf(error->message, sizeof error->message, "the raw ping-pong failed");
        return false;
    }
    print_timing("raw_socket_64", timing, ",");
    if (!measure_bulk(channel, 1 << 20, &fewer, error) || !measure_bulk(channel, 4000000, &fewer, error) ||
        !measure_echo(channel, timing, error)) {
        return false;
    }
    print_timing("unary_echo_64", timing, "");
    (void)puts("}");
    return true;
}

int main(int count, char **arguments) {
    winapi_error error = {.code = WINAPI_OK};
    unsigned long round_trips = count > 2 ? strtoul(arguments[2], NULL, 10) : 20000;
    if (count < 2 || round_trips == 0 || round_trips > 100000000) {
        (void)fputs("usage: winapi_bench ENDPOINT [ROUND_TRIPS]\n", stderr);
        return 2;
    }
    struct timing timing = {calloc(round_trips, sizeof(int64_t)), round_trips};
    winapi_channel_options options = {.endpoint = arguments[1], .agent = "winapi_bench"};
    winapi_channel *channel = timing.times == NULL ? NULL : winapi_channel_new(&options, &error);
    bool good = channel != NULL && run(channel, &timing, &error);
    if (!good) {
        (void)fprintf(stderr, "winapi_bench: %s\n", error.message);
    }
    winapi_channel_free(channel);
    free(timing.times);
    return good ? 0 : 1;
}
