/* What the host sends for one call. */
#include <stdlib.h>

#include "call_state.h"
#include "channel_state.h"
#include "failure.h"

static const char *on_lends(struct winapi_call *call, const struct message_body *body) {
    for (size_t i = 0; i < body->lend_count; i++) {
        struct descriptor lent = winapi_descriptor_read(body->lends + i * DESCRIPTOR_BYTES);
        const char *violation = winapi_borrow_add(call->connection, &lent, (uint32_t)call->node.id);
        if (violation != NULL) {
            return violation;
        }
        if (call->ended) { /* nobody will read it */
            winapi_borrow_return_unopened(call->connection, lent.lease);
        }
    }
    return NULL;
}

void winapi_inbound_free(struct winapi_call *call, struct inbound *message) {
    if (message == NULL) {
        return;
    }
    if (message->shared && call->connection != NULL && !call->connection->ended) {
        winapi_connection_release(call->connection, 0, message->descriptor.lease, 1);
    }
    winapi_bytes_free(&message->bytes);
    free(message);
}

static struct inbound *new_inbound(void) {
    struct inbound *message = malloc(sizeof *message);
    if (message != NULL) {
        *message = (struct inbound){0};
    }
    return message;
}

static uint64_t size_of(const struct inbound *message) {
    return message->shared ? message->descriptor.length : message->bytes.size;
}

void winapi_call_drop_messages(struct winapi_call *call) {
    struct inbound *message;
    while ((message = winapi_call_take_message(call)) != NULL) {
        winapi_inbound_free(call, message);
    }
    winapi_inbound_free(call, call->assembling);
    call->assembling = NULL;
}

struct inbound *winapi_call_take_message(struct winapi_call *call) {
    struct inbound *message = call->inbox;
    if (message != NULL) {
        call->inbox = message->next;
        message->next = NULL;
    }
    return message;
}

void winapi_call_consume(struct winapi_call *call, struct inbound *message) {
    int64_t window = call->channel->settings.limits.initial_window_bytes;
    uint8_t body[4];
    call->consumed += (int64_t)size_of(message) + MESSAGE_COST;
    winapi_inbound_free(call, message);
    if (call->consumed < window / 2 || call->ended || call->closed) {
        return;
    }
    winapi_put32(body, (uint32_t)call->consumed);
    call->receive_credit += call->consumed;
    call->consumed = 0;
    winapi_connection_append_small(call->connection, FRAME_WINDOW, 0, (uint32_t)call->node.id, body, sizeof body);
}

static void add_message(struct winapi_call *call, struct inbound *message) {
    call->has_headers = true; /* a host without response headers sends no frame of them: its first message tells */
    if (call->ended) {
        winapi_inbound_free(call, message);
    } else if (call->discards) {
        winapi_call_consume(call, message);
    } else {
        if (call->inbox == NULL) {
            call->inbox = message;
        } else {
            call->last_inbox->next = message;
        }
        call->last_inbox = message;
    }
}

static const char *take_credit(struct winapi_call *call, uint64_t size) {
    if (call->receive_credit <= 0) {
        return "a message came without credit";
    }
    call->receive_credit -= (int64_t)size + MESSAGE_COST;
    return NULL;
}

static const char *open_shared(struct winapi_call *call, const struct message_body *body, struct inbound **message) {
    struct descriptor descriptor = winapi_descriptor_read(body->content);
    struct descriptor region = {0, winapi_response_start(&call->connection->layout), call->connection->layout.response_bytes};
    if (call->assembling != NULL) {
        return "a message began inside another";
    }
    if (!call->connection->shared || !winapi_descriptor_covers(&region, descriptor.offset, descriptor.length)) {
        return "a message is not inside the peer's region";
    }
    *message = new_inbound();
    if (*message == NULL) {
        return "out of memory for a message";
    }
    (*message)->shared = true;
    (*message)->descriptor = descriptor;
    return take_credit(call, descriptor.length);
}

static const char *assemble(struct winapi_call *call, const struct message_body *body, struct inbound **message) {
    const char *violation = NULL;
    *message = call->assembling;
    call->assembling = NULL;
    if (*message != NULL) {
        call->receive_credit -= (int64_t)body->content_length; /* what has started may come whatever credit is left */
    } else {
        violation = take_credit(call, body->content_length);
        *message = new_inbound();
    }
    uint8_t *room = *message == NULL ? NULL : winapi_bytes_append(&(*message)->bytes, body->content_length);
    if (room == NULL) {
        return "out of memory for a message";
    }
    winapi_copy(room, body->content, body->content_length);
    return violation;
}

static void refuse_message(struct winapi_call *call, struct inbound *message) {
    winapi_inbound_free(call, message);
    call->ignores_messages = true;
    winapi_call_end(call, WINAPI_RESOURCE_EXHAUSTED,
                    "a message is over this side's limit (max_receive_message_bytes)", true);
}

