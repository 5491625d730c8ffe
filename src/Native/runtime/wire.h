/* The wire format's numbers, and how values lie in structs. */
#ifndef WINAPI_RUNTIME_WIRE_H
#define WINAPI_RUNTIME_WIRE_H

#include "winapi/message.h"

enum {
    WIRE_VARINT = 0,
    WIRE_FIXED64 = 1,
    WIRE_LENGTH = 2,
    WIRE_GROUP_START = 3,
    WIRE_GROUP_END = 4,
    WIRE_FIXED32 = 5
};

_Static_assert(sizeof(bool) == 1, "a bool in a struct is one byte");
_Static_assert(sizeof(winapi_string) == sizeof(winapi_bytes), "strings and bytes lie alike");

enum { DEEPEST_MESSAGE = 100, LARGEST_MESSAGE = INT32_MAX };

/* By winapi_field_kind: how a value is encoded, and how wide a scalar lies in a struct. */
static const struct {
    uint8_t wire;
    uint8_t width;
} kind_traits[] = {
    [WINAPI_FIELD_DOUBLE] = { WIRE_FIXED64, 8 },   [WINAPI_FIELD_FLOAT] = { WIRE_FIXED32, 4 },
    [WINAPI_FIELD_INT64] = { WIRE_VARINT, 8 },     [WINAPI_FIELD_UINT64] = { WIRE_VARINT, 8 },
    [WINAPI_FIELD_INT32] = { WIRE_VARINT, 4 },     [WINAPI_FIELD_FIXED64] = { WIRE_FIXED64, 8 },
    [WINAPI_FIELD_FIXED32] = { WIRE_FIXED32, 4 },  [WINAPI_FIELD_BOOL] = { WIRE_VARINT, sizeof(bool) },
    [WINAPI_FIELD_STRING] = { WIRE_LENGTH, 0 },    [WINAPI_FIELD_MESSAGE] = { WIRE_LENGTH, 0 },
    [WINAPI_FIELD_BYTES] = { WIRE_LENGTH, 0 },     [WINAPI_FIELD_UINT32] = { WIRE_VARINT, 4 },
    [WINAPI_FIELD_ENUM] = { WIRE_VARINT, 4 },      [WINAPI_FIELD_SFIXED32] = { WIRE_FIXED32, 4 },
    [WINAPI_FIELD_SFIXED64] = { WIRE_FIXED64, 8 }, [WINAPI_FIELD_SINT32] = { WIRE_VARINT, 4 },
    [WINAPI_FIELD_SINT64] = { WIRE_VARINT, 8 },
};

static inline unsigned wire_type(unsigned kind) {
    return kind_traits[kind].wire;
}

static inline size_t scalar_width(unsigned kind) {
    return kind_traits[kind].width;
}

/* How wide an item of a repeated field lies. */
static inline size_t item_width(const winapi_field *field) {
    switch (field->kind) {
    case WINAPI_FIELD_STRING:
    case WINAPI_FIELD_BYTES:
        return sizeof(winapi_string);
    case WINAPI_FIELD_MESSAGE:
        return field->message->size;
    default:
        return scalar_width(field->kind);
    }
}

/* The bits of a scalar in a struct, zero-extended. */
static inline uint64_t scalar_bits(unsigned kind, const void *value) {
    switch (scalar_width(kind)) {
    case 8: {
        uint64_t bits;
        memcpy(&bits, value, 8);
        return bits;
    }
    case 4: {
        uint32_t bits;
        memcpy(&bits, value, 4);
        return bits;
    }
    default:
        return *(const uint8_t *)value != 0;
    }
}

/* What the varint of these bits holds. */
static inline uint64_t varint_of(unsigned kind, uint64_t bits) {
    switch (kind) {
    case WINAPI_FIELD_INT32:
    case WINAPI_FIELD_ENUM:
        return (bits & 0x80000000u) != 0 ? bits | UINT64_C(0xFFFFFFFF00000000) : bits;
    case WINAPI_FIELD_SINT32:
        return (uint32_t)(bits << 1) ^ ((bits & 0x80000000u) != 0 ? UINT32_MAX : 0);
    case WINAPI_FIELD_SINT64:
        return (bits << 1) ^ ((bits >> 63) != 0 ? UINT64_MAX : 0);
    default:
        return bits;
    }
}

/* Seven bits to a byte: (bits + 6) / 7, with a multiplication for the division. */
static inline size_t varint_size(uint64_t value) {
    unsigned highest = 63u - (unsigned)__builtin_clzll(value | 1);
    return (highest * 9 + 73) / 64;
}

static inline uint64_t tag_of(const winapi_field *field, unsigned wire) {
    return (uint64_t)field->number << 3 | wire;
}

static inline const void *field_at(const winapi_field *field, const void *message) {
    return (const unsigned char *)message + field->offset;
}

static inline uint32_t oneof_case(const winapi_field *field, const void *message) {
    uint32_t number;
    memcpy(&number, (const unsigned char *)message + field->presence, sizeof number);
    return number;
}

/* Structs are read and written by their bytes: here the types of their members are not known. */
static inline winapi_string text_at(const void *value) {
    winapi_string text;
    memcpy(&text, value, sizeof text);
    return text;
}

static inline winapi_repeated repeated_at(const void *value) {
    winapi_repeated repeated;
    memcpy(&repeated, value, sizeof repeated);
    return repeated;
}

static inline const void *message_pointer(const void *value) {
    const void *pointer;
    memcpy(&pointer, value, sizeof pointer);
    return pointer;
}

/* Whether a field that is not repeated is written. */
static inline bool field_present(const winapi_field *field, const void *message) {
    if (field->shape == WINAPI_FIELD_ONEOF) {
        return oneof_case(field, message) == field->number;
    }
    const void *value = field_at(field, message);
    if (field->kind == WINAPI_FIELD_MESSAGE) {
        return message_pointer(value) != NULL;
    }
    if (field->shape == WINAPI_FIELD_OPTIONAL) {
        return *((const uint8_t *)message + field->presence) != 0;
    }
    if (field->kind == WINAPI_FIELD_STRING || field->kind == WINAPI_FIELD_BYTES) {
        return text_at(value).size != 0;
    }
    /* By its bits: -0.0 is not the default. */
    return scalar_bits(field->kind, value) != 0;
}

#endif
