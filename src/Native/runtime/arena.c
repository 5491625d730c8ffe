#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "arena_take.h"

enum { FIRST_BLOCK = 2048, NEXT_BLOCK = 8192, LARGEST_SHARED_BLOCK = 1 << 20 };

typedef struct block {
    struct block *older;
    size_t capacity;
    alignas(max_align_t) unsigned char bytes[];
} block;

struct winapi_arena {
    block *newest; /* the one allocations come from; NULL at the end of the list is the first, which is `first` */
    size_t used;   /* of the newest */
    size_t next_capacity;
    block *first; /* kept by a reset */
};

static block *block_new(size_t capacity, block *older) {
    if (capacity > SIZE_MAX - sizeof(block)) {
        return NULL;
    }
    block *made = malloc(sizeof(block) + capacity);
    if (made != NULL) {
        made->older = older;
        made->capacity = capacity;
    }
    return made;
}

winapi_arena *winapi_arena_new(void) {
    winapi_arena *arena = malloc(sizeof *arena);
    if (arena == NULL) {
        return NULL;
    }
    arena->first = block_new(FIRST_BLOCK, NULL);
    if (arena->first == NULL) {
        free(arena);
        return NULL;
    }
    arena->newest = arena->first;
    arena->used = 0;
    arena->next_capacity = NEXT_BLOCK;
    return arena;
}

void winapi_arena_reset(winapi_arena *arena) {
    block *at = arena->newest;
    while (at != arena->first) {
        block *older = at->older;
        free(at);
        at = older;
    }
    /* Blocks that were put below the first one. */
    at = arena->first->older;
    while (at != NULL) {
        block *older = at->older;
        free(at);
        at = older;
    }
    arena->first->older = NULL;
    arena->newest = arena->first;
    arena->used = 0;
    arena->next_capacity = NEXT_BLOCK;
}

void winapi_arena_free(winapi_arena *arena) {
    if (arena == NULL) {
        return;
    }
    winapi_arena_reset(arena);
    free(arena->first);
    free(arena);
}

/* A large piece gets a block of its own, below the newest, whose rest stays in use. */
static void *take_own_block(winapi_arena *arena, size_t size) {
    block *own = block_new(size, arena->newest->older);
    if (own == NULL) {
        return NULL;
    }
    arena->newest->older = own;
    return own->bytes;
}

static void *take_next_block(winapi_arena *arena, size_t size) {
    block *next = block_new(arena->next_capacity, arena->newest);
    if (next == NULL) {
        return NULL;
    }
    arena->newest = next;
    arena->used = size;
    if (arena->next_capacity < LARGEST_SHARED_BLOCK) {
        arena->next_capacity *= 2;
    }
    return next->bytes;
}

void *winapi_arena_take(winapi_arena *arena, size_t size, size_t alignment) {
#ifdef WINAPI_ARENA_SEPARATE
    /* Every piece by itself, so that a sanitizer sees each end. */
    (void)alignment;
    return take_own_block(arena, size);
#endif
    size_t start = (arena->used + alignment - 1) & ~(alignment - 1);
    if (start <= arena->newest->capacity && size <= arena->newest->capacity - start) {
        arena->used = start + size;
        return arena->newest->bytes + start;
    }
    return size > arena->next_capacity / 4 ? take_own_block(arena, size) : take_next_block(arena, size);
}

void *winapi_arena_alloc(winapi_arena *arena, size_t size) {
    void *piece = winapi_arena_take(arena, size, alignof(max_align_t));
    if (piece != NULL) {
        memset(piece, 0, size);
    }
    return piece;
}
