#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "client.h"

void print_help(FILE *target) {
    (void)fputs("test_client: calls a running host through libwinapi.\n\n"
                "  --test echo|buffer|performance      one area\n"
                "  --integration                       every test; --list names them\n"
                "  --stress [--iterations N]           calls of all kinds from four threads; default 1000 each\n"
                "  --benchmark latency [--iterations N]\n"
                "  --benchmark throughput [--size 100MB]\n"
                "  --list                              the tests, one a line\n"
                "  --help\n\n"
                "  --endpoint URI   where the host is; default: WINAPI_ENDPOINT, else this user's socket\n"
                "  --json           results as one JSON object on standard output\n\n"
                "Exit code: 0 all passed, 1 something failed, 2 not understood.\n", target);
}

static bool parse_size(const char *text, uint64_t *size) {
    static const struct {
        const char *unit;
        uint64_t bytes;
    } units[] = {{"", 1}, {"B", 1}, {"KB", 1000}, {"MB", 1000000}, {"GB", 1000000000},
                 {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}};
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcasecmp(end, units[i].unit) == 0) {
            *size = number * units[i].bytes;
            return errno == 0 && text[0] >= '0' && text[0] <= '9' && number > 0 && number <= UINT64_MAX / units[i].bytes;
        }
    }
    return false;
}

static bool complain(const char *problem, const char *what) {
    (void)fprintf(stderr, "test_client: %s%s; --help says what it takes\n", problem, what);
    return false;
}

static bool is_one_of(const char *text, const char *const *accepted) {
    while (*accepted != NULL && strcmp(*accepted, text) != 0) {
        accepted++;
    }
    return *accepted != NULL;
}

static bool set_command(struct options *options, const char *command, const char *what) {
    static const char *const areas[] = {"echo", "buffer", "performance", NULL};
    static const char *const benchmarks[] = {"latency", "throughput", NULL};
    if (options->command != NULL) {
        return complain("one of --test, --integration, --stress, --benchmark, --list at a time, not also --", command);
    }
    options->command = command;
    options->what = what;
    if (strcmp(command, "test") == 0 && (what == NULL || !is_one_of(what, areas))) {
        return complain("--test takes echo, buffer or performance, not ", what == NULL ? "nothing" : what);
    }
    if (strcmp(command, "benchmark") == 0 && (what == NULL || !is_one_of(what, benchmarks))) {
        return complain("--benchmark takes latency or throughput, not ", what == NULL ? "nothing" : what);
    }
    return true;
}

/* Takes one option and its value; *used counts both. */
static bool parse_one(struct options *options, const char *name, const char *value, int *used) {
    static const char *const alone[] = {"--integration", "--stress", "--list", "--help", NULL};
    *used = 1;
    if (strcmp(name, "--json") == 0) {
        options->json = true;
        return true;
    }
    if (is_one_of(name, alone)) {
        return set_command(options, name + 2, NULL);
    }
    *used = 2;
    if (strcmp(name, "--test") == 0 || strcmp(name, "--benchmark") == 0) {
        return set_command(options, name + 2, value);
    }
    if (strcmp(name, "--endpoint") == 0 && value != NULL) {
        options->endpoint = value;
        return true;
    }
    if (strcmp(name, "--iterations") == 0 || strcmp(name, "--size") == 0) {
        uint64_t *target = name[2] == 'i' ? &options->iterations : &options->size;
        return (value != NULL && parse_size(value, target)) ||
               complain(name, " takes a number greater than 0, such as 1000 or 100MB");
    }
    return complain("unknown argument ", name);
}

bool parse_options(int count, char **arguments, struct options *options) {
    *options = (struct options){0};
    for (int i = 1; i < count;) {
        int used;
        if (!parse_one(options, arguments[i], i + 1 < count ? arguments[i + 1] : NULL, &used)) {
            return false;
        }
        i += used;
    }
    return options->command != NULL || complain("nothing to do", "");
}
