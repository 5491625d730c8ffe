/* Where a host listens: unix:///path, tcp://127.0.0.1:PORT, vsock://CID:PORT. */
#ifndef WINAPI_TRANSPORT_ENDPOINT_H
#define WINAPI_TRANSPORT_ENDPOINT_H

#include <sys/socket.h>

#include "winapi/status.h"

enum endpoint_kind { ENDPOINT_UNIX, ENDPOINT_TCP, ENDPOINT_VSOCK };

struct endpoint {
    enum endpoint_kind kind;
    char text[160];
    struct sockaddr_storage address;
    socklen_t address_size;
};

/* INVALID_ARGUMENT: the message says what is wrong and which forms are accepted. */
winapi_status winapi_endpoint_parse(const char *text, struct endpoint *endpoint, winapi_error *error);

/* For a person: why connecting failed with this errno, and what to do. */
void winapi_endpoint_diagnose(const struct endpoint *endpoint, int failure, winapi_error *error);

#endif
