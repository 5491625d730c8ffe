/* A socket before frames flow: connecting and exchanging bytes, each with a time limit. */
#ifndef WINAPI_TRANSPORT_SOCKET_H
#define WINAPI_TRANSPORT_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "endpoint.h"

/* An attempt to connect: it ends when the time comes or stop becomes readable. */
struct attempt {
    int socket;
    int stop;
    int64_t until;
    bool connected;
    bool timed_out;
    bool stopped;
};

/* Connects without blocking mode, close on exec. False: errno says why, or timed_out or stopped is set. */
bool winapi_socket_connect(struct attempt *attempt, const struct endpoint *endpoint);

/* Whether its time has come or it was stopped, which is set then. Never waits. */
bool winapi_attempt_is_over(struct attempt *attempt);

/* Sends all of it, the descriptor (-1: none) with the first byte. */
bool winapi_socket_send(struct attempt *attempt, const uint8_t *data, size_t size, int descriptor);

/* Receives at least a byte; 0 where the peer has closed, negative on failure. */
ssize_t winapi_socket_receive(struct attempt *attempt, uint8_t *target, size_t size);

#endif
