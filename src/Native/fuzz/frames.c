/*
 * libFuzzer: bytes of a hostile host, cut into frames and their parts; every byte that a frame exposes is read, so that
 * the sanitizers see where one leaves its buffer.
 */
#include <stdlib.h>
#include <string.h>

#include "frame.h"
#include "metadata.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned sum(const uint8_t *bytes, size_t size) {
    unsigned total = 0;
    for (size_t i = 0; i < size; i++) {
        total += bytes[i];
    }
    return total;
}

static unsigned look_at_metadata(const uint8_t *source, size_t size) {
    struct metadata_list list = {0};
    unsigned total = 0;
    if (winapi_metadata_decode(source, size, &list) == NULL) {
        for (size_t i = 0; i < list.count; i++) {
            total += (unsigned)strlen(list.entries[i].key) + sum(list.entries[i].value, list.entries[i].size);
        }
    }
    winapi_metadata_free(&list);
    return total;
}

static unsigned look_at(const struct frame *frame) {
    struct message_body body;
    unsigned total = sum(frame->head, frame->header.head_length) + sum(frame->body, frame->body_length);
    total += look_at_metadata(frame->head, frame->header.head_length);
    if (winapi_message_body_read(frame->header.flags, frame->body, frame->body_length, &body) == NULL) {
        for (size_t i = 0; i < body.lend_count; i++) {
            total += (unsigned)winapi_descriptor_read(body.lends + i * DESCRIPTOR_BYTES).lease;
        }
        total += body.shared ? (unsigned)winapi_descriptor_read(body.content).length : sum(body.content, body.content_length);
    }
    return total;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct frame_reader reader;
    struct frame frame;
    char violation[160];
    volatile unsigned total = 0;
    size_t step = size == 0 ? 1 : data[0] + 1u; /* how much comes at a time */
    if (!winapi_frame_reader_init(&reader, 4096)) {
        return 0;
    }
    enum frame_taken taken = FRAME_INCOMPLETE;
    for (size_t at = 0; at < size && taken != FRAME_VIOLATION;) {
        size_t room;
        uint8_t *target = winapi_frame_reader_room(&reader, &room);
        size_t part = step < size - at ? step : size - at;
        part = part < room ? part : room;
        memcpy(target, data + at, part);
        winapi_frame_reader_filled(&reader, part);
        at += part;
        while ((taken = winapi_frame_reader_take(&reader, &frame, violation)) == FRAME_TAKEN) {
            total += look_at(&frame);
        }
        if (part == 0 && taken == FRAME_INCOMPLETE) {
            abort(); /* a full buffer always holds a whole frame */
        }
    }
    (void)total;
    winapi_frame_reader_free(&reader);
    return 0;
}
