/*
 * Blocks of this side's region that a renter holds, that the host has been lent, or both; they return to the region
 * when neither is so. Guarded by the channel's gate.
 */
#ifndef WINAPI_TRANSPORT_LEASE_H
#define WINAPI_TRANSPORT_LEASE_H

#include "frame.h"
#include "idmap.h"

struct connection;

struct lease {
    struct idmap_node node; /* its id is the lease's; first, so that a node is a lease */
    uint64_t offset;
    uint64_t length;
    bool rented;
    uint64_t lent; /* how many messages that carried it the host has not given back */
};

/* Registers a block of the region; NULL when out of memory. */
struct lease *winapi_lease_add(struct connection *connection, uint64_t offset, uint64_t length, bool rented, uint64_t lent);

/* NULL where it is not one. */
struct lease *winapi_lease_find(const struct connection *connection, uint64_t id);

/* Takes back some lends; false where there were not so many. */
bool winapi_lease_take_back(struct connection *connection, uint64_t id, uint64_t count);

/* The renter is done with it. */
void winapi_lease_end_rent(struct connection *connection, struct lease *lease);

/* The host is gone: all it was lent is back. */
void winapi_lease_take_back_all(struct connection *connection);

struct descriptor winapi_lease_descriptor(const struct lease *lease);

/* Whether a reference stays inside what was lent; no sum can overflow. */
bool winapi_descriptor_covers(const struct descriptor *lent, uint64_t offset, uint64_t length);

#endif
