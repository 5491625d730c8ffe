/*
 * A part of a file that the host has made, or of a device's memory that looks like a file (resource2 of ivshmem). Both
 * sides have been given a path to it; the host says which part.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend.h"

enum { GRANULE = 64 * 1024 }; /* where a mapping may start on Windows */

/* NULL: none; the variable may hold a word in place of a path. */
static const char *named_file(void) {
    const char *path = getenv("WINAPI_SHARED_MEM");
    return path != NULL && *path == '/' ? path : NULL;
}

/* Whoever makes the file smaller ends this process, when it touches what is missing (SIGBUS). */
static bool is_safe(struct offered_memory *memory, const char *path, const struct stat *status) {
    if (status->st_uid != 0 && status->st_uid != geteuid()) {
        return winapi_memory_fail(memory, "%.120s belongs to user %u, who could make it smaller, which ends this process: "
                                  "share a file of your own", path, (unsigned)status->st_uid);
    }
    return (status->st_mode & (S_IWGRP | S_IWOTH)) == 0 ||
           winapi_memory_fail(memory, "%.120s can be written by others than its owner, who could make it smaller, which ends "
                              "this process: chmod 600 it", path);
}

/* The host makes the file, where it is one, when it takes the offer: so it is opened only then. */
static bool prepare(struct offered_memory *memory) {
    return named_file() != NULL || winapi_memory_fail(memory, "WINAPI_SHARED_MEM names no file");
}

static bool take(struct offered_memory *memory, uint64_t offset) {
    const char *path = named_file();
    struct stat status;
    uint64_t length = winapi_layout_total(memory->layout);
    memory->mapping.descriptor = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
    if (memory->mapping.descriptor < 0) {
        return winapi_memory_fail(memory, "%.120s cannot be opened: %s", path == NULL ? "the file" : path, strerror(errno));
    }
    if (fstat(memory->mapping.descriptor, &status) != 0) {
        return winapi_memory_fail(memory, "fstat failed: %s", strerror(errno));
    }
    if (!is_safe(memory, path, &status)) {
        return false;
    }
    uint64_t size = status.st_size < 0 ? 0 : (uint64_t)status.st_size;
    if (offset % GRANULE != 0) {
        return winapi_memory_fail(memory, "the host's offset %llu is no multiple of 64 KiB", (unsigned long long)offset);
    }
    if (size < length || offset > size - length) {
        return winapi_memory_fail(memory, "the file has %llu bytes here, the host's part ends at %llu: two different files?",
                                  (unsigned long long)size, (unsigned long long)(offset + length));
    }
    return winapi_mapping_share(&memory->mapping, memory->layout, memory->mapping.descriptor, offset) ||
           winapi_memory_fail(memory, "mmap failed: %s", strerror(errno));
}

const struct memory_backend winapi_file_backend = {
    .name = "file",
    .option = WINAPI_SHARED_MEMORY_FILE,
    .kind = winapi_transport_MEMORY_KIND_FILE,
    .prepare = prepare,
    .take = take,
};
