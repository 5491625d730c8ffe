/*
 * One call after the other until there were enough or one fails. usage: calls ENDPOINT COUNT
 * Prints whether they go through rings, "calling" after the first, then how many were answered, how fast, and the end.
 */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "winapi.h"
#include "winapi/v1/echo.winapi.h"

enum { CALL_SECONDS = 20 };

static double seconds(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static winapi_status echo(winapi_channel *channel, winapi_arena *arena, uint8_t number, winapi_error *error) {
    uint8_t payload[64] = {number};
    winapi_v1_EchoRequest request = {.payload = winapi_bytes_of(payload, sizeof payload)};
    winapi_v1_EchoReply reply;
    winapi_call_options options = {.timeout_ns = (int64_t)CALL_SECONDS * 1000000000};
    winapi_arena_reset(arena);
    winapi_status status = winapi_v1_Echo_UnaryEcho(channel, &options, &request, &reply, arena, error);
    bool same = status == WINAPI_OK && reply.payload.size == sizeof payload && reply.payload.data[0] == number;
    return status == WINAPI_OK && !same ? WINAPI_DATA_LOSS : status;
}

static winapi_status call_all(winapi_channel *channel, unsigned long count, winapi_error *error) {
    unsigned long good = 0;
    winapi_arena *arena = winapi_arena_new();
    winapi_status status = arena == NULL ? WINAPI_RESOURCE_EXHAUSTED : WINAPI_OK;
    double start = seconds();
    while (status == WINAPI_OK && good < count) {
        status = echo(channel, arena, (uint8_t)good, error);
        good += status == WINAPI_OK;
        if (status == WINAPI_OK && good == 1) {
            (void)puts("calling");
            (void)fflush(stdout);
        }
    }
    (void)printf("answered %lu, %.0f a second\n", good, (double)good / (seconds() - start));
    winapi_arena_free(arena);
    return status;
}

int main(int count, char **arguments) {
    winapi_error error = {.code = WINAPI_OK};
    winapi_connection_info info = {.rings = false};
    if (count != 3) {
        return 2;
    }
    winapi_channel_options options = {.endpoint = arguments[1]};
    winapi_channel *channel = winapi_channel_new(&options, &error);
    winapi_status status = channel == NULL ? error.code : winapi_channel_connect(channel, &error);
    if (status == WINAPI_OK) {
        (void)winapi_channel_get_connection(channel, &info);
        (void)printf("rings %d\n", info.rings);
        status = call_all(channel, strtoul(arguments[2], NULL, 10), &error);
    }
    winapi_channel_free(channel);
    (void)printf("ended %s: %s\n", winapi_status_name(status), error.message);
    return 0;
}