static const char *on_message(struct winapi_call *call, const struct message_body *body, bool more) {
    struct inbound *message = NULL;
    const char *violation = body->shared ? open_shared(call, body, &message) : assemble(call, body, &message);
    if (violation != NULL) {
        if (message != NULL) {
            winapi_bytes_free(&message->bytes);
            free(message);
        }
        return violation;
    }
    if (size_of(message) > call->channel->settings.limits.max_message_bytes) {
        refuse_message(call, message);
    } else if (call->ignores_messages) {
        winapi_inbound_free(call, message);
    } else if (more) {
        call->assembling = message;
    } else {
        add_message(call, message);
    }
    return NULL;
}

static const char *on_body(struct winapi_call *call, const struct frame *frame) {
    struct message_body body;
    const char *violation = winapi_message_body_read(frame->header.flags, frame->body, frame->body_length, &body);
    violation = violation != NULL ? violation : on_lends(call, &body);
    if (violation != NULL) {
        return violation;
    }
    if ((frame->header.flags & FLAG_END_OF_STREAM) != 0) {
        return "a host ends its messages with trailers alone";
    }
    return (frame->header.flags & FLAG_MESSAGE) == 0
               ? NULL
               : on_message(call, &body, (frame->header.flags & FLAG_MORE) != 0);
}

/* What nobody has read yet leaves the host's region with the end of the call. */
static void detach_unread(struct winapi_call *call) {
    for (struct inbound *message = call->inbox; message != NULL; message = message->next) {
        if (!message->shared) {
            continue;
        }
        uint8_t *room = winapi_bytes_append(&message->bytes, (size_t)message->descriptor.length);
        if (room == NULL) {
            return; /* it stays there until it is read */
        }
        winapi_copy(room, call->connection->memory + message->descriptor.offset, (size_t)message->descriptor.length);
        message->shared = false;
        winapi_connection_release(call->connection, 0, message->descriptor.lease, 1);
    }
}

static const char *read_metadata(const struct winapi_call *call, const uint8_t *source, size_t size,
                                 struct metadata_list *list) {
    return size > call->channel->settings.limits.max_metadata_bytes
               ? "metadata is over this side's limit (max_metadata_bytes)" : winapi_metadata_decode(source, size, list);
}

static const char *read_trailers(struct winapi_call *call, const struct frame *frame, winapi_error *status) {
    size_t size = frame->header.head_length;
    *status = (winapi_error){.code = frame->header.code <= WINAPI_UNAUTHENTICATED ? (winapi_status)frame->header.code
                                                                                 : WINAPI_UNKNOWN};
    if (size == 0) {
        return NULL;
    }
    uint32_t length = size < 4 ? UINT32_MAX : winapi_get32(frame->head);
    if (size < 4 || length > size - 4) {
        return "the message of a status is longer than its head";
    }
    winapi_set_text(status->message, sizeof status->message, (const char *)frame->head + 4, length);
    struct metadata_list trailers = {0};
    const char *violation = read_metadata(call, frame->head + 4 + length, size - 4 - length, &trailers);
    if (call->ended) {
        winapi_metadata_free(&trailers);
    } else {
        call->trailers = trailers;
    }
    return violation;
}

static const char *on_trailers(struct winapi_call *call, const struct frame *frame) {
    winapi_error status;
    if ((frame->header.flags & FLAG_MORE) != 0) {
        return "trailers hold a message that goes on after them";
    }
    call->trailers_came = true;
    const char *violation = read_trailers(call, frame, &status);
    violation = violation != NULL ? violation : on_body(call, frame);
    if (violation != NULL) {
        return violation;
    }
    if (call->method->kind == WINAPI_CALL_SERVER_STREAMING || call->method->kind == WINAPI_CALL_BIDIRECTIONAL) {
        detach_unread(call);
    }
    if ((frame->header.flags & FLAG_LINGERS) == 0) {
        winapi_call_close_stream(call, true);
    }
    winapi_call_end(call, status.code, status.message, false);
    return NULL;
}

/* Either bytes that the host lends in a reply, or bytes it has changed in a buffer of this side's. */
static const char *on_buffer(struct winapi_call *call, const struct frame *frame) {
    struct connection *connection = call->connection;
    if (frame->header.head_length != BUFFER_HEAD_BYTES) {
        return "the head of a buffer frame has another length";
    }
    uint64_t id = winapi_get64(frame->head), start = winapi_get64(frame->head + 8), offset, length;
    const struct borrow *borrow = winapi_borrow_find(connection, id);
    const struct lease *lease = winapi_call_has_lent(call, id) ? winapi_lease_find(connection, id) : NULL;
    bool lends = (frame->header.flags & FLAG_LENDS) != 0;
    if (connection->shared || (lends ? borrow == NULL : lease == NULL)) {
        return NULL; /* given back meanwhile */
    }
    offset = lends ? borrow->offset : lease->offset;
    length = lends ? borrow->length : lease->length;
    if (start > length || frame->body_length > length - start) {
        return "bytes of a buffer reach past its end";
    }
    winapi_copy(connection->memory + offset + start, frame->body, frame->body_length);
    return NULL;
}

