#include "lease.h"

#include <stdlib.h>

#include "channel_state.h"
#include "connection.h"

struct lease *winapi_lease_add(struct connection *connection, uint64_t offset, uint64_t length, bool rented, uint64_t lent) {
    struct lease *lease = calloc(1, sizeof *lease);
    if (lease == NULL) {
        return NULL;
    }
    lease->offset = offset;
    lease->length = length;
    lease->rented = rented;
    lease->lent = lent;
    if (!winapi_idmap_add(&connection->leases, &lease->node, ++connection->channel->last_lease)) {
        free(lease);
        return NULL;
    }
    return lease;
}

struct lease *winapi_lease_find(const struct connection *connection, uint64_t id) {
    return (struct lease *)winapi_idmap_find(&connection->leases, id);
}

static void remove_if_idle(struct connection *connection, struct lease *lease) {
    if (lease->rented || lease->lent > 0) {
        return;
    }
    (void)winapi_idmap_remove(&connection->leases, &lease->node);
    winapi_region_give(&connection->region, lease->offset, lease->length);
    free(lease);
    winapi_channel_note(connection->channel, WANTS_REGION);
}

bool winapi_lease_take_back(struct connection *connection, uint64_t id, uint64_t count) {
    struct lease *lease = winapi_lease_find(connection, id);
    if (count == 0 || lease == NULL || lease->lent < count) {
        return false;
    }
    lease->lent -= count;
    remove_if_idle(connection, lease);
    return true;
}

void winapi_lease_end_rent(struct connection *connection, struct lease *lease) {
    lease->rented = false;
    remove_if_idle(connection, lease);
}

void winapi_lease_take_back_all(struct connection *connection) {
    struct idmap_node *node, *kept = NULL;
    while ((node = winapi_idmap_any(&connection->leases)) != NULL) {
        struct lease *lease = (struct lease *)node;
        lease->lent = 0;
        if (!lease->rented) {
            remove_if_idle(connection, lease);
            continue;
        }
        (void)winapi_idmap_remove(&connection->leases, node);
        node->next = kept;
        kept = node;
    }
    while (kept != NULL) {
        node = kept;
        kept = node->next;
        (void)winapi_idmap_add(&connection->leases, node, node->id); /* the table had room for it before */
    }
}

struct descriptor winapi_lease_descriptor(const struct lease *lease) {
    return (struct descriptor){lease->node.id, lease->offset, lease->length};
}

bool winapi_descriptor_covers(const struct descriptor *lent, uint64_t offset, uint64_t length) {
    return offset >= lent->offset && offset - lent->offset <= lent->length &&
           length <= lent->length - (offset - lent->offset);
}
