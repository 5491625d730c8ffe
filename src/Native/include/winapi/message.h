/* Messages: proto3 encoding and decoding of the structs that protoc-gen-winapi-c writes.

   A message is a plain struct, valid when zeroed (then every field has its default), made to be written with designated
   initializers. It owns nothing: strings, bytes, repeated fields and sub-messages are pointers to memory of whoever
   filled it; of a decoded message they point into the arena it was decoded with.

   All functions here keep no state: any thread may call them, with the same message too, as long as none changes it. */
#ifndef WINAPI_MESSAGE_H
#define WINAPI_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "winapi/arena.h"
#include "winapi/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* UTF-8. A decoded string has a zero byte after its last; `size` does not count it. An absent one is { NULL, 0 }. */
typedef struct winapi_string {
    const char *data;
    size_t size;
} winapi_string;

typedef struct winapi_bytes {
    const uint8_t *data;
    size_t size;
} winapi_bytes;

/* A string over a C string, which must outlive it. NULL gives the empty string. */
static inline winapi_string winapi_str(const char *text) {
    winapi_string string = { text, text == NULL ? 0 : strlen(text) };
    return string;
}

static inline bool winapi_string_equals(winapi_string left, winapi_string right) {
    return left.size == right.size && (left.size == 0 || memcmp(left.data, right.data, left.size) == 0);
}

/* Bytes over memory of the caller, which must outlive them. */
static inline winapi_bytes winapi_bytes_of(const void *data, size_t size) {
    winapi_bytes bytes = { (const uint8_t *)data, size };
    return bytes;
}

/* What the generator knows of one message: `extern const winapi_message_type winapi_v1_EchoRequest_type;`. */
typedef struct winapi_message_type winapi_message_type;

/* The full name, as "winapi.v1.EchoRequest". Lives as long as the program. */
const char *winapi_message_type_name(const winapi_message_type *type);

/* sizeof of the struct. */
size_t winapi_message_type_size(const winapi_message_type *type);

/* How many bytes the message takes encoded. false where it cannot be encoded: a string that is not UTF-8, a size
   without data, messages nested deeper than 100 (or in a circle), more than 2 GiB - 1. */
bool winapi_message_size(const winapi_message_type *type, const void *message, size_t *size);

/* Encodes the message to the start of `target`: fields in the order of their numbers, repeated fields and maps in
   their own order, as the C# implementation does. Gives the number of bytes; 0 where the message has no bytes, and
   where it does not fit or cannot be encoded (what `target` then holds is undefined; winapi_message_size tells).
   Fastest where `capacity` is exactly the size. */
size_t winapi_message_encode(const winapi_message_type *type, const void *message, uint8_t *target, size_t capacity);

/* Decodes into `message`, whatever it held before, and copies all it keeps into the arena; `source` is read once,
   front to back, and not needed afterwards. It must not change meanwhile: copy out of memory that a peer can write.
   Fields that the type does not have are skipped. Of two map entries with the same key the later one counts.

   INVALID_ARGUMENT: not an encoding of this type (truncated, malformed, not UTF-8, nested deeper than 100).
   RESOURCE_EXHAUSTED: out of memory. Then `message` is zeroed, and the arena may hold pieces until it is reset. */
winapi_status winapi_message_decode(const winapi_message_type *type, const uint8_t *source, size_t size, void *message,
                                    winapi_arena *arena, winapi_error *error);

/* false ends the visit. */
typedef bool winapi_visit_message(const winapi_message_type *type, const void *message, void *user);

/* Visits every message of the type `wanted` in `message`, itself included, in the order of its fields. At once where
   the tables say that there can be none (known for winapi.BufferRef). true where all were visited, false where the
   visitor ended it or messages are nested deeper than 100. */
bool winapi_message_visit(const winapi_message_type *type, const void *message, const winapi_message_type *wanted,
                          winapi_visit_message *visit, void *user);

/* What follows is for generated code. */

/* The numbers of FieldDescriptorProto.Type. */
typedef enum winapi_field_kind {
    WINAPI_FIELD_DOUBLE = 1,
    WINAPI_FIELD_FLOAT = 2,
    WINAPI_FIELD_INT64 = 3,
    WINAPI_FIELD_UINT64 = 4,
    WINAPI_FIELD_INT32 = 5,
    WINAPI_FIELD_FIXED64 = 6,
    WINAPI_FIELD_FIXED32 = 7,
    WINAPI_FIELD_BOOL = 8,
    WINAPI_FIELD_STRING = 9,
    WINAPI_FIELD_MESSAGE = 11,
    WINAPI_FIELD_BYTES = 12,
    WINAPI_FIELD_UINT32 = 13,
    WINAPI_FIELD_ENUM = 14,
    WINAPI_FIELD_SFIXED32 = 15,
    WINAPI_FIELD_SFIXED64 = 16,
    WINAPI_FIELD_SINT32 = 17,
    WINAPI_FIELD_SINT64 = 18
} winapi_field_kind;

typedef enum winapi_field_shape {
    WINAPI_FIELD_PLAIN = 0,    /* present where it is not its default; a message: where the pointer is not NULL */
    WINAPI_FIELD_OPTIONAL = 1, /* `presence` is the offset of a bool */
    WINAPI_FIELD_ONEOF = 2,    /* `presence` is the offset of an enum that holds the number of the field set, or 0 */
    WINAPI_FIELD_REPEATED = 3, /* a winapi_repeated at `offset` */
    WINAPI_FIELD_PACKED = 4,   /* the same, encoded packed */
    WINAPI_FIELD_MAP = 5       /* the same, of entries with a key (field 1) and a value (field 2) */
} winapi_field_shape;

typedef struct winapi_field {
    uint32_t number;
    uint8_t kind;  /* winapi_field_kind */
    uint8_t shape; /* winapi_field_shape */
    uint32_t offset;
    uint32_t presence;
    const winapi_message_type *message; /* where the kind is MESSAGE */
} winapi_field;

typedef enum winapi_message_flags {
    WINAPI_MESSAGE_IS_BUFFER_REF = 1,
    WINAPI_MESSAGE_HOLDS_BUFFER_REF = 2, /* somewhere below, or is one */
    WINAPI_MESSAGE_HOLDS_MAP = 4         /* has a map field, itself or somewhere below */
} winapi_message_flags;

struct winapi_message_type {
    const char *name;
    const winapi_field *fields; /* in the order of their numbers */
    uint32_t field_count;
    uint32_t size;  /* sizeof of the struct */
    uint32_t flags; /* winapi_message_flags */
};

/* How every repeated field is laid out; in generated structs `items` has the type of its items. */
typedef struct winapi_repeated {
    void *items;
    size_t count;
} winapi_repeated;

#ifdef __cplusplus
}
#endif

#endif
