#ifndef WINAPI_RUNTIME_UTF8_H
#define WINAPI_RUNTIME_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Whether these bytes are well-formed UTF-8 (Unicode, table 3-7): no overlong forms, no surrogates. */
bool winapi_utf8_valid(const char *text, size_t size);

#endif
