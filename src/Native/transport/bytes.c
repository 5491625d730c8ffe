#include "bytes.h"

#include <stdlib.h>

enum { SMALLEST = 256 };

bool winapi_bytes_reserve(struct bytes *bytes, size_t count) {
    if (bytes->capacity - bytes->size >= count) {
        return true;
    }
    if (count > SIZE_MAX / 2 - bytes->size) {
        return false;
    }
    size_t capacity = bytes->capacity < SMALLEST ? SMALLEST : bytes->capacity * 2;
    if (capacity < bytes->size + count) {
        capacity = bytes->size + count;
    }
    uint8_t *data = realloc(bytes->data, capacity);
    if (data == NULL) {
        return false;
    }
    bytes->data = data;
    bytes->capacity = capacity;
    return true;
}

uint8_t *winapi_bytes_append(struct bytes *bytes, size_t count) {
    if (!winapi_bytes_reserve(bytes, count == 0 ? 1 : count)) {
        return NULL;
    }
    uint8_t *room = bytes->data + bytes->size;
    bytes->size += count;
    return room;
}

void winapi_bytes_free(struct bytes *bytes) {
    free(bytes->data);
    *bytes = (struct bytes){0};
}
