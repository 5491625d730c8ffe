#include "environment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../transport/endpoint_default.h"
#include "../transport/failure.h"

/* NULL where the variable is not set, or set to nothing. */
static const char *variable(const char *name) {
    const char *value = getenv(name);
    return value == NULL || *value == '\0' ? NULL : value;
}

static winapi_status copy(char *target, size_t capacity, const char *name, winapi_error *error) {
    const char *value = variable(name);
    if (value != NULL && strlen(value) >= capacity) {
        return winapi_fail(error, WINAPI_INVALID_ARGUMENT, "%s is too long: '%.64s...'", name, value);
    }
    (void)snprintf(target, capacity, "%s", value == NULL ? "" : value);
    return WINAPI_OK;
}

/* The variables that choose it count together, so the choice is what is kept. */
static winapi_status read_endpoint(struct environment *environment, winapi_error *error) {
    struct endpoint endpoint;
    winapi_status status = winapi_endpoint_default(&endpoint, error);
    if (status == WINAPI_OK) {
        winapi_set_text(environment->endpoint, sizeof environment->endpoint, endpoint.text, strlen(endpoint.text));
    }
    return status;
}

static bool is_one_of(const char *text, const char *const words[3]) {
    for (size_t i = 0; i < 3; i++) {
        if (strcasecmp(text, words[i]) == 0) {
            return true;
        }
    }
    return false;
}

static winapi_status read_sharing(struct environment *environment, winapi_error *error) {
    static const char *const off[3] = {"0", "off", "none"};
    static const char *const on[3] = {"1", "on", "auto"};
    const char *text = variable("WINAPI_SHARED_MEM");
    environment->share_memory = text == NULL || !is_one_of(text, off);
    if (text != NULL && *text != '/' && !is_one_of(text, off) && !is_one_of(text, on)) {
        return winapi_fail(error, WINAPI_INVALID_ARGUMENT,
                           "WINAPI_SHARED_MEM is '%.64s'; it must be auto (or 1, on), none (or 0, off), or the absolute path of a "
                           "file that the host has too", text);
    }
    return copy(environment->memory_file, sizeof environment->memory_file, "WINAPI_SHARED_MEM", error);
}

static winapi_status read_log_level(struct environment *environment, winapi_error *error) {
    const char *level = variable("WINAPI_LOG_LEVEL");
    const char *debug = variable("WINAPI_DEBUG");
    bool debugging = debug != NULL && (strcmp(debug, "1") == 0 || strcmp(debug, "true") == 0);
    environment->log_level = debugging ? LOG_DEBUG : LOG_NONE;
    if (level != NULL && !winapi_log_parse(level, &environment->log_level)) {
        return winapi_fail(error, WINAPI_INVALID_ARGUMENT,
                           "WINAPI_LOG_LEVEL is '%.64s'; it must be TRACE, DEBUG, INFO, WARN or ERROR", level);
    }
    return WINAPI_OK;
}

winapi_status winapi_environment_read(struct environment *environment, winapi_error *error) {
    memset(environment, 0, sizeof *environment);
    winapi_status status = read_endpoint(environment, error);
    if (status == WINAPI_OK) {
        status = copy(environment->memory_size, sizeof environment->memory_size, "WINAPI_SHARED_MEM_SIZE", error);
    }
    if (status == WINAPI_OK) {
        status = read_sharing(environment, error);
    }
    return status == WINAPI_OK ? read_log_level(environment, error) : status;
}

bool winapi_environment_same(const struct environment *left, const struct environment *right) {
    return left->share_memory == right->share_memory && strcmp(left->endpoint, right->endpoint) == 0 &&
           strcmp(left->memory_size, right->memory_size) == 0 && strcmp(left->memory_file, right->memory_file) == 0;
}
