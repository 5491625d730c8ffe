/* Waiting for callbacks that run on another thread. */
#ifndef TEST_CLIENT_WAITING_H
#define TEST_CLIENT_WAITING_H

#include <pthread.h>
#include <stdbool.h>

#include "winapi/status.h"

struct signal {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int count;            /* how often it fired */
    winapi_status status; /* of the last */
};

void signal_init(struct signal *signal);
void signal_fire(struct signal *signal, winapi_status status);

/* False where it has not fired so often after ten seconds. */
bool signal_wait(struct signal *signal, int count);

int signal_count(struct signal *signal);
void signal_destroy(struct signal *signal);

#endif
