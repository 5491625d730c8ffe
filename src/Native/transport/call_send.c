/* Messages taken apart into frames, as far as credit, region and room allow. */
#include <stdio.h>

#include "call_state.h"
#include "channel_state.h"

static bool belongs_in_region(const struct winapi_call *call, const struct outbound *outbound) {
    const struct connection *connection = call->connection;
    return connection->shared && outbound->size >= call->channel->settings.inline_threshold &&
           outbound->size <= connection->region.length;
}

static bool check_limits(struct winapi_call *call, const struct outbound *outbound) {
    uint64_t mine = call->channel->settings.max_send_message_bytes;
    uint64_t theirs = call->connection->agreed.peer.max_message_bytes;
    char text[200];
    if (outbound->size <= mine && outbound->size <= theirs) {
        return true;
    }
    (void)snprintf(text, sizeof text, "a message of %zu bytes is over %s limit of %llu (%s)", outbound->size,
                   outbound->size > mine ? "this side's" : "the host's",
                   (unsigned long long)(outbound->size > mine ? mine : theirs),
                   outbound->size > mine ? "max_send_message_bytes" : "MaxReceiveMessageBytes there");
    winapi_call_end(call, WINAPI_RESOURCE_EXHAUSTED, text, true);
    return false;
}

/* Straight into the mapping, without the gate where the message is the caller's: it may be large. */
static bool fill_block(struct winapi_call *call, struct outbound *outbound) {
    struct connection *connection = call->connection;
    uint8_t *target = connection->memory + outbound->block;
    size_t written = outbound->size;
    if (outbound->message == NULL) {
        winapi_copy(target, outbound->encoded.data, outbound->size);
        return true;
    }
    winapi_connection_hold(connection);
    winapi_call_hold(call);
    winapi_channel_unlock(call->channel);
    written = winapi_message_encode(outbound->type, outbound->message, target, outbound->size);
    winapi_channel_lock(call->channel);
    if (written != outbound->size) {
        winapi_call_end(call, WINAPI_INTERNAL, "the message changed while it was being encoded", true);
    }
    bool same = call->connection == connection && !call->ended;
    if (!same && outbound->has_block) {
        winapi_outbound_rewind(outbound, connection); /* the call has moved on meanwhile */
    }
    winapi_connection_drop(connection);
    winapi_call_drop(call);
    return same;
}

static enum step take_block(struct winapi_call *call, struct outbound *outbound) {
    struct connection *connection = call->connection;
    if (outbound->has_block || !belongs_in_region(call, outbound)) {
        return STEP_DONE;
    }
    if (!winapi_region_take(&connection->region, outbound->size, &outbound->ticket, &outbound->block)) {
        call->channel->wants |= WANTS_REGION;
        return STEP_AGAIN;
    }
    outbound->has_block = true;
    return fill_block(call, outbound) ? STEP_DONE : call->ended ? STEP_FAILED : STEP_AGAIN;
}

/* A message that is the caller's and goes inline is encoded once. */
static bool encode_inline(struct winapi_call *call, struct outbound *outbound) {
    if (outbound->has_block || outbound->message == NULL || outbound->encoded.size > 0 || outbound->size == 0) {
        return true;
    }
    uint8_t *room = winapi_bytes_append(&outbound->encoded, outbound->size);
    if (room != NULL && winapi_message_encode(outbound->type, outbound->message, room, outbound->size) == outbound->size) {
        return true;
    }
    winapi_call_end(call, WINAPI_INTERNAL, "a message could not be encoded", true);
    return false;
}

static bool has_room(struct winapi_call *call) {
    if (winapi_connection_queued(call->connection) < HOLD_MESSAGES_AT) {
        return true;
    }
    call->channel->wants |= WANTS_ROOM;
    return false;
}

static bool compose_lends(const struct outbound *outbound, struct bytes *target) {
    uint8_t *room = winapi_bytes_append(target, LEND_COUNT_BYTES + outbound->reference_count * DESCRIPTOR_BYTES);
    if (room == NULL) {
        return false;
    }
    winapi_put32(room, (uint32_t)outbound->reference_count);
    for (size_t i = 0; i < outbound->reference_count; i++) {
        winapi_descriptor_write(&outbound->references[i], room + LEND_COUNT_BYTES + i * DESCRIPTOR_BYTES);
    }
    return true;
}

/* Where the message lies, appended to the lends; the block is the host's then. */
static bool compose_shared(struct winapi_call *call, struct outbound *outbound, struct bytes *target) {
    struct lease *lease = winapi_lease_add(call->connection, outbound->block, outbound->size, false, 1);
    uint8_t *room = lease == NULL ? NULL : winapi_bytes_append(target, DESCRIPTOR_BYTES);
    if (lease == NULL) {
        return false;
    }
    outbound->has_block = false;
    struct descriptor descriptor = winapi_lease_descriptor(lease);
    if (room == NULL) {
        (void)winapi_lease_take_back(call->connection, lease->node.id, 1);
        return false;
    }
    winapi_descriptor_write(&descriptor, room);
    return true;
}


