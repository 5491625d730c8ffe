#ifndef WINAPI_RUNTIME_REPEATED_H
#define WINAPI_RUNTIME_REPEATED_H

#include "winapi/message.h"

/* Room for `extra` more items behind the present ones, not zeroed; the count stays. NULL when out of memory.
   All room of a repeated field must come from here: how much it has follows from its count. */
void *winapi_repeated_reserve(winapi_repeated *repeated, winapi_arena *arena, size_t extra, size_t width);

#endif
