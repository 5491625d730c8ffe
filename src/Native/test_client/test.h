/* A test: what it gets, and what it tells. */
#ifndef TEST_CLIENT_TEST_H
#define TEST_CLIENT_TEST_H

#include <stdbool.h>
#include <stddef.h>

#include "libwinapi.h"
#include "options.h"

enum { MAX_FIGURES = 12 };

/* A measured number, for --json. */
struct figure {
    const char *name;
    double value;
};

struct test_run {
    winapi_handle_t handle;
    winapi_channel *channel; /* the handle's */
    const char *endpoint;    /* as connected */
    const struct options *options;
    char seen[640]; /* one line: what came, or what was expected instead */
    struct figure figures[MAX_FIGURES];
    size_t figure_count;
};

struct test {
    const char *name;
    unsigned int modes; /* in which it runs */
    bool (*body)(struct test_run *run);
};

extern const struct test all_tests[];
extern const size_t all_test_count;

/* What a test ends with: the line that tells what was seen. */
__attribute__((format(printf, 2, 3))) bool passed(struct test_run *run, const char *format, ...);
__attribute__((format(printf, 2, 3))) bool failed(struct test_run *run, const char *format, ...);

/* Fails with the status, its name and the message of the error. */
bool failed_call(struct test_run *run, const char *what, winapi_status status, const winapi_error *error);

/* For the functions of libwinapi.h. */
bool failed_function(struct test_run *run, const char *what);

/* Whether the call ended as it should have: with this status, and with a message where it is not OK. */
bool ended_with(struct test_run *run, const char *what, winapi_status expected, winapi_status status,
                const winapi_error *error);

void add_figure(struct test_run *run, const char *name, double value);

/* How far a long test is; shown on a terminal only. From one thread at a time. */
void show_progress(const struct test_run *run, double done, double of);

#endif
