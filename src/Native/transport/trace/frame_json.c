#include "frame_json.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "../bytes.h"
#include "../metadata.h"

enum { SHOWN_BYTES = 32, SHOWN_ENTRIES = 16, SHOWN_CHARS = 256, DEADLINE_BYTES = 8 };

struct line {
    char *text;
    size_t size;
};

__attribute__((format(printf, 2, 3))) static void add(struct line *line, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line->text + line->size, FRAME_JSON_BYTES - line->size, format, arguments);
    va_end(arguments);
    size_t left = FRAME_JSON_BYTES - 1 - line->size;
    line->size += length < 0 ? 0 : (size_t)length < left ? (size_t)length : left;
}

static const char *type_name(uint8_t type) {
    static const char *const names[] = {"0",      "Handshake", "Call",    "Headers", "Message", "Trailers", "Cancel",
                                        "Window", "Buffer",    "Release", "Ping",    "Pong",    "Goodbye"};
    return type < sizeof names / sizeof names[0] ? names[type] : "unknown";
}

static void add_flags(struct line *line, uint8_t flags) {
    static const char *const names[] = {"EndOfStream", "Message", "More", "Shared", "Lends", "DefinesMethod", "Lingers", "0x80"};
    const char *separator = "";
    add(line, ",\"flags\":%u,\"flag_names\":\"%s", flags, flags == 0 ? "None" : "");
    for (unsigned bit = 0; bit < 8; bit++) {
        if ((flags & 1U << bit) != 0) {
            add(line, "%s%s", separator, names[bit]);
            separator = ", ";
        }
    }
    add(line, "\"");
}

/* As .NET writes the same bytes: its first three numbers are little-endian. */
static void add_session(struct line *line, const uint8_t *session) {
    add(line, ",\"connection\":\"%08" PRIx32 "-%04x-%04x-%02x%02x-", winapi_get32(session), winapi_get16(session + 4),
        winapi_get16(session + 6), session[8], session[9]);
    for (size_t i = 10; i < 16; i++) {
        add(line, "%02x", session[i]);
    }
    add(line, "\"");
}

/* What a peer sends may be anything. */
static void add_text(struct line *line, const char *name, const uint8_t *text, size_t size) {
    add(line, ",\"%s\":\"", name);
    for (size_t i = 0; i < size && i < SHOWN_CHARS; i++) {
        bool plain = text[i] >= 0x20 && text[i] < 0x7f && text[i] != '"' && text[i] != '\\';
        add(line, "%c", plain ? text[i] : '?');
    }
    add(line, "\"");
}

static void add_keys(struct line *line, const uint8_t *source, size_t size) {
    struct metadata_list list = {0};
    const char *problem = winapi_metadata_decode(source, size, &list);
    if (problem != NULL) {
        add(line, ",\"malformed\":\"%s\"", problem);
    } else if (list.count > 0) {
        add(line, ",\"metadata\":[");
        for (size_t i = 0; i < list.count && i < SHOWN_ENTRIES; i++) {
            add(line, "%s\"%.64s\"", i == 0 ? "" : ",", list.entries[i].key);
        }
        add(line, "]");
    }
    winapi_metadata_free(&list);
}

static void add_payload(struct line *line, const uint8_t *payload, size_t size) {
    add(line, ",\"payload_size\":%zu,\"payload\":\"", size);
    for (size_t i = 0; i < size && i < SHOWN_BYTES; i++) {
        add(line, "%02X", payload[i]);
    }
    add(line, "\"");
}

static void add_descriptor(struct line *line, const char *before, const uint8_t *source) {
    struct descriptor descriptor = winapi_descriptor_read(source);
    add(line, "%s\"lease\":%" PRIu64 ",\"payload_offset\":%" PRIu64 ",\"payload_size\":%" PRIu64, before, descriptor.lease,
        descriptor.offset, descriptor.length);
}

static void add_lends(struct line *line, const struct message_body *body) {
    add(line, ",\"lend_count\":%zu,\"lends\":[", body->lend_count);
    for (size_t i = 0; i < body->lend_count && i < SHOWN_ENTRIES; i++) {
        add_descriptor(line, i == 0 ? "{" : ",{", body->lends + i * DESCRIPTOR_BYTES);
        add(line, "}");
    }
    add(line, "]");
}

