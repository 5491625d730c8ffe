#include "failure.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../runtime/utf8.h"

winapi_status winapi_fail(winapi_error *error, winapi_status code, const char *format, ...) {
    if (error == NULL) {
        return code;
    }
    error->code = code;
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    if (length < 0) {
        error->message[0] = '\0';
    }
    return code;
}

winapi_status winapi_succeed(winapi_error *error) {
    if (error != NULL) {
        error->code = WINAPI_OK;
        error->message[0] = '\0';
    }
    return WINAPI_OK;
}

static void replace_beyond_ascii(char *text, size_t size) {
    for (size_t i = 0; i < size; i++) {
        text[i] = ((unsigned char)text[i] & 0x80) != 0 ? '?' : text[i];
    }
}

void winapi_set_text(char *target, size_t capacity, const char *text, size_t size) {
    if (size >= capacity) {
        size = capacity - 1;
        while (size > 0 && ((unsigned char)text[size] & 0xC0) == 0x80) {
            size--;
        }
    }
    if (size > 0) {
        memcpy(target, text, size);
    }
    target[size] = '\0';
    if (!winapi_utf8_valid(target, size)) {
        replace_beyond_ascii(target, size);
    }
}
