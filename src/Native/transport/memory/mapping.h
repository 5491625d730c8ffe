/*
 * The memory both processes see: a header page, the client's ring and the host's, the request region (this side allocates
 * in it), the response region (the host does).
 */
#ifndef WINAPI_TRANSPORT_MAPPING_H
#define WINAPI_TRANSPORT_MAPPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PAGE_BYTES = 4096,
    SESSION_BYTES = 16,
    LAYOUT_VERSION = 3,
    RING_BYTES = 64 * 1024,
    CLIENT_RING_START = PAGE_BYTES,
    HOST_RING_START = CLIENT_RING_START + RING_BYTES,
    /* Half a page: no lease starts where copies to or from ordinary memory meet the slow case of common processors,
     * when one address is 1 to 31 bytes behind the other within a page. */
    REGIONS_SHIFT = PAGE_BYTES / 2,
    REGIONS_START = HOST_RING_START + RING_BYTES + REGIONS_SHIFT
};

struct layout {
    uint64_t request_bytes;
    uint64_t response_bytes;
};

/* Where memory is mapped. NO_MAPPING is none. */
struct mapping {
    uint8_t *start;
    size_t size;
    int descriptor; /* that has to stay open while it is mapped, or -1 */
    char *file;     /* that ends with it, or NULL; owned */
};

#define NO_MAPPING ((struct mapping){.descriptor = -1})

/* Halves a size, in whole pages and at least one each; false over 2 GiB. */
bool winapi_layout_split(uint64_t bytes, struct layout *layout);

static inline uint64_t winapi_request_start(void) {
    return REGIONS_START;
}

static inline uint64_t winapi_response_start(const struct layout *layout) {
    return REGIONS_START + layout->request_bytes;
}

static inline size_t winapi_layout_total(const struct layout *layout) {
    return (size_t)(REGIONS_START + layout->request_bytes + layout->response_bytes + PAGE_BYTES - REGIONS_SHIFT);
}

/* Maps what the descriptor holds from the offset on, for reading and writing, shared. False: errno says why. */
bool winapi_mapping_share(struct mapping *mapping, const struct layout *layout, int descriptor, uint64_t offset);

/* Memory of this process alone, of the same shape, so that offsets mean the same. False: none is left. */
bool winapi_mapping_make_private(struct mapping *mapping, const struct layout *layout);

void winapi_mapping_write_header(const struct mapping *mapping, const struct layout *layout,
                                 const uint8_t session[SESSION_BYTES]);

/* Leaves NO_MAPPING; harmless on it. */
void winapi_mapping_free(struct mapping *mapping);

#endif
