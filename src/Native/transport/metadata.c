#include "metadata.h"

#include <stdlib.h>
#include <string.h>

#include "failure.h"

enum { ENTRY_HEADER_BYTES = 6 };

static bool is_key(const char *key, size_t size) {
    for (size_t i = 0; i < size; i++) {
        char c = key[i];
        bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                    c == '_' || c == '.';
        if (!good) {
            return false;
        }
    }
    return size > 0 && size <= UINT16_MAX;
}

static bool is_binary(const char *key, size_t size) {
    return size >= 4 && memcmp(key + size - 4, "-bin", 4) == 0;
}

static bool is_ascii(const uint8_t *value, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (value[i] >= 0x80) {
            return false;
        }
    }
    return true;
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool append(const winapi_metadata *entry, size_t key_size, struct bytes *target) {
    uint8_t *room = winapi_bytes_append(target, ENTRY_HEADER_BYTES + key_size + entry->size);
    if (room == NULL) {
        return false;
    }
    winapi_put16(room, (uint16_t)key_size);
    winapi_put32(room + 2, (uint32_t)entry->size);
    for (size_t i = 0; i < key_size; i++) {
        room[ENTRY_HEADER_BYTES + i] = (uint8_t)lower(entry->key[i]);
    }
    winapi_copy(room + ENTRY_HEADER_BYTES + key_size, entry->value, entry->size);
    return true;
}

winapi_status winapi_metadata_encode(const winapi_metadata *entries, size_t count, struct bytes *target,
                                     winapi_error *error) {
    for (size_t i = 0; i < count; i++) {
        size_t key_size = entries[i].key == NULL ? 0 : strlen(entries[i].key);
        if (!is_key(entries[i].key, key_size)) {
            return winapi_fail(error, WINAPI_INVALID_ARGUMENT,
                               "metadata key %zu is not one: keys are letters, digits, '-', '_' and '.'", i);
        }
        if (entries[i].size > INT32_MAX ||
            (!is_binary(entries[i].key, key_size) && !is_ascii(entries[i].value, entries[i].size))) {
            return winapi_fail(error, WINAPI_INVALID_ARGUMENT,
                               "the metadata value of '%.64s' is not ASCII: the key of a binary one ends in -bin",
                               entries[i].key);
        }
        if (!append(&entries[i], key_size, target)) {
            return winapi_fail(error, WINAPI_RESOURCE_EXHAUSTED, "out of memory for metadata");
        }
    }
    return WINAPI_OK;
}

/* Checks all entries and counts them. */
static const char *check(const uint8_t *source, size_t size, size_t *count) {
    for (*count = 0; size > 0; ++*count) {
        if (size < ENTRY_HEADER_BYTES) {
            return "malformed metadata: it ends inside an entry";
        }
        size_t key_size = winapi_get16(source);
        size_t value_size = winapi_get32(source + 2);
        source += ENTRY_HEADER_BYTES;
        size -= ENTRY_HEADER_BYTES;
        if (value_size > size || key_size > size - value_size) {
            return "malformed metadata: an entry is longer than the rest";
        }
        if (!is_key((const char *)source, key_size)) {
            return "malformed metadata: a key has characters that keys can't have";
        }
        if (!is_binary((const char *)source, key_size) && !is_ascii(source + key_size, value_size)) {
            return "malformed metadata: the value of a key that does not end in -bin is not ASCII";
        }
        source += key_size + value_size;
        size -= key_size + value_size;
    }
    return NULL;
}

static void fill(struct metadata_list *list, const uint8_t *source, char *room) {
    for (size_t i = 0; i < list->count; i++) {
        size_t key_size = winapi_get16(source);
        size_t value_size = winapi_get32(source + 2);
        source += ENTRY_HEADER_BYTES;
        list->entries[i] = (winapi_metadata){.key = room, .value = room + key_size + 1, .size = value_size};
        for (size_t k = 0; k < key_size; k++) {
            room[k] = lower((char)source[k]);
        }
        room[key_size] = '\0';
        winapi_copy(room + key_size + 1, source + key_size, value_size);
        room[key_size + 1 + value_size] = '\0'; /* so that ASCII values are strings, too */
        room += key_size + value_size + 2;
        source += key_size + value_size;
    }
}

const char *winapi_metadata_decode(const uint8_t *source, size_t size, struct metadata_list *list) {
    size_t count;
    const char *problem = check(source, size, &count);
    if (problem != NULL || count == 0) {
        return problem;
    }
    /* An entry's header on the wire is larger than the two zeros its copy takes more. */
    winapi_metadata *entries = malloc(count * sizeof *entries + size);
    if (entries == NULL) {
        return "out of memory for metadata";
    }
    winapi_metadata_free(list);
    *list = (struct metadata_list){.entries = entries, .count = count};
    fill(list, source, (char *)(entries + count));
    return NULL;
}

void winapi_metadata_free(struct metadata_list *list) {
    free(list->entries);
    *list = (struct metadata_list){0};
}

const winapi_metadata *winapi_metadata_find(const winapi_metadata *entries, size_t count, const char *key) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(entries[i].key, key) == 0) {
            return &entries[i];
        }
    }
    return NULL;
}
