/* What the client does, with verbs that never wait. */
#include "winapi/v1/buffer_test.winapi.h"
#include "winapi/v1/echo.winapi.h"
#include "world.h"

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

void act_as_client(struct world *world, struct input *input) {
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

void finish_streams(struct world *world) {
    for (size_t i = 0; i < world->call_count; i++) {
        struct call *call = &world->calls[i];
        if (!call->is_unary) {
            call->started++;
            require(winapi_stream_finish_async(call->call, on_done, call) == WINAPI_OK);
        }
    }
}
