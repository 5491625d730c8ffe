/*
 * libFuzzer: a hostile host after the handshake, and a client with calls of every kind. The input is a list of acts: what the
 * host sends, what it writes into the shared memory and the words of the rings, and what the client does meanwhile. Every
 * callback must run exactly once, whatever happens.
 */
#include "world.h"

enum { NOT_YET = 128 /* after an act from here on the client does not read */ };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void act(struct world *world, struct input *input) {
    uint8_t what = take_byte(input);
    if (what % ALL_ACTS < HOST_ACTS) {
        act_as_host(world, input, what % ALL_ACTS);
    } else {
        act_as_client(world, input);
    }
    if (what < NOT_YET) {
        (void)winapi_channel_process(world->channel);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct input input = {data, size};
    struct world world;
    uint8_t choice = take_byte(&input) % 4;
    open_world(&world, choice > 0, choice > 1);
    while (input.size > 0) {
        act(&world, &input);
    }
    close_world(&world);
    return 0;
}
