/*
 * The memory both processes see, from a sealed memfd: a header page, the request region (this side allocates in it),
 * the response region (the host does).
 */
#ifndef WINAPI_TRANSPORT_MAPPING_H
#define WINAPI_TRANSPORT_MAPPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PAGE_BYTES = 4096, SESSION_BYTES = 16 };

struct layout {
    uint64_t request_bytes;
    uint64_t response_bytes;
};

/* Halves a size, in whole pages and at least one each; false over 2 GiB. */
bool winapi_layout_split(uint64_t bytes, struct layout *layout);

static inline uint64_t winapi_request_start(void) {
    return PAGE_BYTES;
}

static inline uint64_t winapi_response_start(const struct layout *layout) {
    return PAGE_BYTES + layout->request_bytes;
}

static inline size_t winapi_layout_total(const struct layout *layout) {
    return (size_t)(PAGE_BYTES + layout->request_bytes + layout->response_bytes);
}

/*
 * Creates and maps the memory, sealed against any change of size, with its header written. NULL: reason says at which
 * step the kernel refused. The descriptor is for the peer; close it once it is passed.
 */
uint8_t *winapi_mapping_create(const struct layout *layout, const uint8_t session[SESSION_BYTES], int *descriptor,
                               char *reason, size_t reason_size);

void winapi_mapping_free(uint8_t *mapping, const struct layout *layout);

#endif