static void add_message(struct line *line, const struct frame *frame) {
    struct message_body body;
    const char *problem = winapi_message_body_read(frame->header.flags, frame->body, frame->body_length, &body);
    if (problem != NULL) {
        add(line, ",\"malformed\":\"%s\"", problem);
        return;
    }
    if (body.lend_count > 0) {
        add_lends(line, &body);
    }
    if (body.shared) {
        add_descriptor(line, ",", body.content);
    } else if ((frame->header.flags & FLAG_MESSAGE) != 0) {
        add_payload(line, body.content, body.content_length);
    }
}

/* The client's own: well-formed. */
static void add_call_head(struct line *line, const struct frame *frame, const char *method) {
    const uint8_t *head = frame->head;
    size_t size = frame->header.head_length;
    uint64_t timeout = size >= DEADLINE_BYTES ? winapi_get64(head) : 0;
    size_t taken = size >= DEADLINE_BYTES ? DEADLINE_BYTES : size;
    if ((frame->header.flags & FLAG_DEFINES_METHOD) != 0 && size >= taken + 2) {
        size_t length = winapi_get16(head + taken);
        add_text(line, "api", head + taken + 2, length);
        taken += 2 + length;
    } else if (method != NULL) {
        add(line, ",\"api\":\"%.*s\"", SHOWN_CHARS, method);
    }
    if (timeout > 0) {
        add(line, ",\"timeout_us\":%" PRIu64, timeout);
    }
    add_keys(line, head + taken, size - taken);
}

static void add_trailers(struct line *line, const struct frame *frame) {
    size_t size = frame->header.head_length;
    size_t message = size >= 4 ? winapi_get32(frame->head) : 0;
    if (size >= 4 && message <= size - 4) {
        add_keys(line, frame->head + 4 + message, size - 4 - message);
    }
    add(line, ",\"status\":\"%s\"", winapi_status_name((winapi_status)frame->header.code));
    add_message(line, frame);
}

static void add_buffer(struct line *line, const struct frame *frame) {
    if (frame->header.head_length == BUFFER_HEAD_BYTES) {
        add(line, ",\"lease\":%" PRIu64 ",\"payload_offset\":%" PRIu64 ",\"payload_size\":%zu", winapi_get64(frame->head),
            winapi_get64(frame->head + 8), frame->body_length);
    }
}

static void add_releases(struct line *line, const struct frame *frame) {
    size_t count = frame->body_length / RELEASE_ENTRY_BYTES;
    add(line, ",\"release_count\":%zu,\"releases\":[", count);
    for (size_t i = 0; i < count && i < SHOWN_ENTRIES; i++) {
        const uint8_t *entry = frame->body + i * RELEASE_ENTRY_BYTES;
        add(line, "%s{\"lease\":%" PRIu64 ",\"count\":%" PRIu32 "}", i == 0 ? "" : ",", winapi_get64(entry), winapi_get32(entry + 8));
    }
    add(line, "]");
}

static void add_content(struct line *line, const struct frame *frame, const char *method) {
    switch (frame->header.type) {
        case FRAME_CALL:
            add_call_head(line, frame, method);
            add_message(line, frame);
            break;
        case FRAME_HEADERS:
            add_keys(line, frame->head, frame->header.head_length);
            break;
        case FRAME_MESSAGE:
            add_message(line, frame);
            break;
        case FRAME_TRAILERS:
            add_trailers(line, frame);
            break;
        case FRAME_WINDOW:
            add_payload(line, frame->body, frame->body_length);
            break;
        case FRAME_BUFFER:
            add_buffer(line, frame);
            break;
        case FRAME_RELEASE:
            add_releases(line, frame);
            break;
        case FRAME_GOODBYE:
            add_text(line, "message", frame->body, frame->body_length);
            break;
        default:
            break;
    }
}

void winapi_frame_json(const struct frame *frame, const struct frame_context *context, char text[FRAME_JSON_BYTES]) {
    struct line line = {text, 0};
    const struct frame_header *header = &frame->header;
    add(&line, "{\"direction\":\"%s\",\"side\":\"client\"", context->sent ? "sent" : "received");
    if (context->session != NULL) {
        add_session(&line, context->session);
    }
    add(&line, ",\"type\":\"%s\",\"request_id\":%" PRIu32, type_name(header->type), header->stream);
    add_flags(&line, header->flags);
    add(&line, ",\"code\":%u,\"head_size\":%" PRIu32 ",\"body_size\":%zu", header->code, header->head_length, frame->body_length);
    add_content(&line, frame, context->method);
    add(&line, "}");
}
