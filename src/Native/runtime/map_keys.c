#include "map_keys.h"

#include <stdlib.h>

#include "wire.h"

typedef struct map_key {
    uint64_t bits; /* of a number; else 0 */
    winapi_string text;
    size_t place;
} map_key;

static int compare_keys(const map_key *left, const map_key *right) {
    if (left->bits != right->bits) {
        return left->bits < right->bits ? -1 : 1;
    }
    if (left->text.size != right->text.size) {
        return left->text.size < right->text.size ? -1 : 1;
    }
    return left->text.size == 0 ? 0 : memcmp(left->text.data, right->text.data, left->text.size);
}

static int compare_keys_and_places(const void *left_key, const void *right_key) {
    const map_key *left = left_key;
    const map_key *right = right_key;
    int order = compare_keys(left, right);
    if (order != 0) {
        return order;
    }
    return left->place < right->place ? -1 : left->place > right->place;
}

static map_key key_of(const winapi_message_type *entry_type, const unsigned char *entry, size_t place) {
    const winapi_field *field = &entry_type->fields[0];
    map_key key = { 0, { NULL, 0 }, place };
    if (field->kind == WINAPI_FIELD_STRING) {
        key.text = text_at(entry + field->offset);
    } else {
        key.bits = scalar_bits(field->kind, entry + field->offset);
    }
    return key;
}

/* Keys in ascending order are unique, and the common case. */
static bool ascending(const winapi_message_type *entry_type, const winapi_repeated *map) {
    const unsigned char *entries = map->items;
    for (size_t i = 1; i < map->count; i++) {
        map_key before = key_of(entry_type, entries + (i - 1) * entry_type->size, 0);
        map_key after = key_of(entry_type, entries + i * entry_type->size, 0);
        if (compare_keys(&before, &after) >= 0) {
            return false;
        }
    }
    return true;
}

/* `keys` are sorted. Gives each run of equal keys its last entry at its first place, and marks the other places. */
static void unite_runs(const map_key *keys, const winapi_message_type *entry_type, winapi_repeated *map, bool *dropped) {
    unsigned char *entries = map->items;
    size_t width = entry_type->size;
    for (size_t start = 0; start < map->count;) {
        size_t end = start + 1;
        while (end < map->count && compare_keys(&keys[start], &keys[end]) == 0) {
            dropped[keys[end].place] = true;
            end++;
        }
        if (end - start > 1) {
            memcpy(entries + keys[start].place * width, entries + keys[end - 1].place * width, width);
        }
        start = end;
    }
}

static void close_gaps(size_t width, winapi_repeated *map, const bool *dropped) {
    unsigned char *entries = map->items;
    size_t kept = 0;
    for (size_t i = 0; i < map->count; i++) {
        if (dropped[i]) {
            continue;
        }
        if (kept != i) {
            memcpy(entries + kept * width, entries + i * width, width);
        }
        kept++;
    }
    map->count = kept;
}

static bool unite_map(const winapi_message_type *entry_type, winapi_repeated *map) {
    if (map->count < 2 || ascending(entry_type, map)) {
        return true;
    }
    map_key *keys = calloc(map->count, sizeof *keys);
    bool *dropped = calloc(map->count, sizeof *dropped);
    bool enough = keys != NULL && dropped != NULL;
    if (enough) {
        for (size_t i = 0; i < map->count; i++) {
            keys[i] = key_of(entry_type, (const unsigned char *)map->items + i * entry_type->size, i);
        }
        qsort(keys, map->count, sizeof *keys, compare_keys_and_places);
        unite_runs(keys, entry_type, map, dropped);
        close_gaps(entry_type->size, map, dropped);
    }
    free(keys);
    free(dropped);
    return enough;
}

static bool unite_below(const winapi_field *field, unsigned char *message) {
    if (field->shape < WINAPI_FIELD_REPEATED) {
        if (!field_present(field, message)) {
            return true;
        }
        void *below;
        memcpy(&below, message + field->offset, sizeof below);
        return winapi_map_keys_unite(field->message, below);
    }
    winapi_repeated repeated = repeated_at(message + field->offset);
    if (field->shape == WINAPI_FIELD_MAP) {
        if (!unite_map(field->message, &repeated)) {
            return false;
        }
        memcpy(message + field->offset, &repeated, sizeof repeated);
    }
    for (size_t i = 0; i < repeated.count; i++) {
        if (!winapi_map_keys_unite(field->message, (unsigned char *)repeated.items + i * field->message->size)) {
            return false;
        }
    }
    return true;
}

bool winapi_map_keys_unite(const winapi_message_type *type, void *message) {
    if ((type->flags & WINAPI_MESSAGE_HOLDS_MAP) == 0) {
        return true;
    }
    for (uint32_t i = 0; i < type->field_count; i++) {
        const winapi_field *field = &type->fields[i];
        if (field->kind == WINAPI_FIELD_MESSAGE && !unite_below(field, message)) {
            return false;
        }
    }
    return true;
}
