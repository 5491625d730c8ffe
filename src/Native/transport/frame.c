#include "frame.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"

enum { VIOLATION_CHARS = 160 };

void winapi_frame_header_write(const struct frame_header *header, uint8_t target[FRAME_HEADER_BYTES]) {
    winapi_put32(target, header->length);
    target[4] = header->type;
    target[5] = header->flags;
    winapi_put16(target + 6, header->code);
    winapi_put32(target + 8, header->stream);
    winapi_put32(target + 12, header->head_length);
}

static struct frame_header read_header(const uint8_t *source) {
    return (struct frame_header){
        .length = winapi_get32(source),
        .type = source[4],
        .flags = source[5],
        .code = winapi_get16(source + 6),
        .stream = winapi_get32(source + 8),
        .head_length = winapi_get32(source + 12),
    };
}

struct descriptor winapi_descriptor_read(const uint8_t *source) {
    return (struct descriptor){winapi_get64(source), winapi_get64(source + 8), winapi_get64(source + 16)};
}

void winapi_descriptor_write(const struct descriptor *descriptor, uint8_t *target) {
    winapi_put64(target, descriptor->lease);
    winapi_put64(target + 8, descriptor->offset);
    winapi_put64(target + 16, descriptor->length);
}

const char *winapi_message_body_read(uint8_t flags, const uint8_t *body, size_t size, struct message_body *result) {
    *result = (struct message_body){0};
    if ((flags & FLAG_LENDS) != 0) {
        uint32_t count = size < LEND_COUNT_BYTES ? UINT32_MAX : winapi_get32(body);
        if (count > FRAME_MAX_LENDS || size < LEND_COUNT_BYTES + (size_t)count * DESCRIPTOR_BYTES) {
            return "a message lends more buffers than its frame or the protocol holds";
        }
        result->lends = body + LEND_COUNT_BYTES;
        result->lend_count = count;
        body += LEND_COUNT_BYTES + (size_t)count * DESCRIPTOR_BYTES;
        size -= LEND_COUNT_BYTES + (size_t)count * DESCRIPTOR_BYTES;
    }
    result->content = body;
    result->content_length = size;
    result->shared = (flags & FLAG_SHARED) != 0;
    if (result->shared && (size != DESCRIPTOR_BYTES || (flags & FLAG_MORE) != 0)) {
        return "a message by descriptor holds something else";
    }
    if ((flags & FLAG_MESSAGE) == 0 && (result->shared || size > 0)) {
        return "a frame without a message holds one";
    }
    return NULL;
}

bool winapi_frame_reader_init(struct frame_reader *reader, uint32_t max_length) {
    size_t capacity = (size_t)max_length + FRAME_HEADER_BYTES;
    *reader = (struct frame_reader){.buffer = malloc(capacity), .capacity = capacity, .max_length = max_length};
    return reader->buffer != NULL;
}

void winapi_frame_reader_free(struct frame_reader *reader) {
    free(reader->buffer);
    *reader = (struct frame_reader){0};
}

void winapi_frame_reader_clear(struct frame_reader *reader) {
    reader->start = reader->end = 0;
}

uint8_t *winapi_frame_reader_room(struct frame_reader *reader, size_t *size) {
    if (reader->start > 0) {
        memmove(reader->buffer, reader->buffer + reader->start, reader->end - reader->start);
        reader->end -= reader->start;
        reader->start = 0;
    }
    *size = reader->capacity - reader->end;
    return reader->buffer + reader->end;
}

void winapi_frame_reader_filled(struct frame_reader *reader, size_t count) {
    reader->end += count;
}

enum frame_taken winapi_frame_reader_take(struct frame_reader *reader, struct frame *frame, char *violation) {
    size_t available = reader->end - reader->start;
    if (available < FRAME_HEADER_BYTES) {
        return FRAME_INCOMPLETE;
    }
    const uint8_t *source = reader->buffer + reader->start;
    struct frame_header header = read_header(source);
    if (header.length > reader->max_length) {
        (void)snprintf(violation, VIOLATION_CHARS, "a frame announces %" PRIu32 " bytes and the limit is %" PRIu32,
                       header.length, reader->max_length);
        return FRAME_VIOLATION;
    }
    if (header.head_length > header.length) {
        (void)snprintf(violation, VIOLATION_CHARS, "a frame of %" PRIu32 " bytes announces a head of %" PRIu32,
                       header.length, header.head_length);
        return FRAME_VIOLATION;
    }
    if (available < FRAME_HEADER_BYTES + (size_t)header.length) {
        return FRAME_INCOMPLETE;
    }
    frame->header = header;
    frame->head = source + FRAME_HEADER_BYTES;
    frame->body = frame->head + header.head_length;
    frame->body_length = header.length - header.head_length;
    reader->start += FRAME_HEADER_BYTES + (size_t)header.length;
    return FRAME_TAKEN;
}