/* Without shared memory the frame that lends goes first, alone. */
static bool begin(struct winapi_call *call, struct outbound *outbound, bool ends_stream, bool *complete) {
    uint8_t end = ends_stream ? FLAG_END_OF_STREAM : 0;
    struct bytes start = {0};
    bool lends = outbound->reference_count > 0;
    bool by_descriptor = outbound->has_block;
    *complete = by_descriptor;
    if (lends && !winapi_call_lend(call, outbound->references, outbound->reference_count)) {
        return false;
    }
    bool composed = (!lends || compose_lends(outbound, &start)) && (!by_descriptor || compose_shared(call, outbound, &start));
    if (!composed) {
        winapi_call_end(call, WINAPI_RESOURCE_EXHAUSTED, "out of memory for a message", true);
    } else if (by_descriptor) {
        winapi_call_write_frame(call, (uint8_t)(FLAG_MESSAGE | FLAG_SHARED | (lends ? FLAG_LENDS : 0) | end),
                                start.data, start.size, NULL, 0);
    } else if (lends && !call->connection->shared) {
        winapi_call_write_frame(call, FLAG_LENDS, start.data, start.size, NULL, 0);
    } else if (lends && outbound->size <= call->connection->piece_bytes) {
        winapi_call_write_frame(call, (uint8_t)(FLAG_MESSAGE | FLAG_LENDS | end), start.data,
                                start.size, outbound->encoded.data, outbound->size);
        *complete = true;
    } else if (lends) {
        winapi_call_write_frame(call, FLAG_LENDS, start.data, start.size, NULL, 0);
    }
    winapi_bytes_free(&start);
    call->send_credit -= (int64_t)outbound->size + MESSAGE_COST;
    outbound->started = true;
    return !call->ended;
}

static bool sent_before(const struct outbound *outbound, size_t index) {
    for (size_t i = 0; i < index; i++) {
        if (outbound->references[i].lease == outbound->references[index].lease) {
            return true;
        }
    }
    return false;
}

static void send_buffer_piece(struct winapi_call *call, struct outbound *outbound, const struct descriptor *lent) {
    struct connection *connection = call->connection;
    uint64_t left = lent->length - outbound->ahead_bytes;
    uint32_t piece = left < connection->piece_bytes ? (uint32_t)left : connection->piece_bytes;
    uint8_t head[BUFFER_HEAD_BYTES];
    winapi_put64(head, lent->lease);
    winapi_put64(head + 8, outbound->ahead_bytes);
    struct frame_header header = {
        .type = FRAME_BUFFER, .flags = FLAG_LENDS, .stream = (uint32_t)call->node.id, .head_length = sizeof head};
    winapi_connection_append(connection, &header, head, NULL, 0,
                             connection->memory + lent->offset + outbound->ahead_bytes, piece);
    outbound->ahead_bytes += piece;
}

/* Without shared memory: the bytes of what the message lends. */
static enum step send_buffers(struct winapi_call *call, struct outbound *outbound) {
    while (!call->connection->shared && outbound->ahead < outbound->reference_count) {
        const struct descriptor *lent = &outbound->references[outbound->ahead];
        if (sent_before(outbound, outbound->ahead) || outbound->ahead_bytes == lent->length) {
            outbound->ahead++;
            outbound->ahead_bytes = 0;
            continue;
        }
        if (!has_room(call)) {
            return STEP_AGAIN;
        }
        send_buffer_piece(call, outbound, lent);
    }
    return STEP_DONE;
}

static enum step send_pieces(struct winapi_call *call, struct outbound *outbound, bool ends_stream) {
    uint8_t end = ends_stream ? FLAG_END_OF_STREAM : 0;
    for (;;) {
        size_t left = outbound->size - outbound->sent;
        size_t piece = left < call->connection->piece_bytes ? left : call->connection->piece_bytes;
        if (!has_room(call)) {
            return STEP_AGAIN;
        }
        uint8_t flags = left == piece ? (uint8_t)(FLAG_MESSAGE | end) : FLAG_MESSAGE | FLAG_MORE;
        winapi_call_write_frame(call, flags, NULL, 0, outbound->encoded.data + outbound->sent, piece);
        outbound->sent += piece;
        if (call->ended) {
            return STEP_FAILED;
        }
        if (left == piece) {
            return STEP_DONE;
        }
    }
}

/* All that may have to be waited for before the first frame. */
static enum step prepare(struct winapi_call *call, struct outbound *outbound) {
    if (!check_limits(call, outbound)) {
        return STEP_FAILED;
    }
    enum step taken = take_block(call, outbound);
    if (taken != STEP_DONE) {
        return taken;
    }
    if (call->send_credit <= 0 || !has_room(call)) {
        return STEP_AGAIN;
    }
    return encode_inline(call, outbound) ? STEP_DONE : STEP_FAILED;
}

static enum step go_on(struct winapi_call *call, struct outbound *outbound, bool ends_stream) {
    if (!outbound->started) {
        bool complete;
        enum step prepared = prepare(call, outbound);
        if (prepared != STEP_DONE) {
            return prepared;
        }
        if (call->connection->refuses && !call->opened) {
            return STEP_AGAIN; /* it stopped taking calls meanwhile */
        }
        if (!begin(call, outbound, ends_stream, &complete)) {
            return STEP_FAILED;
        }
        if (complete) {
            return STEP_DONE;
        }
    }
    enum step ahead = send_buffers(call, outbound);
    return ahead == STEP_DONE ? send_pieces(call, outbound, ends_stream) : ahead;
}

enum step winapi_call_send(struct winapi_call *call, struct outbound *outbound, bool ends_stream) {
    if (call->ended) {
        return STEP_FAILED;
    }
    if (call->opened && call->connection->ended) {
        return STEP_AGAIN; /* its end will tell the call */
    }
    struct connection *connection = call->connection;
    winapi_connection_hold(connection);
    enum step step = go_on(call, outbound, ends_stream);
    if (step == STEP_FAILED) {
        winapi_outbound_rewind(outbound, connection);
    } else if (step == STEP_DONE && ends_stream) {
        call->end_written = true;
    }
    winapi_connection_drop(connection);
    return step;
}
