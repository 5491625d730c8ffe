#include "failure.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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
}
