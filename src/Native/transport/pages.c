#include "pages.h"

#include <stdlib.h>
#include <string.h>

bool winapi_pages_init(struct pages *pages, uint32_t total) {
    *pages = (struct pages){.capacity = 16};
    pages->free = malloc(pages->capacity * sizeof *pages->free);
    if (pages->free == NULL) {
        return false;
    }
    pages->free[0] = (struct page_extent){0, total};
    pages->extent_count = 1;
    return true;
}

void winapi_pages_destroy(struct pages *pages) {
    free(pages->free);
    *pages = (struct pages){0};
}

/* Blocks in use separate free extents, so there is at most one more of these, and one while two are merged. */
static bool keep_room(struct pages *pages) {
    if (pages->blocks + 4 <= pages->capacity) {
        return true;
    }
    struct page_extent *larger = realloc(pages->free, 2 * pages->capacity * sizeof *larger);
    if (larger == NULL) {
        return false;
    }
    pages->free = larger;
    pages->capacity *= 2;
    return true;
}

static void cut(struct pages *pages, size_t i, uint32_t count) {
    struct page_extent *extent = &pages->free[i];
    extent->start += count;
    extent->count -= count;
    if (extent->count == 0) {
        pages->extent_count--;
        memmove(extent, extent + 1, (pages->extent_count - i) * sizeof *extent);
    }
}

bool winapi_pages_take(struct pages *pages, uint32_t count, uint32_t *start) {
    if (!keep_room(pages)) {
        return false;
    }
    for (size_t i = 0; i < pages->extent_count; i++) {
        if (pages->free[i].count >= count) {
            *start = pages->free[i].start;
            cut(pages, i, count);
            pages->blocks++;
            return true;
        }
    }
    return false;
}

static void merge_with_next(struct pages *pages, size_t i) {
    struct page_extent *extent = &pages->free[i];
    if (i + 1 < pages->extent_count && extent->start + extent->count == extent[1].start) {
        extent->count += extent[1].count;
        pages->extent_count--;
        memmove(extent + 1, extent + 2, (pages->extent_count - i - 1) * sizeof *extent);
    }
}

void winapi_pages_give(struct pages *pages, uint32_t start, uint32_t count) {
    size_t i = 0;
    while (i < pages->extent_count && pages->free[i].start < start) {
        i++;
    }
    memmove(&pages->free[i + 1], &pages->free[i], (pages->extent_count - i) * sizeof *pages->free);
    pages->free[i] = (struct page_extent){start, count};
    pages->extent_count++;
    pages->blocks--;
    merge_with_next(pages, i);
    if (i > 0) {
        merge_with_next(pages, i - 1);
    }
}
