/* The fuzz target of the decoder. The first byte chooses the type. What is decoded must be encodable, decode again, and
   then encode to the same bytes; the rest is up to the sanitizers. */
#include <stdlib.h>
#include <string.h>

#include "types.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
    if (!holds) {
        abort();
    }
}

static bool ignore(const winapi_message_type *type, const void *message, void *user) {
    (void)type;
    (void)message;
    (void)user;
    return true;
}

static uint8_t *encode(const winapi_message_type *type, const void *message, size_t *size) {
    require(winapi_message_size(type, message, size));
    uint8_t *bytes = malloc(*size + 1);
    require(bytes != NULL);
    require(winapi_message_encode(type, message, bytes, *size) == *size);
    return bytes;
}

static void encode_twice(const winapi_message_type *type, void *message, winapi_arena *arena) {
    size_t first_size;
    uint8_t *first = encode(type, message, &first_size);
    require(winapi_message_decode(type, first, first_size, message, arena, NULL) == WINAPI_OK);
    size_t second_size;
    uint8_t *second = encode(type, message, &second_size);
    require(first_size == second_size && memcmp(first, second, first_size) == 0);
    free(second);
    free(first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0) {
        return 0;
    }
    const winapi_message_type *type = types[data[0] % type_count];
    winapi_arena *arena = winapi_arena_new();
    void *message = malloc(winapi_message_type_size(type));
    require(arena != NULL && message != NULL);
    winapi_error error;
    if (winapi_message_decode(type, data + 1, size - 1, message, arena, &error) == WINAPI_OK) {
        require(winapi_message_visit(type, message, types[size % type_count], ignore, NULL));
        encode_twice(type, message, arena);
    }
    free(message);
    winapi_arena_free(arena);
    return 0;
}
