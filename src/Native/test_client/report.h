/* What goes to stdout: a line for each test, or one JSON object. */
#ifndef TEST_CLIENT_REPORT_H
#define TEST_CLIENT_REPORT_H

#include "test.h"

struct report {
    bool json;
    size_t tests;
    size_t failures;
};

void report_begin(struct report *report, const struct options *options, const char *endpoint);
void report_test(struct report *report, const struct test *test, const struct test_run *run, bool passed, double milliseconds);

/* Instead of tests, where none could run. */
void report_no_host(struct report *report, const char *why);

/* Gives the exit code. */
int report_end(struct report *report, double milliseconds);

void report_list(bool json);

#endif
