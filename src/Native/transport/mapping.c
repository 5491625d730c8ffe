#define _GNU_SOURCE
#include "mapping.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bytes.h"

#define LARGEST ((uint64_t)INT32_MAX - INT32_MAX % PAGE_BYTES)

bool winapi_layout_split(uint64_t bytes, struct layout *layout) {
    if (bytes > LARGEST) {
        return false;
    }
    uint64_t pages = (bytes / 2 + PAGE_BYTES - 1) / PAGE_BYTES;
    uint64_t half = (pages == 0 ? 1 : pages) * PAGE_BYTES;
    *layout = (struct layout){half, half};
    return PAGE_BYTES + 2 * half <= LARGEST;
}

static void write_header(uint8_t *target, const struct layout *layout, const uint8_t session[SESSION_BYTES]) {
    memcpy(target, "WINA", 4);
    winapi_put32(target + 4, 1);
    memcpy(target + 8, session, SESSION_BYTES);
    winapi_put64(target + 24, winapi_request_start());
    winapi_put64(target + 32, layout->request_bytes);
    winapi_put64(target + 40, winapi_response_start(layout));
    winapi_put64(target + 48, layout->response_bytes);
}

/* NULL, or the step that failed. */
static const char *prepare(int descriptor, size_t size) {
    if (ftruncate(descriptor, (off_t)size) != 0) {
        return "ftruncate";
    }
    if (fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
        return "fcntl(F_ADD_SEALS)";
    }
    return NULL;
}

uint8_t *winapi_mapping_create(const struct layout *layout, const uint8_t session[SESSION_BYTES], int *descriptor,
                               char *reason, size_t reason_size) {
    size_t size = winapi_layout_total(layout);
    void *mapping = MAP_FAILED;
    const char *step = "memfd_create";
    *descriptor = memfd_create("winapi", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (*descriptor >= 0) {
        step = prepare(*descriptor, size);
    }
    if (step == NULL) {
        step = "mmap";
        mapping = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, *descriptor, 0);
    }
    if (mapping != MAP_FAILED) {
        write_header(mapping, layout, session);
        return mapping;
    }
    (void)snprintf(reason, reason_size, "shared memory: %s failed: %s", step, strerror(errno));
    if (*descriptor >= 0) {
        (void)close(*descriptor);
        *descriptor = -1;
    }
    return NULL;
}

void winapi_mapping_free(uint8_t *mapping, const struct layout *layout) {
    if (mapping != NULL) {
        (void)munmap(mapping, winapi_layout_total(layout));
    }
}
