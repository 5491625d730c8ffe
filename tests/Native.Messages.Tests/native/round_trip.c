/* Decodes and encodes again what it reads: first it writes the names of its types, a line each, then an empty line.
   A request is a type's index and a length (both 4 bytes, little endian) and the message; an answer is a length and the
   message encoded again, or the length 0xFFFFFFFF and, as one line, why it is refused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "types.h"

static void require(bool holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "round_trip: %s\n", what);
        abort();
    }
}

static bool read_number(uint32_t *number) {
    unsigned char bytes[4];
    if (fread(bytes, 1, 4, stdin) != 4) {
        return false;
    }
    *number = bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
    return true;
}

static void write_number(uint32_t number) {
    unsigned char bytes[4] = { (unsigned char)number, (unsigned char)(number >> 8), (unsigned char)(number >> 16),
                               (unsigned char)(number >> 24) };
    require(fwrite(bytes, 1, 4, stdout) == 4, "the answer was not taken");
}

/* Memory of exactly this size, so that a sanitizer sees a read or write past it. */
static uint8_t *exactly(size_t size) {
    uint8_t *memory = malloc(size);
    require(memory != NULL || size == 0, "out of memory");
    return memory;
}

static void answer_encoded(const winapi_message_type *type, const void *message) {
    size_t size;
    require(winapi_message_size(type, message, &size), "what was decoded cannot be encoded");
    uint8_t *target = exactly(size);
    require(winapi_message_encode(type, message, target, size) == size, "the size is not the size");
    uint8_t *larger = exactly(size + 3);
    require(winapi_message_encode(type, message, larger, size + 3) == size, "more room changes the size");
    require(size == 0 || memcmp(target, larger, size) == 0, "more room changes the bytes");
    require(size == 0 || winapi_message_encode(type, message, larger, size - 1) == 0, "too little room goes unseen");
    write_number((uint32_t)size);
    require(fwrite(target, 1, size, stdout) == size, "the answer was not taken");
    free(larger);
    free(target);
}

static void answer_refused(const winapi_error *error) {
    require(error->code == WINAPI_INVALID_ARGUMENT, "refused for another reason than the bytes");
    write_number(UINT32_MAX);
    require(printf("%s\n", error->message) > 0, "the answer was not taken");
}

static void answer(const winapi_message_type *type, const uint8_t *source, size_t size, winapi_arena *arena) {
    void *message = exactly(winapi_message_type_size(type));
    winapi_error error;
    if (winapi_message_decode(type, source, size, message, arena, &error) == WINAPI_OK) {
        answer_encoded(type, message);
    } else {
        answer_refused(&error);
    }
    free(message);
}

int main(void) {
    winapi_arena *arena = winapi_arena_new();
    require(arena != NULL, "out of memory");
    for (size_t i = 0; i < type_count; i++) {
        (void)puts(winapi_message_type_name(types[i]));
    }
    (void)puts("");
    (void)fflush(stdout);
    uint32_t index;
    uint32_t size;
    while (read_number(&index) && read_number(&size)) {
        require(index < type_count, "no such type");
        uint8_t *source = exactly(size);
        require(fread(source, 1, size, stdin) == size, "the request ends early");
        answer(types[index], source, size, arena);
        free(source);
        winapi_arena_reset(arena);
        require(fflush(stdout) == 0, "the answer was not taken");
    }
    winapi_arena_free(arena);
    return 0;
}
