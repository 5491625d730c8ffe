#include "borrow.h"

#include <stdlib.h>

#include "connection.h"
#include "memory/mapping.h"

static bool is_inside(const struct connection *connection, const struct descriptor *descriptor) {
    struct descriptor region = {0, winapi_response_start(&connection->layout), connection->layout.response_bytes};
    return descriptor->lease != 0 && winapi_descriptor_covers(&region, descriptor->offset, descriptor->length);
}

/* Each block of a region has a page of its own. */
static bool has_page_left(const struct connection *connection) {
    return connection->borrows.count < connection->layout.response_bytes / PAGE_BYTES;
}

const char *winapi_borrow_add(struct connection *connection, const struct descriptor *descriptor, uint32_t stream) {
    if (!is_inside(connection, descriptor)) {
        return "a lent buffer is not inside the peer's region";
    }
    struct borrow *borrow = winapi_borrow_find(connection, descriptor->lease);
    if (borrow == NULL && !has_page_left(connection)) {
        return "more buffers are lent than the peer's region has pages";
    }
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
    borrow->stream = stream;
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

void winapi_borrow_return_unopened_of(struct connection *connection, uint32_t stream) {
    const struct idmap *borrows = &connection->borrows;
    for (size_t i = 0; borrows->count > 0 && i < borrows->bucket_count; i++) {
        struct idmap_node *node = borrows->buckets[i];
        while (node != NULL) {
            struct borrow *borrow = (struct borrow *)node;
            node = node->next;
            if (borrow->stream == stream && borrow->opened == 0) {
                give_back(connection, borrow);
            }
        }
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
