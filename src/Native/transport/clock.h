/* Monotonic time in nanoseconds. */
#ifndef WINAPI_TRANSPORT_CLOCK_H
#define WINAPI_TRANSPORT_CLOCK_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#define WINAPI_FOREVER INT64_MAX
#define WINAPI_SECOND INT64_C(1000000000)

int64_t winapi_now(void);

/* The time so long from now; never overflows. */
int64_t winapi_after(int64_t nanoseconds);

/* For poll: -1 for ever, else rounded up so that nobody wakes before the time. */
int winapi_poll_timeout(int64_t until);

/* A condition variable on this clock; false when the system has none left. */
bool winapi_condition_init(pthread_cond_t *condition);

void winapi_condition_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t until);

#endif
