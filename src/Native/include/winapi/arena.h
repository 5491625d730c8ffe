/* Arenas: memory that is given back all at once. A decoded message lies in one. */
#ifndef WINAPI_ARENA_H
#define WINAPI_ARENA_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One thread at a time may use an arena. */
typedef struct winapi_arena winapi_arena;

/* NULL when out of memory. The caller ends it with winapi_arena_free. */
winapi_arena *winapi_arena_new(void);

/* Gives back all that was allocated from the arena; pointers into it are dead from then on. Keeps its first block, so
   that an arena that is reset between calls costs no malloc. */
void winapi_arena_reset(winapi_arena *arena);

/* Takes NULL. */
void winapi_arena_free(winapi_arena *arena);

/* Zeroed and aligned for any type; valid until the arena is reset or freed. A size of 0 gives a pointer too.
   NULL when out of memory. */
void *winapi_arena_alloc(winapi_arena *arena, size_t size);

#ifdef __cplusplus
}
#endif

#endif
