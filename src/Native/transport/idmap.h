/* Finds records by a number; the records embed their node, so adding one allocates only when the table grows. */
#ifndef WINAPI_TRANSPORT_IDMAP_H
#define WINAPI_TRANSPORT_IDMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct idmap_node {
    struct idmap_node *next;
    uint64_t id;
};

/* Valid when zeroed. Not safe for use by many threads. */
struct idmap {
    struct idmap_node **buckets;
    size_t bucket_count; /* a power of two, or 0 */
    size_t count;
};

struct idmap_node *winapi_idmap_find(const struct idmap *map, uint64_t id);

/* False when out of memory. The id must not be in the map. */
bool winapi_idmap_add(struct idmap *map, struct idmap_node *node, uint64_t id);

/* False where it is not in the map. */
bool winapi_idmap_remove(struct idmap *map, struct idmap_node *node);

/* Any record, or NULL when empty; to take all out one by one. */
struct idmap_node *winapi_idmap_any(const struct idmap *map);

/* The one with the lowest id above this one, or NULL; looks at all of them. */
struct idmap_node *winapi_idmap_next(const struct idmap *map, uint64_t id);

void winapi_idmap_free(struct idmap *map);

#endif
