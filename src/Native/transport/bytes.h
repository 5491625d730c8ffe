/* A growing run of bytes, and integers in little endian. */
#ifndef WINAPI_TRANSPORT_BYTES_H
#define WINAPI_TRANSPORT_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Valid when zeroed. */
struct bytes {
    uint8_t *data;
    size_t size;
    size_t capacity;
};

/* Room for so many more bytes, counted as written; NULL when out of memory. */
uint8_t *winapi_bytes_append(struct bytes *bytes, size_t count);

/* Room for so many more bytes, not counted; false when out of memory. */
bool winapi_bytes_reserve(struct bytes *bytes, size_t count);

void winapi_bytes_free(struct bytes *bytes);

static inline void winapi_put16(uint8_t *target, uint16_t value) {
    target[0] = (uint8_t)value;
    target[1] = (uint8_t)(value >> 8);
}

static inline void winapi_put32(uint8_t *target, uint32_t value) {
    winapi_put16(target, (uint16_t)value);
    winapi_put16(target + 2, (uint16_t)(value >> 16));
}

static inline void winapi_put64(uint8_t *target, uint64_t value) {
    winapi_put32(target, (uint32_t)value);
    winapi_put32(target + 4, (uint32_t)(value >> 32));
}

static inline uint16_t winapi_get16(const uint8_t *source) {
    return (uint16_t)(source[0] | source[1] << 8);
}

static inline uint32_t winapi_get32(const uint8_t *source) {
    return (uint32_t)winapi_get16(source) | (uint32_t)winapi_get16(source + 2) << 16;
}

static inline uint64_t winapi_get64(const uint8_t *source) {
    return (uint64_t)winapi_get32(source) | (uint64_t)winapi_get32(source + 4) << 32;
}

/* memcpy that allows NULL where there is nothing to copy. */
static inline void winapi_copy(void *target, const void *source, size_t size) {
    if (size > 0) {
        memcpy(target, source, size);
    }
}

#endif