static const char *on_release(struct winapi_call *call, const struct frame *frame) {
    if ((frame->header.flags & FLAG_END_OF_STREAM) != 0) {
        winapi_call_close_stream(call, true);
        return NULL;
    }
    if (frame->body_length == 0 || frame->body_length % RELEASE_ENTRY_BYTES != 0) {
        return "a release frame does not hold whole entries";
    }
    for (size_t i = 0; i < frame->body_length; i += RELEASE_ENTRY_BYTES) {
        if (!winapi_call_take_back(call, winapi_get64(frame->body + i), winapi_get32(frame->body + i + 8))) {
            return "a lease was released more often than it was lent";
        }
    }
    return NULL;
}

static const char *on_window(struct winapi_call *call, const struct frame *frame) {
    if (frame->body_length != 4) {
        return "a window frame does not hold a number";
    }
    call->send_credit += winapi_get32(frame->body);
    return call->send_credit > INT32_MAX ? "more credit was granted than a window can hold" : NULL;
}

static const char *on_headers(struct winapi_call *call, const struct frame *frame) {
    if (call->has_headers || call->ended) {
        struct metadata_list ignored = {0};
        const char *violation = read_metadata(call, frame->head, frame->header.head_length, &ignored);
        winapi_metadata_free(&ignored);
        return violation;
    }
    call->has_headers = true;
    return read_metadata(call, frame->head, frame->header.head_length, &call->headers);
}

/* After the trailers it only gives back what it was lent, or credit that it granted before it knew of the end. */
static const char *check_order(const struct winapi_call *call, const struct frame *frame) {
    bool release = frame->header.type == FRAME_RELEASE;
    if (call->trailers_came && !release && frame->header.type != FRAME_WINDOW) {
        return "a frame came after the trailers of its stream";
    }
    bool ends_lingering = release && (frame->header.flags & FLAG_END_OF_STREAM) != 0;
    return ends_lingering && !call->trailers_came ? "the end of lingering came before the trailers" : NULL;
}

static const char *on_frame(struct winapi_call *call, const struct frame *frame) {
    switch (frame->header.type) {
        case FRAME_HEADERS:
            return on_headers(call, frame);
        case FRAME_MESSAGE:
            return on_body(call, frame);
        case FRAME_TRAILERS:
            return on_trailers(call, frame);
        case FRAME_WINDOW:
            return on_window(call, frame);
        case FRAME_BUFFER:
            return on_buffer(call, frame);
        default:
            return on_release(call, frame);
    }
}

const char *winapi_call_on_frame(struct winapi_call *call, const struct frame *frame) {
    const char *violation = check_order(call, frame);
    if (violation != NULL) {
        return violation;
    }
    winapi_call_hold(call);
    call->answered = true;
    violation = on_frame(call, frame);
    winapi_call_changed(call);
    winapi_call_drop(call);
    return violation;
}

winapi_status winapi_call_decode(struct winapi_call *call, const struct inbound *message, void *response,
                                 winapi_arena *arena, winapi_error *error) {
    if (message == NULL) {
        return winapi_fail(error, WINAPI_INTERNAL, "the host answered OK without a message");
    }
    const winapi_message_type *type = call->method->response;
    const uint8_t *source = message->bytes.data;
    size_t size = message->bytes.size;
    uint8_t *copy = NULL;
    winapi_error reason;
    winapi_channel_unlock(call->channel);
    winapi_status status = WINAPI_OK;
    if (message->shared) { /* the host could change it under the decoder */
        size = (size_t)message->descriptor.length;
        copy = malloc(size + 1);
        status = copy == NULL ? winapi_fail(&reason, WINAPI_RESOURCE_EXHAUSTED, "out of memory") : WINAPI_OK;
        if (copy != NULL) {
            winapi_copy(copy, call->connection->memory + message->descriptor.offset, size);
            source = copy;
        }
    }
    status = status != WINAPI_OK ? status : winapi_message_decode(type, source, size, response, arena, &reason);
    free(copy);
    winapi_channel_lock(call->channel);
    return status == WINAPI_OK
               ? WINAPI_OK
               : winapi_fail(error, status == WINAPI_RESOURCE_EXHAUSTED ? status : WINAPI_INTERNAL,
                             "the response cannot be read: %.400s", reason.message);
}
