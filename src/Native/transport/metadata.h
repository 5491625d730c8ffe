/* Metadata on the wire: entry after entry of key length (2), value length (4), key, value. */
#ifndef WINAPI_TRANSPORT_METADATA_H
#define WINAPI_TRANSPORT_METADATA_H

#include "bytes.h"
#include "winapi/call.h"

/* Entries with all they point to in one block of memory. Valid when zeroed. */
struct metadata_list {
    winapi_metadata *entries;
    size_t count;
};

/* INVALID_ARGUMENT: a key or a value has characters it cannot have. RESOURCE_EXHAUSTED: out of memory. */
winapi_status winapi_metadata_encode(const winapi_metadata *entries, size_t count, struct bytes *target,
                                     winapi_error *error);

/* NULL, or what is wrong. Out of memory reads as such. */
const char *winapi_metadata_decode(const uint8_t *source, size_t size, struct metadata_list *list);

void winapi_metadata_free(struct metadata_list *list);

#endif
