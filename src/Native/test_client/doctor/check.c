#include "check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void write_text(char *target, size_t capacity, const char *format, va_list arguments) {
    (void)vsnprintf(target, capacity, format, arguments);
}

void check_ok(struct check *check, const char *format, ...) {
    va_list arguments;
    check->state = CHECK_OK;
    va_start(arguments, format);
    write_text(check->seen, sizeof check->seen, format, arguments);
    va_end(arguments);
}

void check_skip(struct check *check, const char *format, ...) {
    va_list arguments;
    check->state = CHECK_SKIPPED;
    va_start(arguments, format);
    write_text(check->seen, sizeof check->seen, format, arguments);
    va_end(arguments);
}

void check_fail(struct check *check, const char *format, ...) {
    va_list arguments;
    check->state = CHECK_FAILED;
    va_start(arguments, format);
    write_text(check->seen, sizeof check->seen, format, arguments);
    va_end(arguments);
}

void check_cause(struct check *check, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    write_text(check->cause, sizeof check->cause, format, arguments);
    va_end(arguments);
}

void check_fix(struct check *check, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    write_text(check->fix, sizeof check->fix, format, arguments);
    va_end(arguments);
}

void check_fix_start_host(const struct patient *patient, struct check *check) {
    if (!patient_uses(patient, "vsock:")) {
        check_fix(check, "WinAPIService --endpoint %s", patient->endpoint);
        return;
    }
    const char *port = strrchr(patient->endpoint, ':');
    check_fix(check, "on Windows, as the user who started WSL: WinAPIService.exe --endpoint hvsocket://auto/%s", port + 1);
}

bool patient_uses(const struct patient *patient, const char *scheme) {
    return strncmp(patient->endpoint, scheme, strlen(scheme)) == 0;
}
