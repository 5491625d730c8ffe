/*
 * libFuzzer: a hostile host after the handshake, and a client with calls of every kind. The input is a list of acts: what the
 * host sends, what it writes into the shared memory and the words of the rings, and what the client does meanwhile. Every
 * callback must run exactly once, whatever happens.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "call_state.h"
#include "channel_state.h"
#include "winapi.h"
#include "winapi/v1/buffer_test.winapi.h"
#include "winapi/v1/echo.winapi.h"

enum {
    MEMORY_BYTES = 64 * 1024,
    MOST_CALLS = 8,
    MOST_BUFFERS = 4,
    MOST_BODY = 255,
    FIRST_WORD = 1024,
    WORD_STEP = 128,
    NOT_YET = 128 /* after an act from here on the client does not read */
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
    if (!holds) {
        abort();
    }
}

/* --- the input */

struct input {
    const uint8_t *data;
    size_t size;
};

static uint8_t take_byte(struct input *input) {
    if (input->size == 0) {
        return 0;
    }
    input->size--;
    return *input->data++;
}

static uint32_t take_number(struct input *input) {
    uint32_t number = 0;
    for (int i = 0; i < 4; i++) {
        number = number << 8 | take_byte(input);
    }
    return number;
}

static size_t take_bytes(struct input *input, const uint8_t **bytes, size_t most) {
    size_t size = most < input->size ? most : input->size;
    *bytes = input->data;
    input->data += size;
    input->size -= size;
    return size;
}

/* --- client and host */

struct call {
    winapi_call *call;
    bool is_unary;
    int started; /* verbs with a callback */
    int ended;
};

struct world {
    winapi_channel *channel;
    struct connection *connection; /* kept, so that its memory stays */
    int host;
    struct ring_producer out; /* the host's */
    struct ring_consumer in;
    struct call calls[MOST_CALLS];
    size_t call_count;
    winapi_shared_buffer *buffers[MOST_BUFFERS];
    size_t buffer_count;
};

static void agree(struct world *world, struct agreement *agreed, bool shares, bool rings) {
    const struct settings *settings = &world->channel->settings;
    int ends[2];
    require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
    world->host = ends[1];
    *agreed = (struct agreement){
        .socket = ends[0], .version = 1, .mapping = NO_MAPPING, .rings = rings,
        .peer = {.max_concurrent_calls = 4, .initial_window_bytes = 256, .max_message_bytes = 1 << 20,
                 .max_metadata_bytes = 1024, .max_frame_bytes = 64 * 1024}};
    require(winapi_frame_reader_init(&agreed->reader, settings->limits.max_frame_bytes));
    require(!shares || winapi_mapping_make_private(&agreed->mapping, &settings->layout));
}

static void connect_both(struct world *world, bool shares, bool rings) {
    struct winapi_channel *channel = world->channel;
    struct agreement agreed;
    agree(world, &agreed, shares, rings);
    world->connection = winapi_connection_new(channel, &agreed);
    require(world->connection != NULL);
    winapi_connection_hold(world->connection);
    channel->connections = channel->current = world->connection;
    if (rings) {
        winapi_ring_producer_init(&world->out, world->connection->memory, RING_HOST);
        winapi_ring_consumer_init(&world->in, world->connection->memory, RING_HOST);
    }
    require(winapi_channel_fd(channel) >= 0);
}

static void open_world(struct world *world, uint8_t choice) {
    winapi_error error;
    winapi_channel_options options = {
        .endpoint = "unix:///nowhere/at/all",
        .shared_memory_bytes = MEMORY_BYTES,
        .inline_threshold = 64,
        .stream_window_bytes = 512,
        .max_receive_message_bytes = 2048,
        .max_metadata_bytes = 128,
        .threading = WINAPI_THREADING_EVENT_LOOP,
        .spin_ns = -1,
    };
    *world = (struct world){.channel = winapi_channel_new(&options, &error)};
    require(world->channel != NULL);
    connect_both(world, choice % 4 != 0, choice % 4 > 1);
}

/* --- what the host does */

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

