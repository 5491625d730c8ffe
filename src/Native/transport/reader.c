/* Frames from the host, checked and handed to their calls. */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/socket.h>

#include "call_state.h"
#include "channel_state.h"
#include "failure.h"
#include "trace/frame_trace.h"

enum { VIOLATION_CHARS = 160, DOORBELLS_AT_ONCE = 64 };

static struct received receive_into(int socket, uint8_t *room, size_t size) {
    long received = (long)recv(socket, room, size, MSG_DONTWAIT);
    return (struct received){received, received < 0 ? errno : 0};
}

/* What is in the ring comes before the end of the socket. */
static struct received read_ring(struct connection *connection, bool socket_is_ready) {
    uint8_t doorbells[DOORBELLS_AT_ONCE];
    struct received heard = {-1, EAGAIN};
    size_t size, read;
    if (socket_is_ready) {
        heard = receive_into(connection->agreed.socket, doorbells, sizeof doorbells);
    }
    uint8_t *room = winapi_frame_reader_room(&connection->agreed.reader, &size);
    if (!winapi_ring_read(&connection->in, room, size, &read)) {
        return (struct received){RECEIVED_NONSENSE, 0};
    }
    if (read > 0) {
        if (winapi_ring_bell_due(&connection->in.bell)) {
            winapi_connection_ring(connection);
        }
        return (struct received){(long)read, 0};
    }
    return heard.bytes > 0 ? (struct received){-1, EAGAIN} : heard;
}

struct received winapi_connection_receive(struct connection *connection, bool socket_is_ready) {
    size_t size;
    if (connection->agreed.rings) {
        return read_ring(connection, socket_is_ready);
    }
    if (!socket_is_ready) {
        return (struct received){-1, EAGAIN};
    }
    uint8_t *room = winapi_frame_reader_room(&connection->agreed.reader, &size);
    return receive_into(connection->agreed.socket, room, size);
}

static const char *take_back(struct connection *connection, const struct frame *frame) {
    if (frame->body_length == 0 || frame->body_length % RELEASE_ENTRY_BYTES != 0) {
        return "a release frame does not hold whole entries";
    }
    for (size_t i = 0; i < frame->body_length; i += RELEASE_ENTRY_BYTES) {
        if (!winapi_lease_take_back(connection, winapi_get64(frame->body + i), winapi_get32(frame->body + i + 8))) {
            return "a lease was released more often than it was lent";
        }
    }
    return NULL;
}

static void on_goodbye(struct connection *connection, const struct frame *frame) {
    const char *prefix =
        frame->header.code == DISCONNECT_PEER_VIOLATION ? "the host says that this side broke the protocol: " : "";
    int length = snprintf(connection->reason, sizeof connection->reason, "%s", prefix);
    winapi_set_text(connection->reason + length, sizeof connection->reason - (size_t)length, (const char *)frame->body,
                    frame->body_length);
    connection->goodbye = true;
    connection->refuses = true;
    if (connection->channel->current == connection) {
        connection->channel->current = NULL;
    }
    struct idmap_node *node;
    for (uint64_t id = frame->header.stream; (node = winapi_idmap_next(&connection->streams, id)) != NULL;) {
        id = node->id;
        winapi_call_not_taken_up(winapi_call_of_node(node));
    }
    winapi_channel_note(connection->channel, ~0U);
}

/* NULL in *call: the stream has ended here. */
static const char *find_stream(struct connection *connection, uint32_t id, struct winapi_call **call) {
    if (id == 0 || id > connection->last_stream) {
        return "a frame is for a stream that was never opened";
    }
    struct idmap_node *node = winapi_idmap_find(&connection->streams, id);
    *call = node == NULL ? NULL : winapi_call_of_node(node);
    return NULL;
}

static const char *to_stream(struct connection *connection, const struct frame *frame) {
    struct winapi_call *call = NULL;
    const char *violation = find_stream(connection, frame->header.stream, &call);
    if (violation != NULL || call != NULL) {
        return violation != NULL ? violation : winapi_call_on_frame(call, frame);
    }
    switch (frame->header.type) {
        case FRAME_MESSAGE:
        case FRAME_HEADERS:
        case FRAME_TRAILERS:
            return "a frame came after the end of its stream";
        default:
            return NULL; /* what it gives back crosses the end */
    }
}

static const char *dispatch_one(struct connection *connection, const struct frame *frame) {
    switch (frame->header.type) {
        case FRAME_HEADERS:
        case FRAME_MESSAGE:
        case FRAME_TRAILERS:
        case FRAME_WINDOW:
        case FRAME_BUFFER:
            return to_stream(connection, frame);
        case FRAME_RELEASE:
            return frame->header.stream == 0 ? take_back(connection, frame) : to_stream(connection, frame);
        case FRAME_PING:
            winapi_connection_append_small(connection, FRAME_PONG, 0, 0, NULL, 0);
            return NULL;
        case FRAME_PONG:
            return NULL;
        case FRAME_GOODBYE:
            on_goodbye(connection, frame);
            return NULL;
        default:
            return "a frame of a type that is not expected here";
    }
}

/* All whole frames; false where the host broke the protocol, and the connection has ended. */
static bool dispatch_all(struct connection *connection) {
    char text[VIOLATION_CHARS];
    struct frame frame;
    while (!connection->ended) {
        enum frame_taken taken = winapi_frame_reader_take(&connection->agreed.reader, &frame, text);
        if (taken == FRAME_INCOMPLETE) {
            return true;
        }
        if (taken == FRAME_TAKEN && connection->channel->settings.traces) {
            winapi_frame_trace(connection, false, &frame);
        }
        const char *violation = taken == FRAME_VIOLATION ? text : dispatch_one(connection, &frame);
        if (violation != NULL) {
            winapi_connection_violated(connection, violation);
            return false;
        }
    }
    return false;
}

static void on_closed(struct connection *connection, int failure) {
    if (connection->goodbye) {
        char reason[sizeof connection->reason];
        memcpy(reason, connection->reason, sizeof reason);
        winapi_connection_end(connection, DISCONNECT_PEER_SHUTDOWN, reason);
    } else if (failure != 0 && failure != ECONNRESET) {
        winapi_connection_end(connection, DISCONNECT_SOCKET_ERROR, strerror(failure));
    } else if (connection->agreed.reader.start != connection->agreed.reader.end) {
        winapi_connection_end(connection, DISCONNECT_PEER_LOST, "the host's stream ended inside a frame");
    } else {
        winapi_connection_end(connection, DISCONNECT_PEER_LOST,
                              "the host closed the connection without a goodbye: its process has probably ended");
    }
}

void winapi_connection_dispatch(struct connection *connection, const struct received *received, int64_t now) {
    if (connection->ended) {
        return;
    }
    if (received->bytes > 0) {
        connection->received_at = now;
        connection->ping_at = 0;
        winapi_frame_reader_filled(&connection->agreed.reader, (size_t)received->bytes);
        (void)dispatch_all(connection);
    } else if (received->bytes == RECEIVED_NONSENSE) {
        winapi_connection_violated(connection, "the host says that more bytes lie in its ring than a ring holds");
    } else if (received->failure != EAGAIN && received->failure != EINTR) {
        on_closed(connection, received->failure);
    }
}
