/* Which endpoint is meant where a program names none. */
#ifndef WINAPI_TRANSPORT_ENDPOINT_DEFAULT_H
#define WINAPI_TRANSPORT_ENDPOINT_DEFAULT_H

#include "endpoint.h"

/* What decides it; NULL is not set. */
struct endpoint_surroundings {
    const char *named;       /* WINAPI_ENDPOINT: that one then */
    const char *release;     /* the kernel's: on WSL2 the Windows host's port */
    const char *port;        /* WINAPI_SOCKET_PORT, decimal or hexadecimal after 0x; 0x1234 */
    const char *runtime_dir; /* XDG_RUNTIME_DIR: elsewhere the socket in it */
    const char *user;        /* USER: or in /tmp */
};

/* INVALID_ARGUMENT: the message names the variable. */
winapi_status winapi_endpoint_choose(const struct endpoint_surroundings *surroundings, struct endpoint *endpoint,
                                     winapi_error *error);

/* The same with what this process finds around it. */
winapi_status winapi_endpoint_default(struct endpoint *endpoint, winapi_error *error);

#endif
