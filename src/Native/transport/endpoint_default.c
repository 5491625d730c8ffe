#define _GNU_SOURCE
#include "endpoint_default.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "failure.h"
#include "system/wsl.h"

#define DEFAULT_PORT "0x1234"

static bool is_set(const char *variable) {
    return variable != NULL && *variable != '\0';
}

static winapi_status choose_vsock(const char *port, struct endpoint *endpoint, winapi_error *error) {
    char text[64];
    int length = snprintf(text, sizeof text, "vsock://2:%s", is_set(port) ? port : DEFAULT_PORT);
    if (length > 0 && (size_t)length < sizeof text && winapi_endpoint_parse(text, endpoint, NULL) == WINAPI_OK) {
        return WINAPI_OK;
    }
    return winapi_fail(error, WINAPI_INVALID_ARGUMENT,
                       "WINAPI_SOCKET_PORT is '%.64s'; it must be a port number, such as 4660 or 0x1234", port);
}

static winapi_status choose_unix(const struct endpoint_surroundings *surroundings, struct endpoint *endpoint,
                                 winapi_error *error) {
    char text[sizeof endpoint->text];
    int length = is_set(surroundings->runtime_dir)
                     ? snprintf(text, sizeof text, "unix://%s/winapi/winapi.sock", surroundings->runtime_dir)
                     : snprintf(text, sizeof text, "unix:///tmp/winapi-%s/winapi.sock",
                                is_set(surroundings->user) ? surroundings->user : "root");
    if (length < 0 || (size_t)length >= sizeof text) {
        return winapi_fail(error, WINAPI_INVALID_ARGUMENT, "XDG_RUNTIME_DIR is too long: name an endpoint in WINAPI_ENDPOINT");
    }
    return winapi_endpoint_parse(text, endpoint, error);
}

winapi_status winapi_endpoint_choose(const struct endpoint_surroundings *surroundings, struct endpoint *endpoint,
                                     winapi_error *error) {
    if (is_set(surroundings->named)) {
        return winapi_endpoint_parse(surroundings->named, endpoint, error);
    }
    return surroundings->release != NULL && winapi_is_wsl2_release(surroundings->release)
               ? choose_vsock(surroundings->port, endpoint, error)
               : choose_unix(surroundings, endpoint, error);
}

winapi_status winapi_endpoint_default(struct endpoint *endpoint, winapi_error *error) {
    char *release = winapi_kernel_release();
    struct endpoint_surroundings surroundings = {
        .named = getenv("WINAPI_ENDPOINT"),
        .release = release,
        .port = getenv("WINAPI_SOCKET_PORT"),
        .runtime_dir = getenv("XDG_RUNTIME_DIR"),
        .user = getenv("USER"),
    };
    winapi_status status = winapi_endpoint_choose(&surroundings, endpoint, error);
    free(release);
    return status;
}
