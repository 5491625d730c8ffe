/* Reads the wire format between two ends, and never past them. Every function says false where the bytes are no
   encoding; the reason is for winapi_error. */
#ifndef WINAPI_RUNTIME_READER_H
#define WINAPI_RUNTIME_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct reader {
    const uint8_t *at;
    const uint8_t *end;
    const char *reason; /* a constant; NULL while all is well */
} reader;

static inline size_t reader_left(const reader *from) {
    return (size_t)(from->end - from->at);
}

static inline bool reader_refuse(reader *from, const char *reason) {
    from->reason = reason;
    return false;
}

/* At most ten bytes; bits past the 64th are dropped, as every implementation does. */
bool winapi_reader_long_varint(reader *from, uint64_t *value);

static inline bool reader_varint(reader *from, uint64_t *value) {
    if (from->at < from->end && *from->at < 0x80) {
        *value = *from->at++;
        return true;
    }
    return winapi_reader_long_varint(from, value);
}

bool winapi_reader_fixed(reader *from, size_t size, uint64_t *bits);

/* A length, then as many bytes: `start` points to them, and the reader stands behind them. */
bool winapi_reader_piece(reader *from, const uint8_t **start, size_t *size);

/* A field number, 1 to 2^29 - 1, and a wire type. */
bool winapi_reader_tag(reader *from, uint32_t *number, unsigned *wire);

/* The value of a field that nobody knows. `depth` counts the messages and groups it is in. */
bool winapi_reader_skip(reader *from, uint32_t number, unsigned wire, unsigned depth);

#endif
