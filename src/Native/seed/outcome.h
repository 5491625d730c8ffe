/* How the functions of libwinapi.h end: what winapi_last_error tells, and the line in the log. */
#ifndef WINAPI_SEED_OUTCOME_H
#define WINAPI_SEED_OUTCOME_H

#include <stdint.h>

#include "winapi/status.h"

struct operation {
    const char *function;
    int64_t started; /* the clock of winapi_now */
};

struct operation winapi_operation_begin(const char *function);

/* Keeps the error where the status is none of OK; returns the status. */
winapi_status winapi_operation_end(const struct operation *operation, winapi_status status, const winapi_error *error);

#endif
