#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"

enum { THREADS = 4 };

struct worker {
    winapi_channel *channel;
    uint64_t iterations;
    bool shows;
    struct outcome outcome;
};

/* All tests but those that measure, round after round. */
static void *work(void *argument) {
    struct worker *worker = argument;
    uint64_t calls = 0;
    for (uint64_t i = 0; i < worker->iterations && worker->outcome.passed; i++) {
        const struct test *test = &tests[i % test_count];
        struct outcome outcome = {.name = test->name};
        if (worker->shows) {
            show_progress("stress", i, worker->iterations);
        }
        if (strncmp(test->name, "performance", 11) == 0 || strcmp(test->name, "echo-deadline") == 0) {
            continue;
        }
        test->run(worker->channel, &outcome);
        calls++;
        if (!outcome.passed) {
            fail(&worker->outcome, "round %llu, %s: %.300s", (unsigned long long)i, test->name, outcome.detail);
        }
    }
    if (worker->outcome.passed) {
        pass(&worker->outcome, "%llu tests", (unsigned long long)calls);
    }
    return NULL;
}

int run_stress(const struct options *options, winapi_channel *channel) {
    struct worker workers[THREADS];
    pthread_t threads[THREADS];
    bool started[THREADS], passed = true;
    begin_report(options);
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.channel = channel,
                                     .iterations = options->iterations == 0 ? 1000 : options->iterations,
                                     .shows = i == 0,
                                     .outcome = {.name = "stress", .passed = true}};
        started[i] = pthread_create(&threads[i], NULL, work, &workers[i]) == 0;
    }
    for (int i = 0; i < THREADS; i++) {
        if (started[i]) {
            (void)pthread_join(threads[i], NULL);
        } else {
            fail(&workers[i].outcome, "the system gives no thread");
        }
        report(options, &workers[i].outcome);
        passed = passed && workers[i].outcome.passed;
    }
    end_report(options, passed);
    return passed ? EXIT_GOOD : EXIT_FAILED;
}
