#include "environment.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

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

static winapi_status read_port(struct environment *environment, winapi_error *error) {
    const char *text = variable("WINAPI_SOCKET_PORT");
    if (text == NULL || environment->endpoint[0] != '\0') {
        return WINAPI_OK;
    }
    char *end = NULL;
    bool hexadecimal = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    errno = 0;
    unsigned long long port = strtoull(text, &end, hexadecimal ? 16 : 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || port == 0 || port >= UINT32_MAX) {
        return winapi_fail(error, WINAPI_INVALID_ARGUMENT,
                           "WINAPI_SOCKET_PORT is '%.64s'; it must be a port number, such as 4660 or 0x1234", text);
    }
    (void)snprintf(environment->endpoint, sizeof environment->endpoint, "vsock://2:%llu", port);
    return WINAPI_OK;
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
    return text == NULL || is_one_of(text, off) || is_one_of(text, on)
               ? WINAPI_OK
               : winapi_fail(error, WINAPI_INVALID_ARGUMENT,
                             "WINAPI_SHARED_MEM is '%.64s'; it must be auto (or 1, on) or none (or 0, off)", text);
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
    winapi_status status = copy(environment->endpoint, sizeof environment->endpoint, "WINAPI_ENDPOINT", error);
    if (status == WINAPI_OK) {
        status = copy(environment->memory_size, sizeof environment->memory_size, "WINAPI_SHARED_MEM_SIZE", error);
    }
    if (status == WINAPI_OK) {
        status = read_port(environment, error);
    }
    if (status == WINAPI_OK) {
        status = read_sharing(environment, error);
    }
    return status == WINAPI_OK ? read_log_level(environment, error) : status;
}

bool winapi_environment_same(const struct environment *left, const struct environment *right) {
    return left->share_memory == right->share_memory && strcmp(left->endpoint, right->endpoint) == 0 &&
           strcmp(left->memory_size, right->memory_size) == 0;
}
