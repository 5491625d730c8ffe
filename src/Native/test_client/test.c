#define _POSIX_C_SOURCE 200809L
#include "test.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>


bool passed(struct test_run *run, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(run->seen, sizeof run->seen, format, arguments);
    va_end(arguments);
    return true;
}

bool failed(struct test_run *run, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(run->seen, sizeof run->seen, format, arguments);
    va_end(arguments);
    return false;
}

bool failed_call(struct test_run *run, const char *what, winapi_status status, const winapi_error *error) {
    return failed(run, "%s: %s: %s", what, winapi_status_name(status), error == NULL ? "" : error->message);
}

bool failed_function(struct test_run *run, const char *what) {
    return failed(run, "%s: %s: %s", what, winapi_status_name(winapi_last_status()), winapi_last_error());
}

bool ended_with(struct test_run *run, const char *what, winapi_status expected, winapi_status status,
                const winapi_error *error) {
    if (status != expected) {
        return failed(run, "%s: expected %s, came %s: %s", what, winapi_status_name(expected), winapi_status_name(status),
                      status == WINAPI_OK ? "" : error->message);
    }
    return status == WINAPI_OK || error->message[0] != '\0' || failed(run, "%s: no message with the status", what);
}

void add_figure(struct test_run *run, const char *name, double value) {
    if (run->figure_count < MAX_FIGURES) {
        run->figures[run->figure_count++] = (struct figure){name, value};
    }
}

void show_progress(const struct test_run *run, double done, double of) {
    if (!run->options->json && isatty(STDERR_FILENO)) {
        (void)fprintf(stderr, "\r\033[K%3.0f %%", of > 0 ? 100 * done / of : 0);
        if (done >= of) {
            (void)fprintf(stderr, "\r\033[K");
        }
        (void)fflush(stderr);
    }
}
