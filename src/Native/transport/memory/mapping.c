#define _GNU_SOURCE
#include "mapping.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../bytes.h"

#define LARGEST ((uint64_t)INT32_MAX - INT32_MAX % PAGE_BYTES)

bool winapi_layout_split(uint64_t bytes, struct layout *layout) {
    if (bytes > LARGEST) {
        return false;
    }
    uint64_t pages = (bytes / 2 + PAGE_BYTES - 1) / PAGE_BYTES;
    uint64_t half = (pages == 0 ? 1 : pages) * PAGE_BYTES;
    *layout = (struct layout){half, half};
    return REGIONS_START + 2 * half <= LARGEST;
}

static bool map(struct mapping *mapping, const struct layout *layout, int flags, int descriptor, uint64_t offset) {
    size_t size = winapi_layout_total(layout);
    void *start = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, descriptor, (off_t)offset);
    if (start == MAP_FAILED) {
        return false;
    }
    mapping->start = start;
    mapping->size = size;
    return true;
}

bool winapi_mapping_share(struct mapping *mapping, const struct layout *layout, int descriptor, uint64_t offset) {
    return map(mapping, layout, MAP_SHARED, descriptor, offset);
}

bool winapi_mapping_make_private(struct mapping *mapping, const struct layout *layout) {
    return map(mapping, layout, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

void winapi_mapping_write_header(const struct mapping *mapping, const struct layout *layout,
                                 const uint8_t session[SESSION_BYTES]) {
    uint8_t *target = mapping->start;
    memset(target, 0, PAGE_BYTES); /* a part of a file has held another header before, and words of rings */
    memcpy(target, "WINA", 4);
    winapi_put32(target + 4, LAYOUT_VERSION);
    memcpy(target + 8, session, SESSION_BYTES);
    winapi_put64(target + 24, winapi_request_start());
    winapi_put64(target + 32, layout->request_bytes);
    winapi_put64(target + 40, winapi_response_start(layout));
    winapi_put64(target + 48, layout->response_bytes);
}

void winapi_mapping_free(struct mapping *mapping) {
    if (mapping->start != NULL) {
        (void)munmap(mapping->start, mapping->size);
    }
    if (mapping->descriptor >= 0) {
        (void)close(mapping->descriptor);
    }
    if (mapping->file != NULL) {
        (void)unlink(mapping->file); /* WSLg's window knows no unlink: there the file ends with its last descriptor */
        free(mapping->file);
    }
    *mapping = NO_MAPPING;
}
