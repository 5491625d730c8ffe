/* What the acts of an input happen to: a client's channel with one connection, and the host's end of it. */
#ifndef FUZZ_DISPATCH_WORLD_H
#define FUZZ_DISPATCH_WORLD_H

#include <stdlib.h>

#include "call_state.h"
#include "channel_state.h"
#include "input.h"
#include "winapi.h"

enum { MOST_CALLS = 8, MOST_BUFFERS = 4 };

static inline void require(bool holds) {
    if (!holds) {
        abort();
    }
}

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

/* What is not shared is the client's alone. */
void open_world(struct world *world, bool shares, bool rings);

/* Every callback has run once, or it aborts. */
void close_world(struct world *world);

/* One act, what of ten kinds; the input says the rest. */
enum { HOST_ACTS = 8, ALL_ACTS = 10 };
void act_as_host(struct world *world, struct input *input, uint8_t what);
void act_as_client(struct world *world, struct input *input);

/* Mostly inside of the host's region. */
uint64_t take_offset(struct world *world, struct input *input);

/* The end of every stream is asked for. */
void finish_streams(struct world *world);

#endif
