/* A handshake under way, and its steps. Each step returns OK or the status that the attempt ends with. */
#ifndef WINAPI_TRANSPORT_HANDSHAKE_STATE_H
#define WINAPI_TRANSPORT_HANDSHAKE_STATE_H

#include "../connection.h"
#include "../memory/backend.h"
#include "../sha256.h"
#include "../socket.h"
#include "winapi/arena.h"
#include "winapi/message.h"
#include "winapi/transport.winapi.h"

enum { NONCE_BYTES = 32 };

struct handshake {
    struct attempt *attempt;
    const struct settings *settings;
    struct agreement *agreed;
    winapi_arena *arena; /* of the message received last */
    winapi_error *error;
    uint8_t nonce[NONCE_BYTES];      /* the client's */
    uint8_t host_nonce[NONCE_BYTES]; /* counts where the host asks for a token */
    uint8_t host_proof[WINAPI_SHA256_BYTES];
    bool asks_for_token;
    uint8_t session_key[WINAPI_SHA256_BYTES];
    size_t session_key_size;
};

/* --- handshake.c */

/* All that is said on a socket that is connected. */
winapi_status winapi_handshake_converse(struct handshake *handshake);

/* --- messages.c */

/* With the preface before it, where it is the first; the descriptor (-1: none) goes with it. */
winapi_status winapi_handshake_send(struct handshake *handshake, const winapi_message_type *type, const void *message,
                                    bool preface, int descriptor);

/* What the message points to is valid until the next is received. */
winapi_status winapi_handshake_receive(struct handshake *handshake, const winapi_message_type *type, void *message);

/* What answers is no host of this protocol. */
winapi_status winapi_handshake_stranger(struct handshake *handshake, const char *how);

/* A socket call has failed with this errno. */
winapi_status winapi_handshake_broken(struct handshake *handshake, int failure);

/* Ends with the host's own status and words. */
winapi_status winapi_handshake_refused(struct handshake *handshake, const winapi_transport_Refusal *refusal);

/* --- hello.c */

winapi_status winapi_handshake_say_hello(struct handshake *handshake);

/* --- authentication.c */

/* A Unix socket tells whose process listens. */
winapi_status winapi_handshake_check_listener(struct handshake *handshake);

/* Both prove that they know the token, where the host asks for it; makes the session key. */
winapi_status winapi_handshake_authenticate(struct handshake *handshake);

/* --- memory_offers.c */

/* Fills the mapping, the kind and the reason of what is agreed. */
winapi_status winapi_handshake_share_memory(struct handshake *handshake);

/* --- memory_proof.c */

/* Proves the memory, with the host; proved: whether it can be used, else its reason is set. */
winapi_status winapi_handshake_prove(struct handshake *handshake, struct offered_memory *memory, bool *proved);

#endif
