/*
 * The client's side of the handshake: both say hello and prove, where the host asks for it, that they know the same token;
 * then memory is offered, one kind after the other, until both have proved that they see the same bytes.
 */
#ifndef WINAPI_TRANSPORT_HANDSHAKE_H
#define WINAPI_TRANSPORT_HANDSHAKE_H

#include "../connection.h"
#include "../socket.h"

/*
 * Connects and shakes hands. Not OK: nothing is left of it; the message is for a person. UNAUTHENTICATED: one side does
 * not know the other's token, or asks for none; or the socket is another user's.
 */
winapi_status winapi_handshake(struct attempt *attempt, const struct settings *settings, struct agreement *agreed,
                               winapi_error *error);

#endif
