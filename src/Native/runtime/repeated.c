#include "repeated.h"

#include <stdalign.h>

#include "arena_take.h"

/* The smallest power of two that is not below the count, and not below 4; 0 for none. */
static size_t capacity_for(size_t count) {
    size_t capacity = 4;
    while (capacity < count && capacity <= SIZE_MAX / 4) {
        capacity *= 2;
    }
    return count == 0 ? 0 : capacity;
}

void *winapi_repeated_reserve(winapi_repeated *repeated, winapi_arena *arena, size_t extra, size_t width) {
    size_t count = repeated->count;
    size_t capacity = capacity_for(count + extra);
    if (capacity != capacity_for(count)) {
        if (capacity < count + extra || capacity > SIZE_MAX / 2 / width) {
            return NULL;
        }
        void *items = winapi_arena_take(arena, capacity * width, alignof(max_align_t));
        if (items == NULL) {
            return NULL;
        }
        if (count != 0) {
            memcpy(items, repeated->items, count * width);
        }
        repeated->items = items;
    }
    return (unsigned char *)repeated->items + count * width;
}
