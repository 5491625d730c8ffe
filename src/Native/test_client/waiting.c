#define _POSIX_C_SOURCE 200809L
#include "waiting.h"

#include <time.h>

void signal_init(struct signal *signal) {
    *signal = (struct signal){.count = 0};
    (void)pthread_mutex_init(&signal->lock, NULL);
    (void)pthread_cond_init(&signal->changed, NULL);
}

void signal_fire(struct signal *signal, winapi_status status) {
    (void)pthread_mutex_lock(&signal->lock);
    signal->count++;
    signal->status = status;
    (void)pthread_cond_broadcast(&signal->changed);
    (void)pthread_mutex_unlock(&signal->lock);
}

bool signal_wait(struct signal *signal, int count) {
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 10;
    (void)pthread_mutex_lock(&signal->lock);
    int failure = 0;
    while (signal->count < count && failure == 0) {
        failure = pthread_cond_timedwait(&signal->changed, &signal->lock, &until);
    }
    bool fired = signal->count >= count;
    (void)pthread_mutex_unlock(&signal->lock);
    return fired;
}

int signal_count(struct signal *signal) {
    (void)pthread_mutex_lock(&signal->lock);
    int count = signal->count;
    (void)pthread_mutex_unlock(&signal->lock);
    return count;
}

void signal_destroy(struct signal *signal) {
    (void)pthread_cond_destroy(&signal->changed);
    (void)pthread_mutex_destroy(&signal->lock);
}
