/* Prints how long it takes to encode and decode one small message, for the runtime's own record; no test asks for it. */
#define _POSIX_C_SOURCE 200809L
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "kinds/kinds.winapi.h"

enum { ROUNDS = 2000000 };

static double now(void) {
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

int main(void) {
    kinds_Inner point = { .text = winapi_str("an inner message"), .number = -5 };
    kinds_Plain message = { .string_field = winapi_str("Hello from a C program"),
                            .int64_field = 123456789,
                            .bool_field = true,
                            .double_field = 1.5,
                            .inner_field = &point };
    winapi_arena *arena = winapi_arena_new();
    if (arena == NULL) {
        return EXIT_FAILURE;
    }
    uint8_t bytes[256];
    size_t size = 0;
    double start = now();
    for (int i = 0; i < ROUNDS; i++) {
        message.int64_field = i;
        size_t encoded;
        if (!winapi_message_size(&kinds_Plain_type, &message, &encoded)) {
            return EXIT_FAILURE;
        }
        size += winapi_message_encode(&kinds_Plain_type, &message, bytes, encoded);
    }
    double encoded_at = now();
    size_t last = winapi_message_encode(&kinds_Plain_type, &message, bytes, sizeof bytes);
    for (int i = 0; i < ROUNDS; i++) {
        kinds_Plain decoded;
        if (winapi_message_decode(&kinds_Plain_type, bytes, last, &decoded, arena, NULL) != WINAPI_OK) {
            return EXIT_FAILURE;
        }
        size += decoded.string_field.size;
        winapi_arena_reset(arena);
    }
    double decoded_at = now();
    printf("%zu bytes: size and encode %.0f ns, decode %.0f ns (%zu)\n", last, (encoded_at - start) / ROUNDS,
           (decoded_at - encoded_at) / ROUNDS, size);
    winapi_arena_free(arena);
    return 0;
}
