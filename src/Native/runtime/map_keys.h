#ifndef WINAPI_RUNTIME_MAP_KEYS_H
#define WINAPI_RUNTIME_MAP_KEYS_H

#include "winapi/message.h"

/* Makes the keys of every map in the message unique: the last entry of a key counts, at the place of its first.
   false when out of memory. */
bool winapi_map_keys_unite(const winapi_message_type *type, void *message);

#endif
