/* A message on its way out: measured, encoded, and what it lends found. */
#include <stdlib.h>

#include "call_state.h"
#include "channel_state.h"
#include "failure.h"
#include "winapi/buffer.winapi.h"

struct found {
    struct outbound *outbound;
    size_t capacity;
    winapi_status status;
};

static bool note_reference(const winapi_message_type *type, const void *message, void *user) {
    (void)type;
    const winapi_BufferRef *reference = message;
    struct found *found = user;
    struct outbound *outbound = found->outbound;
    if (outbound->reference_count == FRAME_MAX_LENDS) {
        found->status = WINAPI_INVALID_ARGUMENT;
        return false;
    }
    if (outbound->reference_count == found->capacity) {
        size_t capacity = found->capacity == 0 ? 4 : found->capacity * 2;
        struct descriptor *larger = realloc(outbound->references, capacity * sizeof *larger);
        if (larger == NULL) {
            found->status = WINAPI_RESOURCE_EXHAUSTED;
            return false;
        }
        outbound->references = larger;
        found->capacity = capacity;
    }
    outbound->references[outbound->reference_count++] =
        (struct descriptor){reference->lease, reference->offset, reference->length};
    return true;
}

static winapi_status find_references(struct outbound *outbound, winapi_error *error) {
    struct found found = {.outbound = outbound};
    (void)winapi_message_visit(outbound->type, outbound->message, &winapi_BufferRef_type, note_reference, &found);
    if (found.status == WINAPI_INVALID_ARGUMENT) {
        return winapi_fail(error, found.status, "a message names more than %d buffers", FRAME_MAX_LENDS);
    }
    return found.status == WINAPI_OK ? WINAPI_OK : winapi_fail(error, found.status, "out of memory for a message");
}

static winapi_status encode(struct outbound *outbound, winapi_error *error) {
    uint8_t *room = winapi_bytes_append(&outbound->encoded, outbound->size);
    if (room == NULL) {
        return winapi_fail(error, WINAPI_RESOURCE_EXHAUSTED, "out of memory for a message of %zu bytes", outbound->size);
    }
    if (winapi_message_encode(outbound->type, outbound->message, room, outbound->size) != outbound->size) {
        return winapi_fail(error, WINAPI_INTERNAL, "the message changed while it was being encoded");
    }
    return WINAPI_OK;
}

winapi_status winapi_outbound_init(struct outbound *outbound, const winapi_message_type *type, const void *message,
                                   bool copy, winapi_error *error) {
    *outbound = (struct outbound){.type = type, .message = message};
    if (message == NULL || !winapi_message_size(type, message, &outbound->size)) {
        return winapi_fail(error, WINAPI_INTERNAL,
                           "a message of type %s cannot be encoded: a string is not UTF-8, or it is too large or too deep",
                           winapi_message_type_name(type));
    }
    winapi_status status = find_references(outbound, error);
    if (status == WINAPI_OK && copy) {
        status = encode(outbound, error);
        outbound->message = NULL;
    }
    if (status != WINAPI_OK) {
        winapi_outbound_free(outbound, NULL);
    }
    return status;
}

void winapi_outbound_rewind(struct outbound *outbound, struct connection *connection) {
    if (outbound->ticket.waits && winapi_region_leave(&connection->region, &outbound->ticket)) {
        winapi_channel_note(connection->channel, WANTS_REGION);
    }
    if (outbound->has_block) {
        winapi_region_give(&connection->region, outbound->block, outbound->size);
        winapi_channel_note(connection->channel, WANTS_REGION);
    }
    outbound->has_block = outbound->started = false;
    outbound->sent = outbound->ahead = 0;
    outbound->ahead_bytes = 0;
}

void winapi_outbound_free(struct outbound *outbound, struct connection *connection) {
    if (connection != NULL) {
        winapi_outbound_rewind(outbound, connection);
    }
    winapi_bytes_free(&outbound->encoded);
    free(outbound->references);
    *outbound = (struct outbound){0};
}
