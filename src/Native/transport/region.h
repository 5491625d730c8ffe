/*
 * The region this side allocates in. Who waits for room gets it in turn. Without shared memory the mapping is private
 * memory of the same size, so that the bound and the waiting are the same. Guarded by the channel's gate.
 */
#ifndef WINAPI_TRANSPORT_REGION_H
#define WINAPI_TRANSPORT_REGION_H

#include <stdbool.h>
#include <stdint.h>

#include "pages.h"

/* A place in the line; in the waiter's memory. Valid when zeroed. */
struct region_ticket {
    struct region_ticket *next;
    struct region_ticket *previous;
    bool waits;
};

struct region {
    uint64_t start; /* in the mapping */
    uint64_t length;
    struct pages pages;
    struct region_ticket *first;
    struct region_ticket *last;
};

bool winapi_region_init(struct region *region, uint64_t start, uint64_t length);
void winapi_region_destroy(struct region *region);

/* Takes a block, or takes a place in the line (again) and returns false. The size must fit the region. */
bool winapi_region_take(struct region *region, uint64_t size, struct region_ticket *ticket, uint64_t *offset);

/* Leaves the line. True where somebody behind may have its turn now. */
bool winapi_region_leave(struct region *region, struct region_ticket *ticket);

void winapi_region_give(struct region *region, uint64_t offset, uint64_t size);

#endif
