#include "guest_memory.h"

#include <errno.h>
#include <sys/mman.h>

void guest_memory_unmap(struct guest_memory *memory) {
    for (size_t i = 0; i < memory->count; i++) {
        (void)munmap(memory->regions[i].mapping, memory->regions[i].mapping_size);
    }
    memory->count = 0;
}

bool guest_memory_map(struct guest_memory *memory, const struct guest_region *place, int descriptor) {
    if (memory->count == GUEST_REGIONS) {
        errno = ENOSPC;
        return false;
    }
    /* From the start of the file: the offset need not be a whole number of pages. */
    size_t size = (size_t)(place->file_offset + place->size);
    void *mapping = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (mapping == MAP_FAILED) {
        return false;
    }
    memory->regions[memory->count++] =
        (struct mapped_region){.place = *place, .mapping = mapping, .mapping_size = size};
    return true;
}

static void *inside(const struct mapped_region *region, uint64_t offset) {
    return (uint8_t *)region->mapping + region->place.file_offset + offset;
}

void *guest_memory_at(const struct guest_memory *memory, uint64_t guest_address, uint64_t size) {
    for (size_t i = 0; i < memory->count; i++) {
        const struct guest_region *place = &memory->regions[i].place;
        uint64_t offset = guest_address - place->guest_address;
        if (guest_address >= place->guest_address && offset < place->size && size <= place->size - offset) {
            return inside(&memory->regions[i], offset);
        }
    }
    return NULL;
}

void *guest_memory_at_qemu_address(const struct guest_memory *memory, uint64_t qemu_address) {
    for (size_t i = 0; i < memory->count; i++) {
        const struct guest_region *place = &memory->regions[i].place;
        if (qemu_address >= place->qemu_address && qemu_address - place->qemu_address < place->size) {
            return inside(&memory->regions[i], qemu_address - place->qemu_address);
        }
    }
    return NULL;
}
