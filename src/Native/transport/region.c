#include "region.h"

#include <stddef.h>

#include "memory/mapping.h"

static uint32_t pages_for(uint64_t size) {
    return size == 0 ? 1 : (uint32_t)((size + PAGE_BYTES - 1) / PAGE_BYTES);
}

bool winapi_region_init(struct region *region, uint64_t start, uint64_t length) {
    *region = (struct region){.start = start, .length = length};
    return winapi_pages_init(&region->pages, (uint32_t)(length / PAGE_BYTES));
}

void winapi_region_destroy(struct region *region) {
    winapi_pages_destroy(&region->pages);
}

static void join_line(struct region *region, struct region_ticket *ticket) {
    if (ticket->waits) {
        return;
    }
    *ticket = (struct region_ticket){.previous = region->last, .waits = true};
    if (region->last != NULL) {
        region->last->next = ticket;
    } else {
        region->first = ticket;
    }
    region->last = ticket;
}

bool winapi_region_leave(struct region *region, struct region_ticket *ticket) {
    if (!ticket->waits) {
        return false;
    }
    if (ticket->previous != NULL) {
        ticket->previous->next = ticket->next;
    } else {
        region->first = ticket->next;
    }
    if (ticket->next != NULL) {
        ticket->next->previous = ticket->previous;
    } else {
        region->last = ticket->previous;
    }
    *ticket = (struct region_ticket){0};
    return region->first != NULL;
}

bool winapi_region_take(struct region *region, uint64_t size, struct region_ticket *ticket, uint64_t *offset) {
    uint32_t page;
    bool my_turn = region->first == NULL || region->first == ticket;
    if (!my_turn || !winapi_pages_take(&region->pages, pages_for(size), &page)) {
        join_line(region, ticket);
        return false;
    }
    (void)winapi_region_leave(region, ticket);
    *offset = region->start + (uint64_t)page * PAGE_BYTES;
    return true;
}

void winapi_region_give(struct region *region, uint64_t offset, uint64_t size) {
    winapi_pages_give(&region->pages, (uint32_t)((offset - region->start) / PAGE_BYTES), pages_for(size));
}
