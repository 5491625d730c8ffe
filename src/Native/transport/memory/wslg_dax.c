/*
 * A file in WSLg's window, which the host opens as a named section. There, allocating makes the section, nothing can be
 * listed, resized or removed, and the file ends with its last descriptor.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "../system/mounts.h"
#include "backend.h"

static bool find_folder(struct offered_memory *memory, char folder[MOUNT_PATH_BYTES]) {
    const char *named = getenv("WINAPI_WSLG_DAX");
    if (named != NULL && *named != '\0') {
        return snprintf(folder, MOUNT_PATH_BYTES, "%s", named) < MOUNT_PATH_BYTES ||
               winapi_memory_fail(memory, "WINAPI_WSLG_DAX is too long");
    }
    struct mount mount;
    char *table = winapi_mounts_read();
    bool found = false;
    for (const char *text = table; text != NULL && !found && winapi_mounts_next(&text, &mount);) {
        found = winapi_mount_is_wslg_window(&mount);
    }
    free(table);
    if (!found) {
        return winapi_memory_fail(memory, "the window of WSLg is not mounted here (mount -t virtiofs wslg DIR -o dax)");
    }
    memcpy(folder, mount.folder, sizeof mount.folder);
    return true;
}

/* Whoever knows the name and is the same user of Windows can map it: so nobody can guess it. */
static bool choose_name(struct offered_memory *memory, const char *folder) {
    uint8_t random[LEAF_DIGITS / 2];
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random) {
        return winapi_memory_fail(memory, "the system gives no random bytes");
    }
    for (size_t i = 0; i < sizeof random; i++) {
        (void)snprintf(memory->name + 2 * i, 3, "%02x", random[i]);
    }
    return asprintf(&memory->mapping.file, "%s/%s", folder, memory->name) > 0 ||
           winapi_memory_fail(memory, "out of memory");
}

/* The first create after the window was mounted may answer EIO, once. */
static int create_file(const char *path) {
    int flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC;
    int descriptor = open(path, flags, 0600);
    return descriptor < 0 && errno == EIO ? open(path, flags, 0600) : descriptor;
}

static bool prepare(struct offered_memory *memory) {
    char folder[MOUNT_PATH_BYTES];
    struct mapping *mapping = &memory->mapping;
    if (!find_folder(memory, folder) || !choose_name(memory, folder)) {
        mapping->file = NULL; /* asprintf leaves it undefined */
        return false;
    }
    mapping->descriptor = create_file(mapping->file);
    if (mapping->descriptor < 0) {
        return winapi_memory_fail(memory, "a file cannot be made in %.100s: %s", folder, strerror(errno));
    }
    if (fallocate(mapping->descriptor, 0, 0, (off_t)winapi_layout_total(memory->layout)) != 0) {
        return winapi_memory_fail(memory, "fallocate in %.100s failed: %s", folder, strerror(errno));
    }
    return winapi_mapping_share(mapping, memory->layout, mapping->descriptor, 0) ||
           winapi_memory_fail(memory, "mmap of a file in %.100s failed: %s", folder, strerror(errno));
}

/* The first touch of a page is slow there, so it is not left to the calls. */
static bool take(struct offered_memory *memory, uint64_t offset) {
    volatile uint8_t *page = memory->mapping.start;
    for (size_t at = 0; at < memory->mapping.size; at += PAGE_BYTES) {
        page[at] = 0;
    }
    return offset == 0 || winapi_memory_fail(memory, "the host names an offset in the client's own file");
}

const struct memory_backend winapi_wslg_dax_backend = {
    .name = "wslg",
    .option = WINAPI_SHARED_MEMORY_WSLG_DAX,
    .kind = winapi_transport_MEMORY_KIND_WSLG_DAX,
    .prepare = prepare,
    .take = take,
};
