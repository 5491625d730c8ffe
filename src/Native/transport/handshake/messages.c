#define _GNU_SOURCE
#include <errno.h>

#include "../failure.h"
#include "../trace/frame_trace.h"
#include "handshake_state.h"

enum { VIOLATION_CHARS = 160 };

winapi_status winapi_handshake_stranger(struct handshake *handshake, const char *how) {
    return winapi_fail(handshake->error, WINAPI_UNAVAILABLE, "what answers on %s is not a host of this version: %s",
                       handshake->settings->endpoint.text, how);
}

winapi_status winapi_handshake_broken(struct handshake *handshake, int failure) {
    const struct attempt *attempt = handshake->attempt;
    const struct endpoint *endpoint = &handshake->settings->endpoint;
    if (attempt->stopped) {
        return winapi_fail(handshake->error, WINAPI_UNAVAILABLE, "the channel was closed");
    }
    if (attempt->timed_out && attempt->connected) {
        return winapi_fail(handshake->error, WINAPI_UNAVAILABLE,
                           "no answer from %s in time (connect_timeout): the host is busy or stopped, or something else "
                           "listens there", endpoint->text);
    }
    if (attempt->connected && (failure == ECONNRESET || failure == EPIPE)) {
        return winapi_handshake_stranger(handshake, "it closed the connection during the handshake");
    }
    winapi_endpoint_diagnose(endpoint, attempt->timed_out ? ETIMEDOUT : failure, handshake->error);
    return WINAPI_UNAVAILABLE;
}

winapi_status winapi_handshake_refused(struct handshake *handshake, const winapi_transport_Refusal *refusal) {
    uint32_t code = refusal->status_code;
    return winapi_fail(handshake->error, code > 0 && code <= WINAPI_UNAUTHENTICATED ? (winapi_status)code : WINAPI_UNKNOWN,
                       "the host at %s refused: %.300s", handshake->settings->endpoint.text,
                       refusal->message.data != NULL ? refusal->message.data : "");
}

winapi_status winapi_handshake_send(struct handshake *handshake, const winapi_message_type *type, const void *message,
                                    bool preface, int descriptor) {
    struct bytes bytes = {0};
    size_t size, start = preface ? 8 : 0;
    uint8_t *room = winapi_message_size(type, message, &size)
                        ? winapi_bytes_append(&bytes, start + FRAME_HEADER_BYTES + size) : NULL;
    if (room == NULL) {
        return winapi_fail(handshake->error, WINAPI_RESOURCE_EXHAUSTED, "out of memory for the handshake");
    }
    winapi_copy(room, "WINA\0\0\0\1", start);
    struct frame_header header = {.length = (uint32_t)size, .type = FRAME_HANDSHAKE};
    winapi_frame_header_write(&header, room + start);
    (void)winapi_message_encode(type, message, room + start + FRAME_HEADER_BYTES, size);
    winapi_frame_trace_handshake(handshake->settings, true, &header);
    bool sent = winapi_socket_send(handshake->attempt, bytes.data, bytes.size, descriptor);
    int failure = errno;
    winapi_bytes_free(&bytes);
    return sent ? WINAPI_OK : winapi_handshake_broken(handshake, failure);
}

static winapi_status fill(struct handshake *handshake) {
    size_t size;
    uint8_t *room = winapi_frame_reader_room(&handshake->agreed->reader, &size);
    ssize_t received = winapi_socket_receive(handshake->attempt, room, size);
    if (received < 0) {
        return winapi_handshake_broken(handshake, errno);
    }
    if (received == 0) {
        return winapi_handshake_stranger(handshake, "it closed the connection during the handshake");
    }
    winapi_frame_reader_filled(&handshake->agreed->reader, (size_t)received);
    return WINAPI_OK;
}

winapi_status winapi_handshake_receive(struct handshake *handshake, const winapi_message_type *type, void *message) {
    char violation[VIOLATION_CHARS];
    struct frame frame;
    for (;;) {
        enum frame_taken taken = winapi_frame_reader_take(&handshake->agreed->reader, &frame, violation);
        if (taken == FRAME_VIOLATION) {
            return winapi_handshake_stranger(handshake, violation);
        }
        if (taken == FRAME_TAKEN) {
            break;
        }
        winapi_status status = fill(handshake);
        if (status != WINAPI_OK) {
            return status;
        }
    }
    winapi_frame_trace_handshake(handshake->settings, false, &frame.header);
    if (frame.header.type != FRAME_HANDSHAKE) {
        return winapi_handshake_stranger(handshake, "another frame came during the handshake");
    }
    winapi_arena_reset(handshake->arena);
    return winapi_message_decode(type, frame.body, frame.body_length, message, handshake->arena, NULL) == WINAPI_OK
               ? WINAPI_OK
               : winapi_handshake_stranger(handshake, "a message of the handshake cannot be read");
}
