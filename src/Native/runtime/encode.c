/* Encodes from the last byte to the first: when the length of a sub-message is due, its bytes are already there. So no
   size is computed twice, and none has to be kept in the message. */
#include "utf8.h"
#include "wire.h"

typedef struct writer {
    uint8_t *floor;
    uint8_t *at; /* what is written starts here */
} writer;

static bool put_message(writer *to, const winapi_message_type *type, const void *message, unsigned depth);

static bool room(const writer *to, size_t size) {
    return (size_t)(to->at - to->floor) >= size;
}

static bool put_varint(writer *to, uint64_t value) {
    size_t size = varint_size(value);
    if (!room(to, size)) {
        return false;
    }
    to->at -= size;
    uint8_t *at = to->at;
    while (value >= 0x80) {
        *at++ = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    *at = (uint8_t)value;
    return true;
}

static bool put_fixed(writer *to, uint64_t bits, size_t size) {
    if (!room(to, size)) {
        return false;
    }
    to->at -= size;
    for (size_t i = 0; i < size; i++) {
        to->at[i] = (uint8_t)(bits >> (8 * i));
    }
    return true;
}

static bool put_text(writer *to, unsigned kind, const void *value) {
    winapi_string text = text_at(value);
    if (text.size == 0) {
        return put_varint(to, 0);
    }
    if (text.data == NULL || !room(to, text.size)) {
        return false;
    }
    if (kind == WINAPI_FIELD_STRING && !winapi_utf8_valid(text.data, text.size)) {
        return false;
    }
    to->at -= text.size;
    memcpy(to->at, text.data, text.size);
    return put_varint(to, text.size);
}

static bool put_submessage(writer *to, const winapi_message_type *type, const void *message, unsigned depth) {
    const uint8_t *end = to->at;
    if (message != NULL && !put_message(to, type, message, depth + 1)) {
        return false;
    }
    return put_varint(to, (uint64_t)(end - to->at));
}

static bool put_scalar(writer *to, unsigned kind, const void *value) {
    uint64_t bits = scalar_bits(kind, value);
    switch (wire_type(kind)) {
    case WIRE_FIXED64:
        return put_fixed(to, bits, 8);
    case WIRE_FIXED32:
        return put_fixed(to, bits, 4);
    default:
        return put_varint(to, varint_of(kind, bits));
    }
}

static bool put_single(writer *to, const winapi_field *field, const void *value, unsigned depth) {
    switch (field->kind) {
    case WINAPI_FIELD_STRING:
    case WINAPI_FIELD_BYTES:
        return put_text(to, field->kind, value);
    case WINAPI_FIELD_MESSAGE:
        return put_submessage(to, field->message, message_pointer(value), depth);
    default:
        return put_scalar(to, field->kind, value);
    }
}

static bool put_packed(writer *to, const winapi_field *field, const winapi_repeated *repeated) {
    const uint8_t *end = to->at;
    size_t width = scalar_width(field->kind);
    for (size_t i = repeated->count; i-- > 0;) {
        if (!put_scalar(to, field->kind, (const unsigned char *)repeated->items + i * width)) {
            return false;
        }
    }
    return put_varint(to, (uint64_t)(end - to->at)) && put_varint(to, tag_of(field, WIRE_LENGTH));
}

static bool put_items(writer *to, const winapi_field *field, const winapi_repeated *repeated, unsigned depth) {
    size_t width = item_width(field);
    uint64_t tag = tag_of(field, wire_type(field->kind));
    for (size_t i = repeated->count; i-- > 0;) {
        const unsigned char *item = (const unsigned char *)repeated->items + i * width;
        bool put = field->kind == WINAPI_FIELD_MESSAGE ? put_submessage(to, field->message, item, depth)
                                                       : put_single(to, field, item, depth);
        if (!put || !put_varint(to, tag)) {
            return false;
        }
    }
    return true;
}

static bool put_field(writer *to, const winapi_field *field, const void *message, unsigned depth) {
    const void *value = field_at(field, message);
    if (field->shape >= WINAPI_FIELD_REPEATED) {
        winapi_repeated repeated = repeated_at(value);
        if (repeated.count == 0) {
            return true;
        }
        if (repeated.items == NULL) {
            return false;
        }
        return field->shape == WINAPI_FIELD_PACKED ? put_packed(to, field, &repeated)
                                                   : put_items(to, field, &repeated, depth);
    }
    if (!field_present(field, message)) {
        return true;
    }
    return put_single(to, field, value, depth) && put_varint(to, tag_of(field, wire_type(field->kind)));
}

static bool put_message(writer *to, const winapi_message_type *type, const void *message, unsigned depth) {
    if (depth > DEEPEST_MESSAGE) {
        return false;
    }
    for (uint32_t i = type->field_count; i-- > 0;) {
        if (!put_field(to, &type->fields[i], message, depth)) {
            return false;
        }
    }
    return true;
}

size_t winapi_message_encode(const winapi_message_type *type, const void *message, uint8_t *target, size_t capacity) {
    if (target == NULL || capacity == 0) {
        return 0;
    }
    writer to = { target, target + capacity };
    if (!put_message(&to, type, message, 0)) {
        return 0;
    }
    size_t size = (size_t)(target + capacity - to.at);
    if (size > LARGEST_MESSAGE) {
        return 0;
    }
    if (to.at != target) {
        memmove(target, to.at, size);
    }
    return size;
}
