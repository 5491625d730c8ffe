#include "report.h"

#include <stdio.h>

#include "json_text.h"

void report_begin(struct report *report, const struct options *options, const char *endpoint) {
    *report = (struct report){.json = options->json};
    if (report->json) {
        (void)printf("{\"mode\":\"%s\",\"endpoint\":", options->mode_name);
        print_json_text(endpoint);
        (void)printf(",\"results\":[");
    }
}

static void print_json_test(const struct test *test, const struct test_run *run, bool passed, double milliseconds) {
    (void)printf("{\"name\":\"%s\",\"passed\":%s,\"elapsed_ms\":%.3f,\"seen\":", test->name, passed ? "true" : "false",
                 milliseconds);
    print_json_text(run->seen);
    for (size_t i = 0; i < run->figure_count; i++) {
        (void)printf("%s\"%s\":%.17g", i == 0 ? ",\"figures\":{" : ",", run->figures[i].name, run->figures[i].value);
    }
    (void)fputs(run->figure_count > 0 ? "}}" : "}", stdout);
}

void report_test(struct report *report, const struct test *test, const struct test_run *run, bool passed,
                 double milliseconds) {
    if (report->json) {
        (void)fputs(report->tests > 0 ? "," : "", stdout);
        print_json_test(test, run, passed, milliseconds);
    } else {
        (void)printf("%s %s: %s (%.1f ms)\n", passed ? "PASS" : "FAIL", test->name, run->seen, milliseconds);
    }
    (void)fflush(stdout);
    report->tests++;
    report->failures += !passed;
}

void report_no_host(struct report *report, const char *why) {
    report->failures++;
    if (report->json) {
        (void)printf("],\"error\":");
        print_json_text(why);
        (void)printf(",\"passed\":false}\n");
    } else {
        (void)fprintf(stderr, "test_client: %s\n", why);
    }
}

int report_end(struct report *report, double milliseconds) {
    if (report->json) {
        (void)printf("],\"passed\":%s,\"failures\":%zu,\"elapsed_ms\":%.3f}\n", report->failures == 0 ? "true" : "false",
                     report->failures, milliseconds);
    } else {
        (void)printf("%s: %zu %s, %zu failed, %.1f s\n", report->failures == 0 ? "PASSED" : "FAILED", report->tests,
                     report->tests == 1 ? "test" : "tests", report->failures, milliseconds / 1e3);
    }
    return report->failures == 0 ? EXIT_PASSED : EXIT_FAILED;
}

static const char *arguments_of(unsigned int modes) {
    return modes & MODE_TEST_ECHO              ? "--test echo, --integration"
           : modes & MODE_TEST_BUFFER          ? "--test buffer, --integration"
           : modes & MODE_TEST_PERFORMANCE     ? "--test performance"
           : modes & MODE_STRESS               ? "--stress"
           : modes & MODE_BENCHMARK_LATENCY    ? "--benchmark latency"
           : modes & MODE_BENCHMARK_THROUGHPUT ? "--benchmark throughput"
                                               : "--integration";
}

void report_list(bool json) {
    for (size_t i = 0; i < all_test_count; i++) {
        const struct test *test = &all_tests[i];
        if (json) {
            (void)printf("%s{\"name\":\"%s\",\"arguments\":\"%s\"}", i == 0 ? "[" : ",", test->name,
                         arguments_of(test->modes));
        } else {
            (void)printf("%-32s %s\n", test->name, arguments_of(test->modes));
        }
    }
    (void)fputs(json ? "]\n" : "", stdout);
}
