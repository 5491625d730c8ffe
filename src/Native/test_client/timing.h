/* Times and their distribution. */
#ifndef TEST_CLIENT_TIMING_H
#define TEST_CLIENT_TIMING_H

#include <stddef.h>
#include <stdint.h>

/* Monotonic, in nanoseconds. */
int64_t time_now(void);

double milliseconds_since(int64_t start);

/* Sorts, as percentile_of needs it. */
void sort_times(int64_t *times, size_t count);

int64_t percentile_of(const int64_t *sorted, size_t count, double fraction);

#endif
