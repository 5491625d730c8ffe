#ifndef WINAPI_RUNTIME_ARENA_TAKE_H
#define WINAPI_RUNTIME_ARENA_TAKE_H

#include "winapi/arena.h"

/* Like winapi_arena_alloc, but not zeroed, and aligned as told (a power of two, at most that of max_align_t). */
void *winapi_arena_take(winapi_arena *arena, size_t size, size_t alignment);

#endif
