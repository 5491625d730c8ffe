/* Runs the tests that the command line names against a running host. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>

#include "doctor/doctor.h"
#include "options.h"
#include "report.h"
#include "test.h"
#include "timing.h"

static void run_test(const struct test *test, struct test_run *run, struct report *report) {
    run->seen[0] = '\0';
    run->figure_count = 0;
    int64_t start = time_now();
    bool good = test->body(run);
    report_test(report, test, run, good, milliseconds_since(start));
}

static int run_tests(const struct options *options, winapi_handle_t handle) {
    winapi_connection_info info = {0};
    (void)winapi_channel_get_connection(winapi_get_channel(handle), &info);
    struct test_run run = {
        .handle = handle,
        .channel = winapi_get_channel(handle),
        .endpoint = info.endpoint,
        .options = options,
    };
    struct report report;
    int64_t start = time_now();
    report_begin(&report, options, info.endpoint);
    for (size_t i = 0; i < all_test_count; i++) {
        if (all_tests[i].modes & (unsigned int)options->mode) {
            run_test(&all_tests[i], &run, &report);
        }
    }
    return report_end(&report, milliseconds_since(start));
}

static int run(const struct options *options) {
    winapi_handle_t handle = winapi_init();
    if (handle == NULL) {
        struct report report;
        const char *endpoint = getenv("WINAPI_ENDPOINT");
        report_begin(&report, options, endpoint == NULL ? "" : endpoint);
        report_no_host(&report, winapi_last_error());
        return winapi_last_status() == WINAPI_INVALID_ARGUMENT ? EXIT_BAD_USAGE : EXIT_FAILED;
    }
    int code = run_tests(options, handle);
    winapi_cleanup(handle);
    return code;
}

int main(int count, char **arguments) {
    struct options options;
    if (!options_parse(&options, count, arguments)) {
        return EXIT_BAD_USAGE;
    }
    if (options.mode == MODE_HELP) {
        options_print_help();
        return EXIT_PASSED;
    }
    if (options.mode == MODE_LIST) {
        report_list(options.json);
        return EXIT_PASSED;
    }
    if (options.endpoint != NULL && setenv("WINAPI_ENDPOINT", options.endpoint, 1) != 0) {
        (void)fprintf(stderr, "test_client: out of memory\n");
        return EXIT_FAILED;
    }
    return options.mode == MODE_DOCTOR ? doctor_run(&options) : run(&options);
}
