/* The 16 bytes before every frame, and cutting the bytes of a socket into frames. docs/protocol.md has the tables. */
#ifndef WINAPI_TRANSPORT_FRAME_H
#define WINAPI_TRANSPORT_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    FRAME_HEADER_BYTES = 16,
    FRAME_MAX_LENDS = 1024,
    DESCRIPTOR_BYTES = 24,
    LEND_COUNT_BYTES = 4,
    FRAME_MAX_LEND_BYTES = LEND_COUNT_BYTES + FRAME_MAX_LENDS * DESCRIPTOR_BYTES,
    RELEASE_ENTRY_BYTES = 12,
    BUFFER_HEAD_BYTES = 16,
    MESSAGE_COST = 16 /* what a message takes of a window beside its bytes */
};

enum frame_type {
    FRAME_HANDSHAKE = 1,
    FRAME_CALL = 2,
    FRAME_HEADERS = 3,
    FRAME_MESSAGE = 4,
    FRAME_TRAILERS = 5,
    FRAME_CANCEL = 6,
    FRAME_WINDOW = 7,
    FRAME_BUFFER = 8,
    FRAME_RELEASE = 9,
    FRAME_PING = 10,
    FRAME_PONG = 11,
    FRAME_GOODBYE = 12
};

enum frame_flags {
    FLAG_END_OF_STREAM = 0x01,
    FLAG_MESSAGE = 0x02,
    FLAG_MORE = 0x04,
    FLAG_SHARED = 0x08,
    FLAG_LENDS = 0x10,
    FLAG_DEFINES_METHOD = 0x20,
    FLAG_LINGERS = 0x40
};

struct frame_header {
    uint32_t length; /* of head and body */
    uint8_t type;
    uint8_t flags;
    uint16_t code;
    uint32_t stream;
    uint32_t head_length;
};

/* A frame in the reader's buffer; valid until its next fill. */
struct frame {
    struct frame_header header;
    const uint8_t *head;
    const uint8_t *body;
    size_t body_length;
};

/* Where lent bytes lie. */
struct descriptor {
    uint64_t lease;
    uint64_t offset;
    uint64_t length;
};

/* What a frame that may carry a message holds; points into the frame. */
struct message_body {
    const uint8_t *lends;
    size_t lend_count;
    const uint8_t *content;
    size_t content_length;
    bool shared; /* content is a descriptor */
};

struct frame_reader {
    uint8_t *buffer;
    size_t capacity;
    size_t start;
    size_t end;
    uint32_t max_length;
};

void winapi_frame_header_write(const struct frame_header *header, uint8_t target[FRAME_HEADER_BYTES]);

struct descriptor winapi_descriptor_read(const uint8_t *source);
void winapi_descriptor_write(const struct descriptor *descriptor, uint8_t *target);

/* NULL, or what is wrong with the parts. */
const char *winapi_message_body_read(uint8_t flags, const uint8_t *body, size_t size, struct message_body *result);

/* False when out of memory. */
bool winapi_frame_reader_init(struct frame_reader *reader, uint32_t max_length);
void winapi_frame_reader_free(struct frame_reader *reader);

/* Forgets the bytes in it. */
void winapi_frame_reader_clear(struct frame_reader *reader);

/* Where the next bytes of the socket go; moves what is left to the front, so it ends what was exposed of a frame. */
uint8_t *winapi_frame_reader_room(struct frame_reader *reader, size_t *size);
void winapi_frame_reader_filled(struct frame_reader *reader, size_t count);

enum frame_taken { FRAME_TAKEN, FRAME_INCOMPLETE, FRAME_VIOLATION };

/* Takes the next frame. violation is set where a length is out of bounds; it needs 160 bytes. */
enum frame_taken winapi_frame_reader_take(struct frame_reader *reader, struct frame *frame, char *violation);

#endif
