/* What the host does: what it sends, and what it writes into the shared memory. */
#define _GNU_SOURCE
#include <sys/socket.h>

#include "world.h"

enum { MOST_BODY = 255, FIRST_WORD = 1024, WORD_STEP = 128 };

static void send_bytes(struct world *world, const uint8_t *bytes, size_t size) {
    size_t written;
    if (world->connection->agreed.rings) {
        (void)winapi_ring_write(&world->out, bytes, size, &written);
    } else {
        (void)send(world->host, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    }
}

static void send_frame(struct world *world, const struct frame_header *header, const uint8_t *bytes, size_t size) {
    uint8_t frame[FRAME_HEADER_BYTES + 2 * MOST_BODY + DESCRIPTOR_BYTES];
    require(size <= sizeof frame - FRAME_HEADER_BYTES);
    winapi_frame_header_write(header, frame);
    winapi_copy(frame + FRAME_HEADER_BYTES, bytes, size);
    send_bytes(world, frame, FRAME_HEADER_BYTES + size);
}

static struct frame_header take_header(struct input *input) {
    return (struct frame_header){
        .type = take_byte(input) % 16, .flags = take_byte(input), .code = take_byte(input), .stream = take_byte(input) % 16};
}

/* A frame with lengths that fit. */
static void send_good_frame(struct world *world, struct input *input) {
    const uint8_t *bytes;
    struct frame_header header = take_header(input);
    header.head_length = take_byte(input);
    size_t size = take_bytes(input, &bytes, header.head_length + (size_t)take_byte(input));
    header.length = (uint32_t)size;
    header.head_length = header.head_length < size ? header.head_length : (uint32_t)size;
    send_frame(world, &header, bytes, size);
}

uint64_t take_offset(struct world *world, struct input *input) {
    uint32_t number = take_number(input);
    uint64_t response = winapi_response_start(&world->connection->layout);
    return number % 4 == 0 ? UINT64_MAX - number : response + number % (world->connection->layout.response_bytes + 64);
}

/* Descriptors that are mostly inside of the host's region: of a message, or of what it lends. */
static void send_descriptors(struct world *world, struct input *input) {
    uint8_t body[LEND_COUNT_BYTES + 2 * DESCRIPTOR_BYTES];
    struct frame_header header = take_header(input);
    size_t size = 0;
    header.type = header.type % 2 == 0 ? FRAME_MESSAGE : FRAME_TRAILERS;
    if ((header.flags & FLAG_LENDS) != 0) {
        winapi_put32(body, 1);
        size = LEND_COUNT_BYTES;
    }
    for (int i = (header.flags & FLAG_LENDS) != 0 && (header.flags & FLAG_SHARED) != 0 ? 2 : 1; i > 0; i--) {
        struct descriptor descriptor = {take_byte(input), take_offset(world, input), take_byte(input)};
        winapi_descriptor_write(&descriptor, body + size);
        size += DESCRIPTOR_BYTES;
    }
    header.length = (uint32_t)size;
    send_frame(world, &header, body, size);
}

/* The leases of a client begin at a random number: so the host takes them from the client itself. */
static void release_leases(struct world *world, struct input *input) {
    uint8_t entry[RELEASE_ENTRY_BYTES];
    struct frame_header header = {.length = sizeof entry, .type = FRAME_RELEASE, .stream = take_byte(input) % 8};
    winapi_put64(entry, world->channel->last_lease - take_byte(input) % 4);
    winapi_put32(entry + 8, take_byte(input) % 4);
    send_frame(world, &header, entry, sizeof entry);
}

static void write_memory(struct world *world, struct input *input) {
    const uint8_t *bytes;
    uint64_t at = winapi_response_start(&world->connection->layout) + take_byte(input) * 64;
    size_t size = take_bytes(input, &bytes, take_byte(input));
    winapi_copy(world->connection->memory + at, bytes, size);
}

static void write_word(struct world *world, struct input *input) {
    uint8_t *word = world->connection->memory + FIRST_WORD + take_byte(input) % 8 * WORD_STEP;
    winapi_put32(word, take_number(input));
}

static void read_some(struct world *world) {
    uint8_t bytes[4096];
    size_t read;
    (void)recv(world->host, bytes, sizeof bytes, MSG_DONTWAIT);
    if (world->connection->agreed.rings) {
        (void)winapi_ring_read(&world->in, bytes, sizeof bytes, &read);
    }
}

void act_as_host(struct world *world, struct input *input, uint8_t what) {
    const uint8_t *bytes;
    size_t size;
    switch (what) {
        case 0:
            size = take_bytes(input, &bytes, take_byte(input));
            send_bytes(world, bytes, size);
            break;
        case 1:
        case 2:
            send_good_frame(world, input);
            break;
        case 3:
            send_descriptors(world, input);
            break;
        case 4:
            release_leases(world, input);
            break;
        case 5:
            write_memory(world, input);
            break;
        case 6:
            write_word(world, input);
            break;
        default:
            read_some(world);
            break;
    }
}
