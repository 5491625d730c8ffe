#define _POSIX_C_SOURCE 200809L
#include "options.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

__attribute__((format(printf, 1, 2))) static bool bad_usage(const char *format, ...) {
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    (void)fprintf(stderr, "test_client: %s; see test_client --help\n", text);
    return false;
}

static bool parse_count(const char *text, uint64_t limit, const char **rest, uint64_t *number) {
    char *end = NULL;
    errno = 0;
    unsigned long long value = *text >= '0' && *text <= '9' ? strtoull(text, &end, 10) : 0;
    *number = value;
    *rest = end;
    return end != NULL && errno == 0 && value > 0 && value <= limit;
}

static bool parse_size(const char *text, uint64_t *size) {
    static const struct {
        const char *name;
        uint64_t bytes;
    } units[] = {{"", 1},          {"B", 1},           {"KB", 1000},      {"MB", 1000000},
                 {"GB", 1000000000}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}};
    const char *unit;
    uint64_t number;
    if (!parse_count(text, UINT64_C(1) << 40, &unit, &number)) {
        return false;
    }
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcasecmp(unit, units[i].name) == 0) {
            *size = number * units[i].bytes;
            return *size <= UINT64_C(1) << 40;
        }
    }
    return false;
}

static bool set_mode(struct options *options, mode chosen, const char *name) {
    if (options->mode != MODE_NONE && options->mode != chosen) {
        return bad_usage("%s and %s cannot both be done in one run", options->mode_name, name);
    }
    options->mode = chosen;
    options->mode_name = name;
    return true;
}

static bool set_test(struct options *options, const char *which) {
    return strcmp(which, "echo") == 0          ? set_mode(options, MODE_TEST_ECHO, "test echo")
           : strcmp(which, "buffer") == 0      ? set_mode(options, MODE_TEST_BUFFER, "test buffer")
           : strcmp(which, "performance") == 0 ? set_mode(options, MODE_TEST_PERFORMANCE, "test performance")
                                               : bad_usage("--test takes echo, buffer or performance, not '%.80s'", which);
}

static bool set_benchmark(struct options *options, const char *which) {
    return strcmp(which, "latency") == 0      ? set_mode(options, MODE_BENCHMARK_LATENCY, "benchmark latency")
           : strcmp(which, "throughput") == 0 ? set_mode(options, MODE_BENCHMARK_THROUGHPUT, "benchmark throughput")
                                              : bad_usage("--benchmark takes latency or throughput, not '%.80s'", which);
}

static bool set_endpoint(struct options *options, const char *endpoint) {
    options->endpoint = endpoint;
    return *endpoint != '\0' || bad_usage("--endpoint is empty");
}

static bool set_iterations(struct options *options, const char *text) {
    const char *rest;
    return (parse_count(text, 10000000, &rest, &options->iterations) && *rest == '\0') ||
           bad_usage("--iterations takes a number from 1 to 10000000, not '%.80s'", text);
}

static bool set_size(struct options *options, const char *text) {
    return parse_size(text, &options->size) ||
           bad_usage("--size takes a number of bytes up to 1 TiB, such as 100MB or 64MiB, not '%.80s'", text);
}

static bool set_memory(struct options *options, const char *kind) {
    static const struct {
        const char *name;
        winapi_shared_memory kind;
    } kinds[] = {{"auto", WINAPI_SHARED_MEMORY_AUTO},
                 {"none", WINAPI_SHARED_MEMORY_NONE},
                 {"memfd", WINAPI_SHARED_MEMORY_MEMFD},
                 {"wslg", WINAPI_SHARED_MEMORY_WSLG_DAX},
                 {"file", WINAPI_SHARED_MEMORY_FILE}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kind, kinds[i].name) == 0) {
            options->memory = kinds[i].kind;
            return true;
        }
    }
    return bad_usage("--memory takes auto, none, memfd, wslg or file, not '%.80s'", kind);
}

static const struct {
    const char *name;
    bool (*set)(struct options *, const char *);
} valued[] = {{"--test", set_test},
              {"--benchmark", set_benchmark},
              {"--endpoint", set_endpoint},
              {"--iterations", set_iterations},
              {"--memory", set_memory},
              {"--size", set_size}};

