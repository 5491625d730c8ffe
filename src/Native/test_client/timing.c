#define _POSIX_C_SOURCE 200809L
#include "timing.h"

#include <stdlib.h>
#include <time.h>

int64_t time_now(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

double milliseconds_since(int64_t start) {
    return (double)(time_now() - start) / 1e6;
}

static int compare(const void *left, const void *right) {
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

void sort_times(int64_t *times, size_t count) {
    qsort(times, count, sizeof *times, compare);
}

int64_t percentile_of(const int64_t *sorted, size_t count, double fraction) {
    return sorted[(size_t)((double)(count - 1) * fraction)];
}
