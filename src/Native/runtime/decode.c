#include <stdalign.h>
#include <stdio.h>

#include "arena_take.h"
#include "map_keys.h"
#include "reader.h"
#include "repeated.h"
#include "utf8.h"
#include "wire.h"

typedef struct decoder {
    reader from;
    winapi_arena *arena;
    bool out_of_memory;
    bool several_map_entries; /* some map got more than one entry: two may have the same key */
    /* Where it went wrong. */
    const winapi_message_type *type;
    uint32_t number;
} decoder;

static bool decode_message(decoder *to, const winapi_message_type *type, unsigned char *message, unsigned depth);

static bool no_memory(decoder *to) {
    to->out_of_memory = true;
    return false;
}

static bool is_text(unsigned kind) {
    return kind == WINAPI_FIELD_STRING || kind == WINAPI_FIELD_BYTES;
}

static void store_scalar(unsigned kind, void *value, uint64_t bits) {
    switch (kind) {
    case WINAPI_FIELD_BOOL:
        *(bool *)value = bits != 0;
        return;
    case WINAPI_FIELD_SINT32: {
        uint32_t plain = ((uint32_t)bits >> 1) ^ (0 - ((uint32_t)bits & 1));
        memcpy(value, &plain, 4);
        return;
    }
    case WINAPI_FIELD_SINT64: {
        uint64_t plain = (bits >> 1) ^ (0 - (bits & 1));
        memcpy(value, &plain, 8);
        return;
    }
    default:
        break;
    }
    if (scalar_width(kind) == 8) {
        memcpy(value, &bits, 8);
    } else {
        uint32_t narrow = (uint32_t)bits;
        memcpy(value, &narrow, 4);
    }
}

static bool decode_scalar(decoder *to, unsigned kind, void *value) {
    uint64_t bits;
    bool read;
    switch (wire_type(kind)) {
    case WIRE_FIXED64:
        read = winapi_reader_fixed(&to->from, 8, &bits);
        break;
    case WIRE_FIXED32:
        read = winapi_reader_fixed(&to->from, 4, &bits);
        break;
    default:
        read = reader_varint(&to->from, &bits);
        break;
    }
    if (read) {
        store_scalar(kind, value, bits);
    }
    return read;
}

static bool decode_text(decoder *to, unsigned kind, void *value) {
    const uint8_t *start;
    size_t size;
    if (!winapi_reader_piece(&to->from, &start, &size)) {
        return false;
    }
    if (kind == WINAPI_FIELD_STRING && !winapi_utf8_valid((const char *)start, size)) {
        return reader_refuse(&to->from, "it is not UTF-8");
    }
    /* One byte more for the zero at the end of a string. */
    char *copy = winapi_arena_take(to->arena, size + 1, 1);
    if (copy == NULL) {
        return no_memory(to);
    }
    memcpy(copy, start, size);
    copy[size] = '\0';
    winapi_string text = { copy, size };
    memcpy(value, &text, sizeof text);
    return true;
}

static bool decode_submessage(decoder *to, const winapi_message_type *type, unsigned char *message, unsigned depth) {
    const uint8_t *start;
    size_t size;
    if (!winapi_reader_piece(&to->from, &start, &size)) {
        return false;
    }
    if (depth + 1 > DEEPEST_MESSAGE) {
        return reader_refuse(&to->from, "messages are nested deeper than 100");
    }
    reader after = to->from;
    to->from.at = start;
    to->from.end = start + size;
    if (!decode_message(to, type, message, depth + 1)) {
        return false;
    }
    to->from = after;
    return true;
}

/* A field that comes twice is merged into what came before. */
static bool decode_into_pointer(decoder *to, const winapi_field *field, unsigned char *value, bool fresh,
                                unsigned depth) {
    void *below = NULL;
    if (!fresh) {
        memcpy(&below, value, sizeof below);
    }
    if (below == NULL) {
        below = winapi_arena_alloc(to->arena, field->message->size);
        if (below == NULL) {
            return no_memory(to);
        }
        memcpy(value, &below, sizeof below);
    }
    return decode_submessage(to, field->message, below, depth);
}

static bool decode_singular(decoder *to, const winapi_field *field, unsigned char *message, unsigned depth) {
    unsigned char *value = message + field->offset;
    bool fresh = false;
    if (field->shape == WINAPI_FIELD_ONEOF) {
        fresh = oneof_case(field, message) != field->number;
        memcpy(message + field->presence, &field->number, sizeof field->number);
    } else if (field->shape == WINAPI_FIELD_OPTIONAL) {
        *(bool *)(message + field->presence) = true;
    }
    if (field->kind == WINAPI_FIELD_MESSAGE) {
        return decode_into_pointer(to, field, value, fresh, depth);
    }
    return is_text(field->kind) ? decode_text(to, field->kind, value) : decode_scalar(to, field->kind, value);
}

/* The value of a map entry is there even where the entry does not say it. */
static bool complete_entry(decoder *to, const winapi_message_type *entry_type, unsigned char *entry) {
    const winapi_field *value = &entry_type->fields[1];
    if (value->kind != WINAPI_FIELD_MESSAGE || field_present(value, entry)) {
        return true;
    }
    void *empty = winapi_arena_alloc(to->arena, value->message->size);
    if (empty == NULL) {
        return no_memory(to);
    }
    memcpy(entry + value->offset, &empty, sizeof empty);
    return true;
}

