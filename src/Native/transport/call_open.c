/* Opening a call's stream. */
#include <stdio.h>

#include "call_state.h"
#include "channel_state.h"

#define LAST_STREAM (UINT32_MAX - 1)

void winapi_call_detach(struct winapi_call *call) {
    struct connection *connection = call->connection;
    if (connection == NULL) {
        return;
    }
    if (call->has_slot && !call->opened) {
        winapi_outbound_rewind(&call->first, connection);
        call->has_slot = false;
        winapi_connection_leave_call(connection);
    }
    call->connection = NULL;
    winapi_connection_drop(connection);
}

static bool metadata_fits(struct winapi_call *call, const struct connection *connection) {
    uint32_t limit = connection->agreed.peer.max_metadata_bytes;
    char text[160];
    if (call->metadata.size <= limit) {
        return true;
    }
    (void)snprintf(text, sizeof text, "the metadata has %zu bytes and the host's limit is %u (MaxMetadataBytes)",
                   call->metadata.size, (unsigned)limit);
    winapi_call_end(call, WINAPI_RESOURCE_EXHAUSTED, text, true);
    return false;
}

static enum step take_slot(struct winapi_call *call) {
    struct connection *connection = winapi_channel_usable(call->channel);
    if (connection == NULL) {
        call->channel->wants |= WANTS_CONNECTION;
        return STEP_AGAIN;
    }
    if (connection->open_calls >= connection->agreed.peer.max_concurrent_calls) {
        call->channel->wants |= WANTS_SLOT;
        return STEP_AGAIN;
    }
    connection->open_calls++;
    winapi_connection_hold(connection);
    call->connection = connection;
    call->has_slot = true;
    call->send_credit = connection->agreed.peer.initial_window_bytes;
    call->receive_credit = call->channel->settings.limits.initial_window_bytes;
    return metadata_fits(call, connection) ? STEP_DONE : STEP_FAILED;
}

enum step winapi_call_open(struct winapi_call *call) {
    if (call->ended) {
        return STEP_FAILED;
    }
    if (call->connection != NULL && !call->opened && call->connection->refuses) {
        winapi_call_detach(call); /* it stopped taking calls meanwhile: another one will do */
    }
    if (call->connection == NULL) {
        enum step slot = take_slot(call);
        if (slot != STEP_DONE) {
            return slot;
        }
    }
    if (call->sends_first) {
        if (call->first_done) {
            return STEP_DONE;
        }
        enum step sent = winapi_call_send(call, &call->first, true);
        call->first_done = sent == STEP_DONE;
        return sent;
    }
    if (!call->opened) {
        winapi_call_write_frame(call, 0, NULL, 0, NULL, 0);
    }
    return call->ended ? STEP_FAILED : STEP_DONE;
}

static int64_t microseconds_left(const struct winapi_call *call) {
    int64_t left = call->deadline == WINAPI_FOREVER ? 0 : (call->deadline - winapi_now()) / 1000;
    return call->deadline != WINAPI_FOREVER && left < 1 ? 1 : left;
}

/* Nothing at all for a call without deadline, definition and metadata. */
static bool compose_head(struct winapi_call *call, const char *defines, struct bytes *head) {
    int64_t timeout = microseconds_left(call);
    size_t name = defines == NULL ? 0 : strlen(defines);
    if (timeout == 0 && defines == NULL && call->metadata.size == 0) {
        return true;
    }
    uint8_t *room = winapi_bytes_append(head, 8 + (defines == NULL ? 0 : 2 + name) + call->metadata.size);
    if (room == NULL) {
        return false;
    }
    winapi_put64(room, (uint64_t)timeout);
    room += 8;
    if (defines != NULL) {
        winapi_put16(room, (uint16_t)name);
        memcpy(room + 2, defines, name);
        room += 2 + name;
    }
    winapi_copy(room, call->metadata.data, call->metadata.size);
    return true;
}

static void write_call_frame(struct winapi_call *call, uint8_t flags, const void *body_start, size_t body_start_size,
                             const void *body, size_t body_size) {
    struct connection *connection = call->connection;
    struct method_number *method = winapi_connection_method(connection, call->method->path);
    const char *defines = method != NULL && method->defined ? NULL : call->method->path;
    struct bytes head = {0};
    if (!compose_head(call, defines, &head) ||
        !winapi_idmap_add(&connection->streams, &call->node, connection->last_stream + 1)) {
        winapi_bytes_free(&head);
        winapi_call_end(call, WINAPI_RESOURCE_EXHAUSTED, "out of memory for a call", true);
        return;
    }
    winapi_call_hold(call);
    call->opened = true;
    connection->last_stream++;
    connection->refuses |= connection->last_stream >= LAST_STREAM; /* numbers are not used twice */
    struct frame_header header = {
        .type = FRAME_CALL,
        .flags = (uint8_t)(flags | (defines != NULL ? FLAG_DEFINES_METHOD : 0)),
        .code = method != NULL ? method->number : 0,
        .stream = connection->last_stream,
        .head_length = (uint32_t)head.size,
    };
    winapi_connection_append(connection, &header, head.data, body_start, body_start_size, body, body_size);
    winapi_bytes_free(&head);
    if (method != NULL) {
        method->defined = true;
    }
}

void winapi_call_write_frame(struct winapi_call *call, uint8_t flags, const void *body_start, size_t body_start_size,
                             const void *body, size_t body_size) {
    if (!call->opened) {
        write_call_frame(call, flags, body_start, body_start_size, body, body_size);
        return;
    }
    struct frame_header header = {.type = FRAME_MESSAGE, .flags = flags, .stream = (uint32_t)call->node.id};
    winapi_connection_append(call->connection, &header, NULL, body_start, body_start_size, body, body_size);
}

void winapi_call_write_end(struct winapi_call *call) {
    if (call->end_written || !call->opened || call->ended || call->closed) {
        return;
    }
    call->end_written = true;
    winapi_call_write_frame(call, FLAG_END_OF_STREAM, NULL, 0, NULL, 0);
}
