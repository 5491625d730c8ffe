#include "utf8.h"
#include "wire.h"

static bool size_message(const winapi_message_type *type, const void *message, unsigned depth, size_t *size);

static bool size_text(unsigned kind, const void *value, size_t *size) {
    winapi_string text = text_at(value);
    if (text.size > LARGEST_MESSAGE || (text.data == NULL && text.size != 0)) {
        return false;
    }
    if (kind == WINAPI_FIELD_STRING && !winapi_utf8_valid(text.data, text.size)) {
        return false;
    }
    *size = varint_size(text.size) + text.size;
    return true;
}

static bool size_submessage(const winapi_message_type *type, const void *message, unsigned depth, size_t *size) {
    size_t body = 0;
    /* A member of a oneof that is set but points nowhere is an empty message. */
    if (message != NULL && !size_message(type, message, depth + 1, &body)) {
        return false;
    }
    *size = varint_size(body) + body;
    return true;
}

static size_t size_scalar(unsigned kind, const void *value) {
    switch (wire_type(kind)) {
    case WIRE_FIXED64:
        return 8;
    case WIRE_FIXED32:
        return 4;
    default:
        return varint_size(varint_of(kind, scalar_bits(kind, value)));
    }
}

static bool size_single(const winapi_field *field, const void *value, unsigned depth, size_t *size) {
    switch (field->kind) {
    case WINAPI_FIELD_STRING:
    case WINAPI_FIELD_BYTES:
        return size_text(field->kind, value, size);
    case WINAPI_FIELD_MESSAGE:
        return size_submessage(field->message, message_pointer(value), depth, size);
    default:
        *size = size_scalar(field->kind, value);
        return true;
    }
}

static bool size_packed(const winapi_field *field, const winapi_repeated *repeated, size_t *size) {
    size_t body = 0;
    size_t width = scalar_width(field->kind);
    switch (wire_type(field->kind)) {
    case WIRE_FIXED64:
    case WIRE_FIXED32:
        body = repeated->count * width;
        break;
    default:
        for (size_t i = 0; i < repeated->count; i++) {
            body += size_scalar(field->kind, (const unsigned char *)repeated->items + i * width);
        }
        break;
    }
    *size = varint_size(tag_of(field, WIRE_LENGTH)) + varint_size(body) + body;
    return body <= LARGEST_MESSAGE;
}

static bool size_items(const winapi_field *field, const winapi_repeated *repeated, unsigned depth, size_t *size) {
    size_t width = item_width(field);
    size_t total = repeated->count * varint_size(tag_of(field, wire_type(field->kind)));
    for (size_t i = 0; i < repeated->count; i++) {
        const unsigned char *item = (const unsigned char *)repeated->items + i * width;
        size_t one;
        bool sized = field->kind == WINAPI_FIELD_MESSAGE ? size_submessage(field->message, item, depth, &one)
                                                         : size_single(field, item, depth, &one);
        if (!sized || one > LARGEST_MESSAGE || total > LARGEST_MESSAGE) {
            return false;
        }
        total += one;
    }
    *size = total;
    return true;
}

static bool size_repeated(const winapi_field *field, const void *value, unsigned depth, size_t *size) {
    winapi_repeated repeated = repeated_at(value);
    *size = 0;
    if (repeated.count == 0) {
        return true;
    }
    if (repeated.items == NULL || repeated.count > LARGEST_MESSAGE) {
        return false;
    }
    return field->shape == WINAPI_FIELD_PACKED ? size_packed(field, &repeated, size)
                                               : size_items(field, &repeated, depth, size);
}

static bool size_field(const winapi_field *field, const void *message, unsigned depth, size_t *size) {
    if (field->shape >= WINAPI_FIELD_REPEATED) {
        return size_repeated(field, field_at(field, message), depth, size);
    }
    *size = 0;
    if (!field_present(field, message)) {
        return true;
    }
    if (!size_single(field, field_at(field, message), depth, size)) {
        return false;
    }
    *size += varint_size(tag_of(field, wire_type(field->kind)));
    return true;
}

static bool size_message(const winapi_message_type *type, const void *message, unsigned depth, size_t *size) {
    if (depth > DEEPEST_MESSAGE) {
        return false;
    }
    size_t total = 0;
    for (uint32_t i = 0; i < type->field_count; i++) {
        size_t one;
        if (!size_field(&type->fields[i], message, depth, &one) || one > LARGEST_MESSAGE - total) {
            return false;
        }
        total += one;
    }
    *size = total;
    return true;
}

bool winapi_message_size(const winapi_message_type *type, const void *message, size_t *size) {
    *size = 0;
    return size_message(type, message, 0, size);
}
