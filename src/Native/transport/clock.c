#define _GNU_SOURCE
#include "clock.h"

#include <limits.h>
#include <time.h>

int64_t winapi_now(void) {
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) {
        return 0; /* cannot happen on Linux */
    }
    return (int64_t)now.tv_sec * WINAPI_SECOND + now.tv_nsec;
}

int64_t winapi_after(int64_t nanoseconds) {
    int64_t now = winapi_now();
    return nanoseconds >= WINAPI_FOREVER - now ? WINAPI_FOREVER : now + nanoseconds;
}

int winapi_poll_timeout(int64_t until) {
    if (until == WINAPI_FOREVER) {
        return -1;
    }
    int64_t left = until - winapi_now();
    if (left <= 0) {
        return 0;
    }
    int64_t milliseconds = (left - 1) / 1000000 + 1;
    return milliseconds > INT_MAX ? INT_MAX : (int)milliseconds;
}

bool winapi_condition_init(pthread_cond_t *condition) {
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0) {
        return false;
    }
    bool made = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
                pthread_cond_init(condition, &attributes) == 0;
    (void)pthread_condattr_destroy(&attributes);
    return made;
}

void winapi_condition_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t until) {
    if (until == WINAPI_FOREVER) {
        (void)pthread_cond_wait(condition, mutex);
        return;
    }
    struct timespec time = {.tv_sec = until / WINAPI_SECOND, .tv_nsec = until % WINAPI_SECOND};
    (void)pthread_cond_timedwait(condition, mutex, &time); /* callers look at the clock themselves */
}
