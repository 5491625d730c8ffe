/* Filling a caller's error. */
#ifndef WINAPI_TRANSPORT_FAILURE_H
#define WINAPI_TRANSPORT_FAILURE_H

#include <stddef.h>

#include "winapi/status.h"

/* Sets code and message, where there is an error to set, and returns the code. */
__attribute__((format(printf, 3, 4))) winapi_status winapi_fail(winapi_error *error, winapi_status code,
                                                                const char *format, ...);

/* As winapi_fail, for code OK and an empty message. */
winapi_status winapi_succeed(winapi_error *error);

/* Copies text into room of a fixed size, cutting it between UTF-8 characters; what is no UTF-8 at all becomes question marks. */
void winapi_set_text(char *target, size_t capacity, const char *text, size_t size);

#endif
