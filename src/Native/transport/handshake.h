/* The client's side of the handshake: says hello and offers memory, then both prove that they see the same bytes. */
#ifndef WINAPI_TRANSPORT_HANDSHAKE_H
#define WINAPI_TRANSPORT_HANDSHAKE_H

#include "connection.h"
#include "socket.h"

/* Connects and shakes hands. Not OK: nothing is left of it; the message is for a person. */
winapi_status winapi_handshake(struct attempt *attempt, const struct settings *settings, struct agreement *agreed,
                               winapi_error *error);

#endif
