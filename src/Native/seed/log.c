#define _GNU_SOURCE
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

static const char *const names[] = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR"};

/* WINAPI_LOG_LEVEL says more than WINAPI_DEBUG, and so it counts where both are set. */
static enum log_level lowest(void) {
    const char *level = getenv("WINAPI_LOG_LEVEL");
    const char *debug = getenv("WINAPI_DEBUG");
    for (int i = 0; level != NULL && i < LOG_LEVEL_NONE; i++) {
        if (strcasecmp(level, names[i]) == 0) {
            return (enum log_level)i;
        }
    }
    return debug != NULL && (strcasecmp(debug, "1") == 0 || strcasecmp(debug, "true") == 0) ? LOG_LEVEL_DEBUG
                                                                                             : LOG_LEVEL_NONE;
}

void winapi_log(enum log_level level, const char *format, ...) {
    char text[700];
    if (level < lowest()) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length >= 0) {
        (void)fprintf(stderr, "winapi: %s: %s\n", names[level], text);
    }
}
