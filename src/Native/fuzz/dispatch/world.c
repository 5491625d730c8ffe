#define _GNU_SOURCE
#include "world.h"

#include <sys/socket.h>
#include <unistd.h>

enum { MEMORY_BYTES = 64 * 1024 };

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

void open_world(struct world *world, bool shares, bool rings) {
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
    connect_both(world, shares, rings);
}

void close_world(struct world *world) {
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
