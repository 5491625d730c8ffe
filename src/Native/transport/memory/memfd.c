/* A memfd, sealed against any change of size; the host gets its descriptor over the Unix socket. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "backend.h"

static bool prepare(struct offered_memory *memory) {
    memory->passed = memfd_create("winapi", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (memory->passed < 0) {
        return winapi_memory_fail(memory, "memfd_create failed: %s", strerror(errno));
    }
    if (ftruncate(memory->passed, (off_t)winapi_layout_total(memory->layout)) != 0) {
        return winapi_memory_fail(memory, "ftruncate failed: %s", strerror(errno));
    }
    if (fcntl(memory->passed, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
        return winapi_memory_fail(memory, "fcntl(F_ADD_SEALS) failed: %s", strerror(errno));
    }
    return winapi_mapping_share(&memory->mapping, memory->layout, memory->passed, 0) ||
           winapi_memory_fail(memory, "mmap failed: %s", strerror(errno));
}

static bool take(struct offered_memory *memory, uint64_t offset) {
    return offset == 0 || winapi_memory_fail(memory, "the host names an offset in the client's own memory");
}

const struct memory_backend winapi_memfd_backend = {
    .name = "memfd",
    .option = WINAPI_SHARED_MEMORY_MEMFD,
    .kind = winapi_transport_MEMORY_KIND_MEMFD,
    .passes_descriptor = true,
    .prepare = prepare,
    .take = take,
};
