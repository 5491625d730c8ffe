#define _GNU_SOURCE
#include "connection.h"

#include <stdlib.h>
#include <unistd.h>

#include "call_state.h"
#include "channel_state.h"
#include "failure.h"

static void free_agreement(struct agreement *agreed) {
    winapi_frame_reader_free(&agreed->reader);
    winapi_mapping_free(&agreed->mapping);
    if (agreed->socket >= 0) {
        (void)close(agreed->socket);
    }
}

struct connection *winapi_connection_new(struct winapi_channel *channel, struct agreement *agreed) {
    struct connection *connection = calloc(1, sizeof *connection);
    const struct layout *layout = &channel->settings.layout;
    bool shared = agreed->mapping.start != NULL;
    bool mapped = shared || winapi_mapping_make_private(&agreed->mapping, layout);
    if (connection == NULL || !mapped ||
        !winapi_region_init(&connection->region, winapi_request_start(), layout->request_bytes)) {
        free_agreement(agreed);
        free(connection);
        return NULL;
    }
    connection->channel = channel;
    connection->references = 1;
    connection->agreed = *agreed;
    connection->layout = *layout;
    connection->memory = agreed->mapping.start;
    connection->shared = shared;
    connection->piece_bytes = winapi_piece_bytes(&agreed->peer);
    if (agreed->rings) {
        winapi_ring_producer_init(&connection->out, connection->memory, RING_CLIENT);
        winapi_ring_consumer_init(&connection->in, connection->memory, RING_CLIENT);
    }
    connection->received_at = winapi_now();
    return connection;
}

static void free_leases(struct connection *connection) {
    struct idmap_node *node;
    while ((node = winapi_idmap_any(&connection->leases)) != NULL) {
        (void)winapi_idmap_remove(&connection->leases, node);
        free((struct lease *)node);
    }
    winapi_idmap_free(&connection->leases);
}

static void free_methods(struct connection *connection) {
    struct idmap_node *node;
    while ((node = winapi_idmap_any(&connection->methods)) != NULL) {
        struct method_number *method = (struct method_number *)node;
        (void)winapi_idmap_remove(&connection->methods, node);
        while (method != NULL) {
            struct method_number *next = method->same_hash;
            free(method);
            method = next;
        }
    }
    winapi_idmap_free(&connection->methods);
}

void winapi_connection_hold(struct connection *connection) {
    connection->references++;
}

void winapi_connection_drop(struct connection *connection) {
    if (--connection->references > 0) {
        return;
    }
    free_leases(connection);
    free_methods(connection);
    winapi_borrow_forget_all(connection);
    winapi_idmap_free(&connection->borrows);
    winapi_idmap_free(&connection->streams);
    winapi_region_destroy(&connection->region);
    winapi_bytes_free(&connection->pending);
    winapi_bytes_free(&connection->sending);
    free_agreement(&connection->agreed);
    free(connection);
}

static void unlink_connection(struct connection *connection) {
    struct winapi_channel *channel = connection->channel;
    struct connection **link = &channel->connections;
    while (*link != NULL && *link != connection) {
        link = &(*link)->next;
    }
    if (*link != NULL) {
        *link = connection->next;
    }
    if (channel->current == connection) {
        channel->current = NULL;
    }
}

void winapi_connection_end(struct connection *connection, enum disconnect_reason reason, const char *message) {
    struct idmap_node *node;
    if (connection->ended) {
        return;
    }
    connection->ended = true;
    connection->refuses = true;
    winapi_set_text(connection->reason, sizeof connection->reason, message, strlen(message));
    winapi_channel_watch(connection->channel, connection, false);
    unlink_connection(connection);
    (void)shutdown(connection->agreed.socket, SHUT_RDWR); /* closed when nobody polls it any more */
    while ((node = winapi_idmap_any(&connection->streams)) != NULL) {
        winapi_call_disconnected(winapi_call_of_node(node), reason == DISCONNECT_LOCAL_SHUTDOWN);
    }
    winapi_lease_take_back_all(connection);
    winapi_borrow_forget_all(connection);
    winapi_channel_note(connection->channel, ~0U);
    winapi_channel_kick(connection->channel);
    winapi_connection_drop(connection); /* the channel's reference */
}

