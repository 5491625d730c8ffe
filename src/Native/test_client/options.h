/* The command line. */
#ifndef TEST_CLIENT_OPTIONS_H
#define TEST_CLIENT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "winapi/channel.h"

enum { EXIT_PASSED = 0, EXIT_FAILED = 1, EXIT_BAD_USAGE = 2, EXIT_NO_HOST = 3 };

typedef enum mode {
    MODE_NONE = 0,
    MODE_HELP = 1 << 0,
    MODE_LIST = 1 << 1,
    MODE_TEST_ECHO = 1 << 2,
    MODE_TEST_BUFFER = 1 << 3,
    MODE_TEST_PERFORMANCE = 1 << 4,
    MODE_INTEGRATION = 1 << 5,
    MODE_STRESS = 1 << 6,
    MODE_BENCHMARK_LATENCY = 1 << 7,
    MODE_BENCHMARK_THROUGHPUT = 1 << 8,
    MODE_DOCTOR = 1 << 9
} mode;

struct options {
    mode mode;
    const char *mode_name;
    const char *endpoint; /* NULL: the environment's, else the default */
    uint64_t iterations;  /* 0: not given */
    uint64_t size;        /* bytes; 0: not given */
    winapi_shared_memory memory; /* AUTO unless one kind is allowed only */
    bool json;
};

/* False after it has said on stderr, in one line, what is wrong. */
bool options_parse(struct options *options, int count, char **arguments);

void options_print_help(void);

#endif
