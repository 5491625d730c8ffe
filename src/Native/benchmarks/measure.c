#define _POSIX_C_SOURCE 200809L
#include "measure.h"

#include <stdlib.h>
#include <time.h>

enum { MAX_ROUNDS = 100 };

static int64_t now(void) {
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static int compare(const void *left, const void *right) {
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

/* Leaves them sorted. */
static bool take(step *make, void *context, int64_t *samples, size_t count) {
    for (size_t i = 0; i < count; i++) {
        int64_t start = now();
        if (!make(context)) {
            return false;
        }
        samples[i] = now() - start;
    }
    qsort(samples, count, sizeof *samples, compare);
    return true;
}

static bool warm_up(step *make, void *context, int64_t *samples, size_t round, size_t *made) {
    int64_t fastest = INT64_MAX;
    int flat = 0;
    for (int i = 0; i < MAX_ROUNDS && flat < 3; i++) {
        if (!take(make, context, samples, round)) {
            return false;
        }
        *made += round;
        int64_t median = samples[round / 2];
        flat = median >= fastest / 100 * 95 ? flat + 1 : 0;
        fastest = median < fastest ? median : fastest;
    }
    return true;
}

static void summarize(const int64_t *samples, size_t count, struct times *times) {
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += samples[i];
    }
    times->count = count;
    times->min = samples[0];
    times->p50 = samples[count / 2];
    times->p99 = samples[(count - 1) * 99 / 100];
    times->mean = sum / (int64_t)count;
}

bool measure(step *make, void *context, size_t count, struct times *times) {
    int64_t *samples = malloc(count * sizeof *samples);
    *times = (struct times){.count = 0};
    bool good = samples != NULL && warm_up(make, context, samples, count < 10 ? count : count / 10, &times->warm_up) &&
                take(make, context, samples, count);
    if (good) {
        summarize(samples, count, times);
    }
    free(samples);
    return good;
}
