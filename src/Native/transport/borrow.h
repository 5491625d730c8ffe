/* What the host has lent in its replies. Guarded by the channel's gate. */
#ifndef WINAPI_TRANSPORT_BORROW_H
#define WINAPI_TRANSPORT_BORROW_H

#include "frame.h"
#include "idmap.h"

struct connection;

struct borrow {
    struct idmap_node node; /* its id is the lease's; first, so that a node is a borrow */
    uint64_t offset;
    uint64_t length;
    uint64_t lends; /* how many messages have carried it */
    uint64_t opened;
    uint32_t stream; /* of the call that it came with last */
};

/* NULL, or what is wrong with the descriptor. */
const char *winapi_borrow_add(struct connection *connection, const struct descriptor *descriptor, uint32_t stream);

struct borrow *winapi_borrow_find(const struct connection *connection, uint64_t lease);

/* Gives a lease back that nobody has opened, and nobody will; harmless where it is gone. */
void winapi_borrow_return_unopened(struct connection *connection, uint64_t lease);

/* The same for all that came with the call of this stream last. */
void winapi_borrow_return_unopened_of(struct connection *connection, uint32_t stream);

/* One open buffer of it is released; the last one gives it back. */
void winapi_borrow_close(struct connection *connection, uint64_t lease);

/* The connection has ended. */
void winapi_borrow_forget_all(struct connection *connection);

#endif
