/* Frames on their way to the host: gathered from all calls and sent in order, without ever waiting. */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/socket.h>

#include "channel_state.h"
#include "connection.h"
#include "trace/frame_trace.h"

static void trace(const struct connection *connection, const struct frame_header *header, const uint8_t *content) {
    const struct frame frame = {*header, content, content + header->head_length, header->length - header->head_length};
    winapi_frame_trace(connection, true, &frame);
}

size_t winapi_connection_queued(const struct connection *connection) {
    return connection->pending.size + connection->sending.size - connection->sent;
}

void winapi_connection_append(struct connection *connection, const struct frame_header *header, const void *head,
                              const void *body_start, size_t body_start_size, const void *body, size_t body_size) {
    struct frame_header complete = *header;
    if (connection->ended || connection->write_failed) {
        return;
    }
    complete.length = (uint32_t)(header->head_length + body_start_size + body_size);
    uint8_t *room = winapi_bytes_append(&connection->pending, FRAME_HEADER_BYTES + (size_t)complete.length);
    if (room == NULL) {
        connection->write_failed = true;
        (void)shutdown(connection->agreed.socket, SHUT_RDWR); /* a frame left out would be worse: the reader ends it */
        return;
    }
    winapi_frame_header_write(&complete, room);
    room += FRAME_HEADER_BYTES;
    winapi_copy(room, head, header->head_length);
    winapi_copy(room + header->head_length, body_start, body_start_size);
    winapi_copy(room + header->head_length + body_start_size, body, body_size);
    if (connection->channel->settings.traces) {
        trace(connection, &complete, room);
    }
}

void winapi_connection_append_small(struct connection *connection, uint8_t type, uint8_t flags, uint32_t stream,
                                    const void *body, size_t body_size) {
    struct frame_header header = {.type = type, .flags = flags, .stream = stream};
    winapi_connection_append(connection, &header, NULL, NULL, 0, body, body_size);
}

void winapi_connection_release(struct connection *connection, uint32_t stream, uint64_t lease, uint64_t count) {
    uint8_t entry[RELEASE_ENTRY_BYTES];
    winapi_put64(entry, lease);
    winapi_put32(entry + 8, (uint32_t)count);
    winapi_connection_append_small(connection, FRAME_RELEASE, 0, stream, entry, sizeof entry);
}

static bool take_pending(struct connection *connection) {
    if (connection->sent < connection->sending.size) {
        return true;
    }
    struct bytes done = connection->sending;
    done.size = 0;
    if (done.capacity > KEEP_BYTES) {
        winapi_bytes_free(&done);
    }
    connection->sending = connection->pending;
    connection->pending = done;
    connection->sent = 0;
    return connection->sending.size > 0;
}

/* Whoever reads is told when there is room. */
static void wait_for_room(struct connection *connection) {
    connection->wants_write = true;
    winapi_channel_watch(connection->channel, connection, true);
    winapi_channel_arm(connection->channel);
    winapi_channel_kick(connection->channel);
}

/* A byte that says nothing; where the socket takes no more, enough of them wait there. */
void winapi_connection_ring(const struct connection *connection) {
    static const uint8_t doorbell = 0;
    (void)send(connection->agreed.socket, &doorbell, sizeof doorbell, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* As much as the ring takes; false where that is not all, or it takes nothing ever again. */
static bool put_some(struct connection *connection) {
    const uint8_t *data = connection->sending.data + connection->sent;
    size_t size = connection->sending.size - connection->sent, put;
    if (!winapi_ring_write(&connection->out, data, size, &put)) {
        winapi_connection_end(connection, DISCONNECT_PEER_VIOLATION,
                              "the host says that it has read more of this side's ring than was written");
        return false;
    }
    connection->sent += put;
    if (put > 0 && winapi_ring_bell_due(&connection->out.bell)) {
        winapi_channel_unlock(connection->channel);
        winapi_connection_ring(connection);
        winapi_channel_lock(connection->channel);
    }
    if (put < size && !connection->ended) {
        wait_for_room(connection);
    }
    return put == size;
}

bool winapi_connection_is_stuck(const struct connection *connection) {
    bool full = connection->wants_write &&
                (!connection->agreed.rings || !winapi_ring_has_moved(&connection->out, connection->out.read));
    return connection->is_sending || connection->write_failed || full;
}

/* Sends once; false where the socket takes no more now, or never again. */
static bool send_some(struct connection *connection) {
    const uint8_t *data = connection->sending.data + connection->sent;
    size_t size = connection->sending.size - connection->sent;
    winapi_channel_unlock(connection->channel);
    ssize_t sent = send(connection->agreed.socket, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    int failure = errno;
    winapi_channel_lock(connection->channel);
    if (sent >= 0) {
        connection->sent += (size_t)sent;
        return true;
    }
    if (failure == EAGAIN) {
        wait_for_room(connection);
        return false;
    }
    if (failure != EINTR) {
        /* What the host said last may still be unread: the reader ends the connection then. */
        connection->write_failed = true;
        connection->sent = connection->sending.size;
        connection->pending.size = 0;
        return false;
    }
    return true;
}

bool winapi_connection_is_flooded(const struct connection *connection) {
    return winapi_connection_queued(connection) > GIVE_UP_AT;
}

static void send_all(struct connection *connection) {
    connection->is_sending = true;
    connection->wants_write = false;
    while (!connection->ended && take_pending(connection) &&
           (connection->agreed.rings ? put_some(connection) : send_some(connection))) {
    }
    connection->is_sending = false;
}

void winapi_connection_flush(struct connection *connection) {
    if (connection->ended) {
        return;
    }
    winapi_connection_hold(connection);
    if (!winapi_connection_is_stuck(connection)) {
        send_all(connection);
    }
    if (winapi_connection_is_flooded(connection)) {
        winapi_connection_end(connection, DISCONNECT_PEER_NOT_READING,
                              "the host has not read for so long that 8 MiB wait for it");
    } else if ((connection->channel->wants & WANTS_ROOM) != 0 && winapi_connection_queued(connection) < HOLD_MESSAGES_AT) {
        winapi_channel_note(connection->channel, WANTS_ROOM);
    }
    winapi_connection_drop(connection);
}
