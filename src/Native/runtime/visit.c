#include "wire.h"

typedef struct visit {
    const winapi_message_type *wanted;
    winapi_visit_message *visit;
    void *user;
} visit;

static bool visit_message(const visit *what, const winapi_message_type *type, const void *message, unsigned depth);

static bool visit_field(const visit *what, const winapi_field *field, const void *message, unsigned depth) {
    const void *value = field_at(field, message);
    if (field->shape < WINAPI_FIELD_REPEATED) {
        const void *below = field_present(field, message) ? message_pointer(value) : NULL;
        return below == NULL || visit_message(what, field->message, below, depth + 1);
    }
    winapi_repeated repeated = repeated_at(value);
    for (size_t i = 0; repeated.items != NULL && i < repeated.count; i++) {
        const void *item = (const unsigned char *)repeated.items + i * field->message->size;
        if (!visit_message(what, field->message, item, depth + 1)) {
            return false;
        }
    }
    return true;
}

/* A program may hold a second copy of the table of winapi.BufferRef, generated with its own messages. */
static bool is_wanted(const visit *what, const winapi_message_type *type) {
    return type == what->wanted || (type->flags & what->wanted->flags & WINAPI_MESSAGE_IS_BUFFER_REF) != 0;
}

static bool visit_message(const visit *what, const winapi_message_type *type, const void *message, unsigned depth) {
    if ((what->wanted->flags & WINAPI_MESSAGE_IS_BUFFER_REF) != 0 &&
        (type->flags & WINAPI_MESSAGE_HOLDS_BUFFER_REF) == 0) {
        return true;
    }
    if (depth > DEEPEST_MESSAGE || (is_wanted(what, type) && !what->visit(type, message, what->user))) {
        return false;
    }
    for (uint32_t i = 0; i < type->field_count; i++) {
        const winapi_field *field = &type->fields[i];
        if (field->kind == WINAPI_FIELD_MESSAGE && !visit_field(what, field, message, depth)) {
            return false;
        }
    }
    return true;
}

bool winapi_message_visit(const winapi_message_type *type, const void *message, const winapi_message_type *wanted,
                          winapi_visit_message *visitor, void *user) {
    visit what = { wanted, visitor, user };
    return visit_message(&what, type, message, 0);
}
