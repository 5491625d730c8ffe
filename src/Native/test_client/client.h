/* test_client: calls a running host through libwinapi and says whether all is well. */
#ifndef TEST_CLIENT_H
#define TEST_CLIENT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "winapi.h"

enum exit_code { EXIT_GOOD = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

struct options {
    const char *command; /* test, integration, stress, benchmark, list, help */
    const char *what;    /* of test and benchmark */
    const char *endpoint;
    uint64_t iterations;
    uint64_t size;
    bool json;
};

/* One thing that was tried. */
struct outcome {
    const char *name;
    bool passed;
    char detail[400]; /* what was found */
};

struct test {
    const char *name;
    const char *about;
    void (*run)(winapi_channel *channel, struct outcome *outcome);
};

extern const struct test tests[];
extern const size_t test_count;

/* False: a line on standard error says what is wrong. */
bool parse_options(int count, char **arguments, struct options *options);
void print_help(FILE *target);

/* Sets the outcome to failed, with what was found. */
__attribute__((format(printf, 2, 3))) void fail(struct outcome *outcome, const char *format, ...);
__attribute__((format(printf, 2, 3))) void pass(struct outcome *outcome, const char *format, ...);

/* Progress on a terminal alone; the line is overwritten. */
void show_progress(const char *name, uint64_t done, uint64_t of);
void end_progress(void);

void begin_report(const struct options *options);
void report(const struct options *options, const struct outcome *outcome);
void end_report(const struct options *options, bool passed);

int64_t now_ns(void);

/* Each returns an exit code. */
int run_tests(const struct options *options, winapi_channel *channel);
int run_stress(const struct options *options, winapi_channel *channel);
int run_benchmark(const struct options *options, winapi_channel *channel);

#endif
