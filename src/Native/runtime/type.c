#include "winapi/message.h"

const char *winapi_message_type_name(const winapi_message_type *type) {
    return type->name;
}

size_t winapi_message_type_size(const winapi_message_type *type) {
    return type->size;
}