static bool decode_item(decoder *to, const winapi_field *field, unsigned char *message, unsigned depth) {
    winapi_repeated repeated = repeated_at(message + field->offset);
    size_t width = item_width(field);
    unsigned char *item = winapi_repeated_reserve(&repeated, to->arena, 1, width);
    if (item == NULL) {
        return no_memory(to);
    }
    memset(item, 0, width);
    repeated.count++;
    memcpy(message + field->offset, &repeated, sizeof repeated);
    if (field->kind != WINAPI_FIELD_MESSAGE) {
        return is_text(field->kind) ? decode_text(to, field->kind, item) : decode_scalar(to, field->kind, item);
    }
    if (!decode_submessage(to, field->message, item, depth)) {
        return false;
    }
    if (field->shape != WINAPI_FIELD_MAP) {
        return true;
    }
    to->several_map_entries |= repeated.count > 1;
    return complete_entry(to, field->message, item);
}

/* How many items a packed piece holds; varints end with the bytes that have no upper bit. */
static size_t packed_count(unsigned kind, const uint8_t *start, size_t size) {
    switch (wire_type(kind)) {
    case WIRE_FIXED64:
        return size / 8;
    case WIRE_FIXED32:
        return size / 4;
    default:
        break;
    }
    size_t count = 0;
    for (size_t i = 0; i < size; i++) {
        count += start[i] < 0x80;
    }
    return count;
}

static bool decode_packed(decoder *to, const winapi_field *field, unsigned char *message) {
    const uint8_t *start;
    size_t size;
    if (!winapi_reader_piece(&to->from, &start, &size)) {
        return false;
    }
    winapi_repeated repeated = repeated_at(message + field->offset);
    size_t width = scalar_width(field->kind);
    size_t count = packed_count(field->kind, start, size);
    if (size == 0) {
        return true;
    }
    if (count == 0) {
        return reader_refuse(&to->from, "its last item is cut off");
    }
    unsigned char *item = winapi_repeated_reserve(&repeated, to->arena, count, width);
    if (item == NULL) {
        return no_memory(to);
    }
    reader after = to->from;
    to->from.at = start;
    to->from.end = start + size;
    for (size_t i = 0; i < count; i++) {
        if (!decode_scalar(to, field->kind, item + i * width)) {
            return false;
        }
    }
    if (reader_left(&to->from) != 0) {
        return reader_refuse(&to->from, "its last item is cut off");
    }
    repeated.count += count;
    memcpy(message + field->offset, &repeated, sizeof repeated);
    to->from = after;
    return true;
}

static bool decode_field(decoder *to, const winapi_field *field, unsigned wire, unsigned char *message,
                         unsigned depth) {
    unsigned own = wire_type(field->kind);
    if (field->shape < WINAPI_FIELD_REPEATED) {
        return wire == own ? decode_singular(to, field, message, depth)
                           : winapi_reader_skip(&to->from, field->number, wire, depth);
    }
    if (wire == own) {
        return decode_item(to, field, message, depth);
    }
    /* Numbers may be packed or not, whatever the .proto says. */
    return wire == WIRE_LENGTH ? decode_packed(to, field, message)
                               : winapi_reader_skip(&to->from, field->number, wire, depth);
}

/* Fields mostly come in order: `next` is where the last one was found. */
static const winapi_field *find_field(const winapi_message_type *type, uint32_t number, uint32_t *next) {
    uint32_t count = type->field_count;
    for (uint32_t i = *next; i < count && i <= *next + 1; i++) {
        if (type->fields[i].number == number) {
            *next = i;
            return &type->fields[i];
        }
    }
    uint32_t low = 0;
    uint32_t high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (type->fields[middle].number < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == count || type->fields[low].number != number) {
        return NULL;
    }
    *next = low;
    return &type->fields[low];
}

static void remember(decoder *to, const winapi_message_type *type, uint32_t number) {
    if (to->type == NULL) {
        to->type = type;
        to->number = number;
    }
}

static bool decode_message(decoder *to, const winapi_message_type *type, unsigned char *message, unsigned depth) {
    uint32_t next = 0;
    while (to->from.at < to->from.end) {
        uint32_t number = 0;
        unsigned wire;
        if (!winapi_reader_tag(&to->from, &number, &wire)) {
            remember(to, type, 0);
            return false;
        }
        const winapi_field *field = find_field(type, number, &next);
        bool read = field == NULL ? winapi_reader_skip(&to->from, number, wire, depth)
                                  : decode_field(to, field, wire, message, depth);
        if (!read) {
            remember(to, type, number);
            return false;
        }
    }
    return true;
}

static winapi_status explain(const decoder *to, const winapi_message_type *type, winapi_error *error) {
    winapi_status code = to->out_of_memory ? WINAPI_RESOURCE_EXHAUSTED : WINAPI_INVALID_ARGUMENT;
    if (error == NULL) {
        return code;
    }
    error->code = code;
    if (to->out_of_memory) {
        (void)snprintf(error->message, sizeof error->message, "out of memory while decoding %s", type->name);
    } else if (to->number == 0) {
        (void)snprintf(error->message, sizeof error->message, "the bytes are no %s: in %s, at a field's tag: %s",
                       type->name, to->type->name, to->from.reason);
    } else {
        (void)snprintf(error->message, sizeof error->message, "the bytes are no %s: in %s, field %u: %s", type->name,
                       to->type->name, (unsigned)to->number, to->from.reason);
    }
    return code;
}

winapi_status winapi_message_decode(const winapi_message_type *type, const uint8_t *source, size_t size, void *message,
                                    winapi_arena *arena, winapi_error *error) {
    memset(message, 0, type->size);
    if (size == 0) {
        return WINAPI_OK;
    }
    decoder to = { { source, source + size, NULL }, arena, false, false, NULL, 0 };
    bool decoded = decode_message(&to, type, message, 0);
    if (decoded && to.several_map_entries) {
        decoded = winapi_map_keys_unite(type, message) || no_memory(&to);
    }
    if (decoded) {
        return WINAPI_OK;
    }
    memset(message, 0, type->size);
    return explain(&to, type, error);
}
