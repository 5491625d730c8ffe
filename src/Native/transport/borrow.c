#include "borrow.h"

#include <stdlib.h>

#include "connection.h"
#include "memory/mapping.h"

static bool is_inside(const struct connection *connection, const struct descriptor *descriptor) {
    struct descriptor region = {0, winapi_response_start(&connection->layout), connection->layout.response_bytes};
    return descriptor->lease != 0 && winapi_descriptor_covers(&region, descriptor->offset, descriptor->length);
}

const char *winapi_borrow_add(struct connection *connection, const struct descriptor *descriptor) {
    if (!is_inside(connection, descriptor)) {
        return "a lent buffer is not inside the peer's region";
    }
    struct borrow *borrow = winapi_borrow_find(connection, descriptor->lease);
    if (borrow == NULL) {
        borrow = calloc(1, sizeof *borrow);
        if (borrow == NULL || !winapi_idmap_add(&connection->borrows, &borrow->node, descriptor->lease)) {
            free(borrow);
            return "out of memory for a lent buffer";
        }
        borrow->offset = descriptor->offset;
        borrow->length = descriptor->length;
    }
    borrow->lends++;
    return borrow->offset == descriptor->offset && borrow->length == descriptor->length
               ? NULL
               : "a lent buffer contradicts an earlier one of the same lease";
}

struct borrow *winapi_borrow_find(const struct connection *connection, uint64_t lease) {
    return (struct borrow *)winapi_idmap_find(&connection->borrows, lease);
}

static void give_back(struct connection *connection, struct borrow *borrow) {
    (void)winapi_idmap_remove(&connection->borrows, &borrow->node);
    winapi_connection_release(connection, 0, borrow->node.id, borrow->lends);
    free(borrow);
}

void winapi_borrow_return_unopened(struct connection *connection, uint64_t lease) {
    struct borrow *borrow = winapi_borrow_find(connection, lease);
    if (borrow != NULL && borrow->opened == 0) {
        give_back(connection, borrow);
    }
}

void winapi_borrow_close(struct connection *connection, uint64_t lease) {
    struct borrow *borrow = winapi_borrow_find(connection, lease);
    if (borrow != NULL && --borrow->opened == 0) {
        give_back(connection, borrow);
    }
}

void winapi_borrow_forget_all(struct connection *connection) {
    struct idmap_node *node;
    while ((node = winapi_idmap_any(&connection->borrows)) != NULL) {
        (void)winapi_idmap_remove(&connection->borrows, node);
        free((struct borrow *)node);
    }
}