void winapi_connection_violated(struct connection *connection, const char *violation) {
    struct frame_header header = {.type = FRAME_GOODBYE, .code = DISCONNECT_PEER_VIOLATION};
    winapi_connection_append(connection, &header, NULL, violation, strlen(violation), NULL, 0);
    winapi_connection_flush(connection);
    winapi_connection_end(connection, DISCONNECT_PEER_VIOLATION, violation);
}

int64_t winapi_connection_next_beat(const struct connection *connection) {
    const struct settings *settings = &connection->channel->settings;
    return connection->ping_at == 0 ? connection->received_at + settings->heartbeat_interval
                                    : connection->ping_at + settings->heartbeat_timeout;
}

void winapi_connection_beat(struct connection *connection, int64_t now) {
    if (now < winapi_connection_next_beat(connection)) {
        return;
    }
    if (connection->ping_at == 0) {
        connection->ping_at = now;
        winapi_connection_append_small(connection, FRAME_PING, 0, 0, NULL, 0);
        return;
    }
    winapi_connection_end(connection, DISCONNECT_HEARTBEAT_TIMEOUT, "the host did not answer a heartbeat in time");
}

static uint64_t hash_of(const char *path) {
    uint64_t hash = UINT64_C(14695981039346656037);
    for (; *path != '\0'; path++) {
        hash = (hash ^ (uint8_t)*path) * UINT64_C(1099511628211);
    }
    return hash;
}

static struct method_number *find_method(struct connection *connection, const char *path) {
    uint64_t hash = hash_of(path);
    struct method_number *first = (struct method_number *)winapi_idmap_find(&connection->methods, hash);
    for (struct method_number *found = first; found != NULL; found = found->same_hash) {
        if (strcmp(found->path, path) == 0) {
            return found;
        }
    }
    size_t size = strlen(path) + 1;
    struct method_number *made = connection->method_count < MAX_METHODS ? calloc(1, sizeof *made + size) : NULL;
    if (made == NULL) {
        return NULL; /* more methods than numbers: 0 is defined anew by every call */
    }
    memcpy(made->path, path, size);
    if (first != NULL) {
        made->same_hash = first->same_hash;
        first->same_hash = made;
    } else if (!winapi_idmap_add(&connection->methods, &made->node, hash)) {
        free(made);
        return NULL;
    }
    made->number = ++connection->method_count;
    return made;
}

struct method_number *winapi_connection_method(struct connection *connection, const char *path) {
    if (connection->last_method == NULL || strcmp(connection->last_method->path, path) != 0) {
        connection->last_method = find_method(connection, path);
    }
    return connection->last_method;
}

void winapi_connection_leave_call(struct connection *connection) {
    connection->open_calls--;
    winapi_channel_note(connection->channel, WANTS_SLOT);
}

bool winapi_connection_is_left(const struct connection *connection) {
    return connection->refuses && connection->open_calls == 0 && !connection->ended;
}

void winapi_connection_say_goodbye(struct connection *connection, const char *message) {
    struct frame_header header = {.type = FRAME_GOODBYE, .code = DISCONNECT_LOCAL_SHUTDOWN};
    winapi_connection_append(connection, &header, NULL, NULL, 0, message, strlen(message));
    winapi_connection_hold(connection);
    winapi_connection_flush(connection);
    winapi_connection_end(connection, DISCONNECT_LOCAL_SHUTDOWN, message);
    winapi_connection_drop(connection);
}

void winapi_connection_close_stream(struct connection *connection, struct idmap_node *stream) {
    if (winapi_idmap_remove(&connection->streams, stream)) {
        winapi_connection_leave_call(connection);
    }
}
