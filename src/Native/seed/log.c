#include "log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <strings.h>

static const char *const names[] = {"NONE", "ERROR", "WARN", "INFO", "DEBUG", "TRACE"};

static atomic_int threshold = LOG_NONE;

bool winapi_log_parse(const char *name, enum log_level *level) {
    for (int i = LOG_ERROR; i <= LOG_TRACE; i++) {
        if (strcasecmp(name, names[i]) == 0) {
            *level = (enum log_level)i;
            return true;
        }
    }
    return false;
}

void winapi_log_set_level(enum log_level level) {
    atomic_store(&threshold, level);
}

void winapi_log(enum log_level level, const char *format, ...) {
    if ((int)level > atomic_load(&threshold)) {
        return;
    }
    char text[640];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    (void)fprintf(stderr, "libwinapi %s %s\n", names[level], text);
}
