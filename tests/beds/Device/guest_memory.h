/* The guest's memory, mapped here piece by piece as QEMU hands it over. */
#ifndef BEDS_GUEST_MEMORY_H
#define BEDS_GUEST_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GUEST_REGIONS = 8 }; /* vhost-user's own limit */

/* Where a piece lies: as the guest numbers it, and as QEMU does. */
struct guest_region {
    uint64_t guest_address;
    uint64_t size;
    uint64_t qemu_address;
    uint64_t file_offset;
};

struct mapped_region {
    struct guest_region place;
    void *mapping;
    size_t mapping_size;
};

struct guest_memory {
    struct mapped_region regions[GUEST_REGIONS];
    size_t count;
};

void guest_memory_unmap(struct guest_memory *memory);

/* Maps one more piece; the descriptor may be closed afterwards. False: errno says why. */
bool guest_memory_map(struct guest_memory *memory, const struct guest_region *place, int descriptor);

/* NULL where the guest has no such memory. */
void *guest_memory_at(const struct guest_memory *memory, uint64_t guest_address, uint64_t size);

void *guest_memory_at_qemu_address(const struct guest_memory *memory, uint64_t qemu_address);

#endif