/* The value may follow, or stand behind '='. */
static bool parse_valued(struct options *options, int count, char **arguments, int *index) {
    const char *argument = arguments[*index];
    for (size_t i = 0; i < sizeof valued / sizeof valued[0]; i++) {
        size_t length = strlen(valued[i].name);
        if (strncmp(argument, valued[i].name, length) != 0 || (argument[length] != '\0' && argument[length] != '=')) {
            continue;
        }
        if (argument[length] == '=') {
            return valued[i].set(options, argument + length + 1);
        }
        if (*index + 1 >= count) {
            return bad_usage("%s needs a value", valued[i].name);
        }
        return valued[i].set(options, arguments[++*index]);
    }
    return bad_usage("unknown argument '%.80s'", argument);
}

static bool parse_one(struct options *options, int count, char **arguments, int *index) {
    const char *argument = arguments[*index];
    if (strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0) {
        options->mode = MODE_HELP;
        return true;
    }
    if (strcmp(argument, "--json") == 0) {
        return options->json = true;
    }
    return strcmp(argument, "--list") == 0          ? set_mode(options, MODE_LIST, "list")
           : strcmp(argument, "--integration") == 0 ? set_mode(options, MODE_INTEGRATION, "integration")
           : strcmp(argument, "--doctor") == 0      ? set_mode(options, MODE_DOCTOR, "doctor")
           : strcmp(argument, "--stress") == 0      ? set_mode(options, MODE_STRESS, "stress")
                                                    : parse_valued(options, count, arguments, index);
}

static bool check_together(const struct options *options) {
    if (options->mode == MODE_NONE) {
        return bad_usage("nothing to do: give --test, --integration, --stress, --benchmark, --doctor or --list");
    }
    if (options->size != 0 && options->mode != MODE_BENCHMARK_THROUGHPUT) {
        return bad_usage("--size goes with --benchmark throughput");
    }
    if (options->memory != WINAPI_SHARED_MEMORY_AUTO && options->mode != MODE_DOCTOR) {
        return bad_usage("--memory goes with --doctor");
    }
    if (options->iterations != 0 && options->mode != MODE_STRESS && options->mode != MODE_BENCHMARK_LATENCY) {
        return bad_usage("--iterations goes with --stress and --benchmark latency");
    }
    return true;
}

bool options_parse(struct options *options, int count, char **arguments) {
    memset(options, 0, sizeof *options);
    for (int i = 1; i < count && options->mode != MODE_HELP; i++) {
        if (!parse_one(options, count, arguments, &i)) {
            return false;
        }
    }
    return options->mode == MODE_HELP || check_together(options);
}

void options_print_help(void) {
    (void)puts("test_client: tries out a WinAPI host from C.\n"
               "\n"
               "  --test echo|buffer|performance    one of the functions of libwinapi.h\n"
               "  --integration                     all kinds of call, buffers by reference, deadlines, cancel, errors\n"
               "  --stress [--iterations N]         calls of all kinds from several threads, each reply checked; 1000\n"
               "  --benchmark latency [--iterations N]\n"
               "                                    round trips of a small message; 10000 after warming up\n"
               "  --benchmark throughput [--size SIZE]\n"
               "                                    bulk in messages and by reference; 100MB each\n"
               "  --doctor [--memory KIND]          every step from the kernel to bulk bytes: what was seen, and for the first\n"
               "                                    that fails the cause and the command that fixes it. KIND is auto, or allows\n"
               "                                    only memfd, wslg, file or none\n"
               "  --list                            the names of all tests\n"
               "\n"
               "  --endpoint URI    unix:///path/to.sock, tcp://127.0.0.1:PORT or vsock://CID:PORT; without it what\n"
               "                    WINAPI_ENDPOINT says, else on WSL2 vsock://2:0x1234, elsewhere\n"
               "                    unix://$XDG_RUNTIME_DIR/winapi/winapi.sock\n"
               "  --json            one JSON object on stdout instead of text\n"
               "\n"
               "Exit codes: 0 all passed, 1 a test failed or no host was reached, 2 bad usage; --doctor: 3 no host.\n"
               "libwinapi.h lists the environment variables.");
}
