#include "reader.h"

#include "wire.h"

static const char truncated[] = "the bytes end in the middle of it";

bool winapi_reader_long_varint(reader *from, uint64_t *value) {
    uint64_t bits = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
        if (from->at == from->end) {
            return reader_refuse(from, truncated);
        }
        uint8_t byte = *from->at++;
        bits |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) {
            *value = bits;
            return true;
        }
    }
    return reader_refuse(from, "a number is longer than ten bytes");
}

bool winapi_reader_fixed(reader *from, size_t size, uint64_t *bits) {
    if (reader_left(from) < size) {
        return reader_refuse(from, truncated);
    }
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++) {
        value |= (uint64_t)from->at[i] << (8 * i);
    }
    from->at += size;
    *bits = value;
    return true;
}

bool winapi_reader_piece(reader *from, const uint8_t **start, size_t *size) {
    uint64_t length;
    if (!reader_varint(from, &length)) {
        return false;
    }
    /* Lengths have 32 bits, the upper ones of a longer number do not count. */
    uint32_t bytes = (uint32_t)length;
    if (bytes > reader_left(from)) {
        return reader_refuse(from, bytes > INT32_MAX ? "its length is negative" : truncated);
    }
    *start = from->at;
    *size = bytes;
    from->at += bytes;
    return true;
}

bool winapi_reader_tag(reader *from, uint32_t *number, unsigned *wire) {
    uint64_t value;
    if (!reader_varint(from, &value)) {
        return false;
    }
    uint32_t tag = (uint32_t)value;
    *number = tag >> 3;
    *wire = tag & 7;
    return *number != 0 || reader_refuse(from, "a field number is 0");
}

static bool skip_group(reader *from, uint32_t number, unsigned depth) {
    if (depth >= DEEPEST_MESSAGE) {
        return reader_refuse(from, "groups are nested deeper than 100");
    }
    for (;;) {
        uint32_t inner;
        unsigned wire;
        if (!winapi_reader_tag(from, &inner, &wire)) {
            return false;
        }
        if (wire == WIRE_GROUP_END) {
            return inner == number || reader_refuse(from, "a group ends with the number of another");
        }
        if (!winapi_reader_skip(from, inner, wire, depth)) {
            return false;
        }
    }
}

bool winapi_reader_skip(reader *from, uint32_t number, unsigned wire, unsigned depth) {
    uint64_t value;
    const uint8_t *start;
    size_t size;
    switch (wire) {
    case WIRE_VARINT:
        return reader_varint(from, &value);
    case WIRE_FIXED64:
        return winapi_reader_fixed(from, 8, &value);
    case WIRE_FIXED32:
        return winapi_reader_fixed(from, 4, &value);
    case WIRE_LENGTH:
        return winapi_reader_piece(from, &start, &size);
    case WIRE_GROUP_START:
        return skip_group(from, number, depth + 1);
    case WIRE_GROUP_END:
        return reader_refuse(from, "a group ends that did not start");
    default:
        return reader_refuse(from, "its wire type does not exist");
    }
}
