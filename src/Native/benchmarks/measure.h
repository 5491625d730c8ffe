/* Times of one step, taken when it no longer gets faster. */
#ifndef BENCHMARKS_MEASURE_H
#define BENCHMARKS_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* False ends the measurement. */
typedef bool step(void *context);

struct times {
    size_t warm_up; /* how many steps were made before */
    size_t count;
    int64_t min, p50, p99, mean; /* in nanoseconds */
};

/* Makes steps in rounds until three in a row are no more than 5 % faster than the fastest before, then count more. */
bool measure(step *make, void *context, size_t count, struct times *times);

#endif
