/* What winapi_init reads from the environment. */
#ifndef WINAPI_SEED_ENVIRONMENT_H
#define WINAPI_SEED_ENVIRONMENT_H

#include <stdbool.h>

#include "log.h"
#include "winapi/status.h"

struct environment {
    char endpoint[160];
    char memory_size[32];  /* as it is written; the channel reads it */
    char memory_file[512]; /* the same; or a word that says whether to share */
    bool share_memory;
    enum log_level log_level;
};

/* INVALID_ARGUMENT: the message names the variable. */
winapi_status winapi_environment_read(struct environment *environment, winapi_error *error);

/* Whether both mean the same connection. */
bool winapi_environment_same(const struct environment *left, const struct environment *right);

#endif
