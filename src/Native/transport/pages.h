/*
 * First-fit allocation of whole pages. Its state is private to this process: a peer that scribbles over the mapping
 * cannot corrupt it. Whole pages, so that copies of a page or more never start a few bytes off page alignment to each
 * other, which common processors do many times slower.
 */
#ifndef WINAPI_TRANSPORT_PAGES_H
#define WINAPI_TRANSPORT_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct page_extent {
    uint32_t start;
    uint32_t count;
};

struct pages {
    struct page_extent *free; /* in order, never touching each other */
    size_t extent_count;
    size_t capacity;
    size_t blocks; /* in use */
};

bool winapi_pages_init(struct pages *pages, uint32_t total);
void winapi_pages_destroy(struct pages *pages);

/* False where no run of free pages is so long. */
bool winapi_pages_take(struct pages *pages, uint32_t count, uint32_t *start);

/* Room to give every page back is kept when it is taken, so this cannot fail. */
void winapi_pages_give(struct pages *pages, uint32_t start, uint32_t count);

#endif
