#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "client.h"

static int list_tests(void) {
    for (size_t i = 0; i < test_count; i++) {
        (void)printf("%-24s %s\n", tests[i].name, tests[i].about);
    }
    return EXIT_GOOD;
}

static int run(const struct options *options, winapi_channel *channel) {
    if (strcmp(options->command, "stress") == 0) {
        return run_stress(options, channel);
    }
    return strcmp(options->command, "benchmark") == 0 ? run_benchmark(options, channel) : run_tests(options, channel);
}

/* Exit code 2 for what the user wrote, 1 for a host that is not there. */
static int say_why(const winapi_error *error) {
    (void)fprintf(stderr, "test_client: %s\n", error->message);
    return error->code == WINAPI_INVALID_ARGUMENT ? EXIT_USAGE : EXIT_FAILED;
}

static int connect_and_run(const struct options *options) {
    winapi_error error;
    winapi_channel_options channel_options = {.endpoint = options->endpoint, .agent = "test_client"};
    winapi_channel *channel = winapi_channel_new(&channel_options, &error);
    if (channel == NULL) {
        return say_why(&error);
    }
    int code = winapi_channel_connect(channel, &error) == WINAPI_OK ? run(options, channel) : say_why(&error);
    winapi_channel_free(channel);
    return code;
}

int main(int count, char **arguments) {
    struct options options;
    if (!parse_options(count, arguments, &options)) {
        return EXIT_USAGE;
    }
    if (strcmp(options.command, "help") == 0) {
        print_help(stdout);
        return EXIT_GOOD;
    }
    if (strcmp(options.command, "list") == 0) {
        return list_tests();
    }
    /* The compatible functions read the environment, and are to call the same host. */
    if (options.endpoint != NULL && setenv("WINAPI_ENDPOINT", options.endpoint, 1) != 0) {
        return EXIT_FAILED;
    }
    return connect_and_run(&options);
}
