#include "idmap.h"

#include <stdlib.h>

enum { FIRST_BUCKETS = 16 };

static struct idmap_node **bucket_of(const struct idmap *map, uint64_t id) {
    return &map->buckets[id & (map->bucket_count - 1)];
}

struct idmap_node *winapi_idmap_find(const struct idmap *map, uint64_t id) {
    if (map->count == 0) {
        return NULL;
    }
    struct idmap_node *node = *bucket_of(map, id);
    while (node != NULL && node->id != id) {
        node = node->next;
    }
    return node;
}

static bool grow(struct idmap *map) {
    size_t count = map->bucket_count == 0 ? FIRST_BUCKETS : map->bucket_count * 2;
    struct idmap larger = {.buckets = calloc(count, sizeof(struct idmap_node *)), .bucket_count = count};
    if (larger.buckets == NULL) {
        return false;
    }
    for (size_t i = 0; i < map->bucket_count; i++) {
        struct idmap_node *node = map->buckets[i];
        while (node != NULL) {
            struct idmap_node *next = node->next;
            struct idmap_node **bucket = bucket_of(&larger, node->id);
            node->next = *bucket;
            *bucket = node;
            node = next;
        }
    }
    larger.count = map->count;
    free(map->buckets);
    *map = larger;
    return true;
}

bool winapi_idmap_add(struct idmap *map, struct idmap_node *node, uint64_t id) {
    if (map->count >= map->bucket_count && !grow(map)) {
        return false;
    }
    struct idmap_node **bucket = bucket_of(map, id);
    node->id = id;
    node->next = *bucket;
    *bucket = node;
    map->count++;
    return true;
}

bool winapi_idmap_remove(struct idmap *map, struct idmap_node *node) {
    if (map->count == 0) {
        return false;
    }
    struct idmap_node **link = bucket_of(map, node->id);
    while (*link != NULL && *link != node) {
        link = &(*link)->next;
    }
    if (*link == NULL) {
        return false;
    }
    *link = node->next;
    node->next = NULL;
    map->count--;
    return true;
}

struct idmap_node *winapi_idmap_any(const struct idmap *map) {
    for (size_t i = 0; map->count > 0 && i < map->bucket_count; i++) {
        if (map->buckets[i] != NULL) {
            return map->buckets[i];
        }
    }
    return NULL;
}

struct idmap_node *winapi_idmap_next(const struct idmap *map, uint64_t id) {
    struct idmap_node *next = NULL;
    for (size_t i = 0; map->count > 0 && i < map->bucket_count; i++) {
        for (struct idmap_node *node = map->buckets[i]; node != NULL; node = node->next) {
            next = node->id > id && (next == NULL || node->id < next->id) ? node : next;
        }
    }
    return next;
}

void winapi_idmap_free(struct idmap *map) {
    free(map->buckets);
    *map = (struct idmap){0};
}
