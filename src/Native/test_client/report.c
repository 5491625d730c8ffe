#define _GNU_SOURCE
#include <stdarg.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "client.h"

int64_t now_ns(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void fail(struct outcome *outcome, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(outcome->detail, sizeof outcome->detail, format, arguments);
    va_end(arguments);
    outcome->passed = false;
}

void pass(struct outcome *outcome, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(outcome->detail, sizeof outcome->detail, format, arguments);
    va_end(arguments);
    outcome->passed = true;
}

void show_progress(const char *name, uint64_t done, uint64_t of) {
    if (isatty(STDERR_FILENO) && of > 0) {
        (void)fprintf(stderr, "\r%s %3d %%", name, (int)(done * 100 / of));
        (void)fflush(stderr);
    }
}

void end_progress(void) {
    if (isatty(STDERR_FILENO)) {
        (void)fputs("\r\033[K", stderr);
    }
}

static void print_json_string(const char *text) {
    (void)putchar('"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\') {
            (void)printf("\\%c", *text);
        } else if ((unsigned char)*text < 0x20) {
            (void)printf("\\u%04x", (unsigned)*text);
        } else {
            (void)putchar(*text);
        }
    }
    (void)putchar('"');
}

void begin_report(const struct options *options) {
    if (options->json) {
        (void)fputs("{\"results\":[", stdout);
    }
}

void report(const struct options *options, const struct outcome *outcome) {
    static bool some; /* whether a comma is due */
    end_progress();
    if (!options->json) {
        (void)printf("%s  %-22s %s\n", outcome->passed ? "PASS" : "FAIL", outcome->name, outcome->detail);
        return;
    }
    (void)fputs(some ? ",{\"name\":" : "{\"name\":", stdout);
    print_json_string(outcome->name);
    (void)printf(",\"passed\":%s,\"detail\":", outcome->passed ? "true" : "false");
    print_json_string(outcome->detail);
    (void)putchar('}');
    some = true;
}

void end_report(const struct options *options, bool passed) {
    if (options->json) {
        (void)printf("],\"passed\":%s}\n", passed ? "true" : "false");
    }
}
