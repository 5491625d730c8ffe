/* Hosts that misbehave before the first call. */
#define _GNU_SOURCE
#include <poll.h>
#include <string.h>

#include "scenario.h"

#define SHORTLY_MS 300

enum { DRIP_MS = 20 };

static void stop_at(struct host *host, int step) {
    host->stops_after = step;
    (void)host_meet(host);
}

/* Hangs up after so many steps. */
static void close_at(struct host *host, int variant) {
    stop_at(host, variant);
}

/* Says nothing more after so many steps. */
static void stall_at(struct host *host, int variant) {
    stop_at(host, variant);
    host_wait_for_end(host);
}

/* What is no host of this protocol. */
static void answer_as_stranger(struct host *host, int variant) {
    static const char text[] = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";
    static const uint8_t giant[FRAME_HEADER_BYTES] = {0xFF, 0xFF, 0xFF, 0x7F, FRAME_HANDSHAKE};
    static const uint8_t head[FRAME_HEADER_BYTES] = {1, 0, 0, 0, FRAME_HANDSHAKE, 0, 0, 0, 0, 0, 0, 0, 2};
    static const uint8_t call[FRAME_HEADER_BYTES] = {0, 0, 0, 0, FRAME_TRAILERS, 0, 0, 0, 1};
    static const uint8_t unreadable[FRAME_HEADER_BYTES + 2] = {2, 0, 0, 0, FRAME_HANDSHAKE, [16] = 0x12, 0x7F};
    const void *all[] = {text, giant, head, call, unreadable};
    const size_t sizes[] = {sizeof text - 1, sizeof giant, sizeof head, sizeof call, sizeof unreadable};
    (void)(host_hear_hello(host) && host_send_bytes(host, all[variant % 5], sizes[variant % 5]));
    host_wait_for_end(host);
}

/* A byte of its hello now and then. */
static void drip_hello(struct host *host, int variant) {
    static const uint8_t hello[FRAME_HEADER_BYTES] = {200, 0, 0, 0, FRAME_HANDSHAKE};
    struct pollfd polled = {.fd = host->socket, .events = POLLIN};
    (void)variant;
    bool lives = host_hear_hello(host) && host_send_bytes(host, hello, sizeof hello);
    while (lives && poll(&polled, 1, DRIP_MS) == 0) {
        lives = host_send_bytes(host, "", 1);
    }
}

static void say_wrong_hello(struct host *host, int variant) {
    winapi_transport_PeerLimits small = {.max_concurrent_calls = 1, .initial_window_bytes = 1, .max_message_bytes = 1};
    winapi_transport_PeerLimits large = {.max_concurrent_calls = UINT32_MAX, .initial_window_bytes = UINT32_MAX,
        .max_message_bytes = UINT64_MAX, .max_metadata_bytes = UINT32_MAX, .max_frame_bytes = UINT32_MAX};
    winapi_transport_Refusal refusal = {.status_code = 4711, .message = winapi_str("go away")};
    uint8_t nonce[31] = {0};
    const winapi_transport_HostHello hellos[] = {
        {.version = 0},
        {.version = UINT32_MAX, .limits = &large},
        {.version = 1},
        {.version = 1, .limits = &small},
        {.version = 1, .limits = &large},
        {.version = 1, .limits = &large, .nonce = winapi_bytes_of(nonce, sizeof nonce)},
        {.version = 1, .refusal = &refusal},
    };
    (void)(host_hear_hello(host) && host_say(host, &winapi_transport_HostHello_type, &hellos[variant % 7]));
    host_wait_for_end(host);
}

/* Asks for bytes that are not its own. */
static void challenge_elsewhere(struct host *host, int variant) {
    uint64_t request = winapi_request_start();
    uint64_t many[100] = {0};
    uint64_t end = 0, no_sum = UINT64_MAX - 8;
    if (host_hear_hello(host) && host_say_hello(host) && host_take_memory(host)) {
        end = winapi_layout_total(&host->layout) - 15;
        for (size_t i = 0; i < 100; i++) {
            many[i] = winapi_response_start(&host->layout);
        }
        const winapi_transport_MemoryChallenge challenges[] = {{.offsets = {&request, 1}},
                                                               {.offsets = {&end, 1}},
                                                               {.offsets = {&no_sum, 1}},
                                                               {.offsets = {many, 100}},
                                                               {.offsets = {NULL, 0}}};
        (void)host_say(host, &winapi_transport_MemoryChallenge_type, &challenges[variant % 5]);
    }
    host_wait_for_end(host);
}

/* It sees other bytes than the client's; the call is good all the same, without the memory. */
static void see_other_bytes(struct host *host, int variant) {
    (void)variant;
    host->answers_wrongly = true;
    if (host_meet(host)) {
        host_serve_well(host);
    }
    host->answers_wrongly = false;
}

const struct scenario handshake_scenarios[] = {
    {.name = "closes-in-handshake", .shares = HOST_HAS_RINGS, .in_handshake = true, .misbehave = close_at},
    {.name = "stalls-in-handshake", .shares = HOST_HAS_RINGS, .in_handshake = true, .misbehave = stall_at,
     .connect_ms = SHORTLY_MS},
    {.name = "stalls-past-the-deadline", .shares = HOST_HAS_RINGS, .in_handshake = true, .misbehave = stall_at,
     .timeout_ms = SHORTLY_MS},
    {.name = "stranger", .in_handshake = true, .misbehave = answer_as_stranger},
    {.name = "drips-hello", .in_handshake = true, .misbehave = drip_hello, .connect_ms = SHORTLY_MS},
    {.name = "wrong-hello", .in_handshake = true, .misbehave = say_wrong_hello, .connect_ms = SHORTLY_MS},
    {.name = "challenges-elsewhere", .shares = HOST_SHARES_MEMFD, .in_handshake = true, .misbehave = challenge_elsewhere},
    {.name = "sees-other-bytes", .shares = HOST_SHARES_MEMFD, .in_handshake = true, .misbehave = see_other_bytes,
     .again = ON_SAME_CONNECTION},
    {0},
};