static uint64_t take_offset(struct world *world, struct input *input) {
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

/* --- what the client does */

static void on_done(winapi_status status, const void *response, const winapi_error *error, void *user) {
    require(status == error->code && (status == WINAPI_OK || response == NULL));
    ((struct call *)user)->ended++;
}

static void on_read(winapi_status status, const void *response, void *user) {
    require(status == WINAPI_OK || response == NULL);
    ((struct call *)user)->ended++;
}

static void on_written(winapi_status status, void *user) {
    (void)status;
    ((struct call *)user)->ended++;
}

static struct call *new_call(struct world *world, bool is_unary) {
    struct call *call = &world->calls[world->call_count++];
    *call = (struct call){.is_unary = is_unary};
    return call;
}

static void start_unary(struct world *world, struct input *input) {
    winapi_v1_EchoRequest request = {.text = winapi_str("hello")};
    const uint8_t *bytes;
    size_t size = take_bytes(input, &bytes, take_byte(input) % 128);
    request.payload = winapi_bytes_of(bytes, size);
    struct call *call = new_call(world, true);
    call->started++;
    call->call = winapi_unary_async(world->channel, &winapi_v1_Echo_UnaryEcho_method, NULL, &request, on_done, call);
    require(call->call != NULL);
}

static const winapi_method *stream_method(uint8_t choice) {
    static const winapi_method *const methods[] = {&winapi_v1_Echo_ServerStreamingEcho_method,
                                                   &winapi_v1_Echo_ClientStreamingEcho_method,
                                                   &winapi_v1_Echo_BidirectionalStreamingEcho_method};
    return methods[choice % 3];
}

static void start_stream(struct world *world, struct input *input) {
    static const winapi_v1_EchoStreamRequest request = {.count = 3};
    const winapi_method *method = stream_method(take_byte(input));
    struct call *call = new_call(world, false);
    call->call = winapi_stream_open_async(world->channel, method, NULL,
                                          method->kind == WINAPI_CALL_SERVER_STREAMING ? &request : NULL);
    require(call->call != NULL);
}

static void use_stream(struct call *call, uint8_t choice) {
    uint8_t payload[200] = {0};
    winapi_v1_EchoRequest request = {.payload = winapi_bytes_of(payload, choice % sizeof payload)};
    winapi_status status = WINAPI_FAILED_PRECONDITION;
    if (call->is_unary) {
        return;
    }
    if (choice % 2 == 0) {
        status = winapi_stream_read_async(call->call, on_read, call);
    } else if (!call->call->sends_first) {
        status = winapi_stream_write_async(call->call, &request, on_written, call);
    }
    call->started += status == WINAPI_OK;
}

static void lend(struct world *world, struct input *input) {
    winapi_buffer_options options = {.timeout_ns = -1};
    winapi_shared_buffer **buffer = &world->buffers[world->buffer_count];
    winapi_BufferRef reference;
    winapi_v1_BufferTestRequest request = {.buffers = {&reference, 1}};
    if (winapi_buffer_rent(world->channel, take_byte(input) * 64, &options, buffer, NULL) != WINAPI_OK) {
        return;
    }
    world->buffer_count++;
    winapi_buffer_ref(*buffer, &reference);
    struct call *call = new_call(world, true);
    call->started++;
    call->call = winapi_unary_async(world->channel, &winapi_v1_BufferTest_Run_method, NULL, &request, on_done, call);
    require(call->call != NULL);
}

/* Reads and writes every byte of what the host lent. */
static void open_lent(struct world *world, struct input *input) {
    winapi_BufferRef reference = {.lease = take_byte(input), .offset = take_offset(world, input), .length = take_byte(input)};
    winapi_shared_buffer *buffer;
    if (winapi_buffer_open(world->channel, &reference, &buffer, NULL) != WINAPI_OK) {
        return;
    }
    uint8_t *bytes = winapi_buffer_data(buffer);
    for (size_t i = 0; i < winapi_buffer_size(buffer); i++) {
        bytes[i]++;
    }
    world->buffers[world->buffer_count++] = buffer;
}

static void begin_something(struct world *world, struct input *input, uint8_t what) {
    bool more_calls = world->call_count < MOST_CALLS, more_buffers = world->buffer_count < MOST_BUFFERS;
    if (what == 0 && more_calls) {
        start_unary(world, input);
    } else if (what == 1 && more_calls) {
        start_stream(world, input);
    } else if (what == 2 && more_calls && more_buffers) {
        lend(world, input);
    } else if (what == 3 && more_buffers) {
        open_lent(world, input);
    }
}

static void act_as_client(struct world *world, struct input *input) {
    uint8_t what = take_byte(input);
    struct call *call = world->call_count == 0 ? NULL : &world->calls[what / 8 % world->call_count];
    if (what % 8 < 4) {
        begin_something(world, input, what % 8);
    } else if (call != NULL && what % 8 < 7) {
        use_stream(call, take_byte(input));
    } else if (call != NULL) {
        winapi_call_cancel(call->call);
    }
}

/* --- */

static void act(struct world *world, struct input *input) {
    const uint8_t *bytes;
    size_t size;
    uint8_t what = take_byte(input);
    switch (what % 10) {
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
        case 7:
            read_some(world);
            break;
        default:
            act_as_client(world, input);
            break;
    }
    if (what < NOT_YET) {
        (void)winapi_channel_process(world->channel);
    }
}

static void finish_streams(struct world *world) {
    for (size_t i = 0; i < world->call_count; i++) {
        struct call *call = &world->calls[i];
        if (!call->is_unary) {
            call->started++;
            require(winapi_stream_finish_async(call->call, on_done, call) == WINAPI_OK);
        }
    }
}

static void close_world(struct world *world) {
    finish_streams(world);
    (void)winapi_channel_process(world->channel);
    (void)close(world->host);
    (void)winapi_channel_process(world->channel);
    winapi_channel_close(world->channel);
    for (size_t i = 0; i < world->call_count; i++) {
        require(world->calls[i].started == world->calls[i].ended);
        if (world->calls[i].is_unary) {
            winapi_call_free(world->calls[i].call);
        }
    }
    for (size_t i = 0; i < world->buffer_count; i++) {
        winapi_buffer_release(world->buffers[i]);
    }
    winapi_connection_drop(world->connection);
    winapi_channel_free(world->channel);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct input input = {data, size};
    struct world world;
    open_world(&world, take_byte(&input));
    while (input.size > 0) {
        act(&world, &input);
    }
    close_world(&world);
    return 0;
}
