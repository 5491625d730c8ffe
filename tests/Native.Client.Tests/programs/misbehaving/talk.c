/* Hosts that misbehave with more than a frame or two, or by what they leave out. */
#define _GNU_SOURCE
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "bytes.h"
#include "scenario.h"

enum { PIECE = 60 * 1024, MANY = 1024, DRIP_MS = 10 };

static bool take_call(struct host *host) {
    struct frame call;
    return host_receive_type(host, FRAME_CALL, &call);
}

/* --- what has no end, or the wrong one */

static void announce_too_much(struct host *host, int variant) {
    static const uint8_t length[FRAME_HEADER_BYTES] = {0xFF, 0xFF, 0xFF, 0xFF, FRAME_TRAILERS, 0, 0, 0, 1};
    static const uint8_t head[FRAME_HEADER_BYTES] = {8, 0, 0, 0, FRAME_TRAILERS, 0, 0, 0, 1, 0, 0, 0, 9};
    (void)(take_call(host) && host_send_bytes(host, variant == 0 ? length : head, FRAME_HEADER_BYTES));
    host_wait_for_goodbye(host);
}

static void cut_frame(struct host *host, int variant) {
    static const uint8_t frame[FRAME_HEADER_BYTES + 8] = {8, 0, 0, 0, FRAME_TRAILERS, FLAG_MESSAGE, 0, 0, 1};
    (void)(take_call(host) && host_send_bytes(host, frame, variant > 0 && variant < (int)sizeof frame ? (size_t)variant : 7));
}

static void close_without_goodbye(struct host *host, int variant) {
    (void)variant;
    (void)take_call(host);
}

/* Until the client hangs up or gives the call up. */
static void drip(struct host *host, int variant) {
    static const struct frame_header header = {.length = 60000, .type = FRAME_TRAILERS, .flags = FLAG_MESSAGE, .stream = 1};
    uint8_t bytes[FRAME_HEADER_BYTES];
    struct pollfd polled = {.fd = host->socket, .events = POLLIN};
    (void)variant;
    winapi_frame_header_write(&header, bytes);
    bool lives = take_call(host) && host_send_bytes(host, bytes, sizeof bytes);
    while (lives && poll(&polled, 1, DRIP_MS) == 0) {
        lives = host_send_bytes(host, "", 1);
    }
}

/* --- what says nothing, or does not listen */

static void say_nothing(struct host *host, int variant) {
    struct frame cancel;
    (void)variant;
    (void)host_receive_type(host, FRAME_CANCEL, &cancel);
}

/* With heartbeats the client gives it up. */
static void play_dead(struct host *host, int variant) {
    (void)variant;
    host_wait_for_goodbye(host);
}

static void never_read(struct host *host, int variant) {
    (void)host;
    (void)variant;
    (void)scenario_wait_for_client();
}

/* Doorbells, and nothing in the ring. */
static void ring_for_nothing(struct host *host, int variant) {
    static const uint8_t doorbells[4096];
    (void)variant;
    bool lives = take_call(host);
    while (lives) {
        lives = send(host->socket, doorbells, sizeof doorbells, MSG_NOSIGNAL) > 0;
    }
}

static void ping_without_reading(struct host *host, int variant) {
    static uint8_t pings[PIECE / FRAME_HEADER_BYTES * FRAME_HEADER_BYTES];
    static const struct frame_header ping = {.type = FRAME_PING};
    (void)variant;
    for (size_t i = 0; i < sizeof pings; i += FRAME_HEADER_BYTES) {
        winapi_frame_header_write(&ping, pings + i);
    }
    while (host_send_bytes(host, pings, sizeof pings)) {
    }
}

/* --- credit */

static bool send_message(struct host *host, uint8_t flags, size_t size) {
    static const uint8_t bytes[PIECE];
    struct frame_header header = {.type = FRAME_MESSAGE, .flags = (uint8_t)(FLAG_MESSAGE | flags), .stream = 1};
    return host_send_frame(host, header, NULL, bytes, size);
}

/* Message after message that nobody has read. */
static void overrun_window(struct host *host, int variant) {
    (void)variant;
    bool sent = take_call(host);
    for (int i = 0; i < 2 * HOST_WINDOW_BYTES / PIECE && sent; i++) {
        sent = send_message(host, 0, PIECE);
    }
    host_wait_for_goodbye(host);
}

/* Empty ones take credit, too. */
static void overrun_window_with_nothing(struct host *host, int variant) {
    (void)variant;
    bool sent = take_call(host);
    for (int i = 0; i < 2 * HOST_WINDOW_BYTES / MESSAGE_COST && sent; i++) {
        sent = send_message(host, 0, 0);
    }
    host_wait_for_goodbye(host);
}

/* One message that goes on and on. */
static void never_end_message(struct host *host, int variant) {
    (void)variant;
    bool sent = take_call(host);
    while (sent) {
        sent = send_message(host, FLAG_MORE, PIECE);
    }
}

/* --- leases */

static void lend_without_end(struct host *host, int variant) {
    uint8_t body[LEND_COUNT_BYTES + MANY * DESCRIPTOR_BYTES];
    struct frame_header header = {.type = FRAME_MESSAGE, .flags = FLAG_LENDS, .stream = 1};
    uint64_t lease = 0;
    (void)variant;
    bool sent = take_call(host);
    while (sent) {
        winapi_put32(body, MANY);
        for (size_t i = 0; i < MANY; i++) {
            struct descriptor lent = {++lease, winapi_response_start(&host->layout), PAGE_BYTES};
            winapi_descriptor_write(&lent, body + LEND_COUNT_BYTES + i * DESCRIPTOR_BYTES);
        }
        sent = host_send_frame(host, header, NULL, body, sizeof body);
    }
}

/* The lease of the first buffer that a call lends. */
static uint64_t lease_of(const struct frame *frame) {
    return frame->body_length < LEND_COUNT_BYTES + DESCRIPTOR_BYTES ? 0 : winapi_get64(frame->body + LEND_COUNT_BYTES);
}

static void release_too_often(struct host *host, int variant) {
    struct frame call;
    uint8_t entry[RELEASE_ENTRY_BYTES];
    if (host_receive_type(host, FRAME_CALL, &call)) {
        winapi_put64(entry, lease_of(&call));
        winapi_put32(entry + 8, variant == 0 ? 2 : UINT32_MAX);
        (void)host_send_frame(host, (struct frame_header){.type = FRAME_RELEASE, .stream = variant == 0 ? 1 : 0}, NULL, entry,
                              sizeof entry);
    }
    host_wait_for_goodbye(host);
}

static void write_past_buffer(struct host *host, int variant) {
    struct frame call;
    uint8_t head[BUFFER_HEAD_BYTES];
    struct frame_header header = {.type = FRAME_BUFFER, .stream = 1, .head_length = sizeof head};
    if (host_receive_type(host, FRAME_CALL, &call)) {
        winapi_put64(head, lease_of(&call));
        winapi_put64(head + 8, variant == 0 ? 64 * 1024 - 3 : UINT64_MAX - 2);
        (void)host_send_frame(host, header, head, "too far", 7);
    }
    host_wait_for_goodbye(host);
}

/* --- metadata */

static void send_much_metadata(struct host *host, int variant) {
    uint8_t head[4 + 6 + 3 + 20000] = {0};
    size_t skipped = variant == 0 ? 4 : 0;
    winapi_put16(head + 4, 3);
    winapi_put32(head + 6, 20000);
    memcpy(head + 10, "key", 3);
    struct frame_header header = {.type = variant == 0 ? FRAME_HEADERS : FRAME_TRAILERS, .stream = 1,
                                  .head_length = (uint32_t)(sizeof head - skipped)};
    (void)(take_call(host) && host_send_frame(host, header, head + skipped, NULL, 0));
    host_wait_for_goodbye(host);
}

/* --- goodbye */

static bool say_goodbye(struct host *host, uint32_t last_stream) {
    struct frame_header header = {.type = FRAME_GOODBYE, .code = 2, .stream = last_stream};
    return host_send_frame(host, header, NULL, "not now", 7);
}

/* It has looked at no call, again and again. */
static void refuse_every_call(struct host *host, int variant) {
    (void)variant;
    (void)(take_call(host) && say_goodbye(host, 0));
    host_wait_for_goodbye(host);
}

/* It has sent a reply to the call that it says it never looked at. */
static void deny_after_reply(struct host *host, int variant) {
    (void)variant;
    (void)(take_call(host) && send_message(host, 0, 0) && say_goodbye(host, 0)); /* an empty message can be read */
    host_wait_for_goodbye(host);
}

/* It stays, with a call that it never ends, and takes no other. */
static void leave_call_open(struct host *host, int variant) {
    (void)variant;
    (void)(take_call(host) && say_goodbye(host, 1));
    host_keep_open(host);
}

const struct scenario call_scenarios[] = {
    {.name = "length-of-4-GiB", .misbehave = announce_too_much},
    {.name = "cut-frame", .misbehave = cut_frame},
    {.name = "cut-frame-in-ring", .shares = HOST_HAS_RINGS, .misbehave = cut_frame},
    {.name = "closes", .misbehave = close_without_goodbye},
    {.name = "drips", .misbehave = drip, .timeout_ms = 300},
    {.name = "says-nothing", .misbehave = say_nothing, .timeout_ms = 300},
    {.name = "plays-dead", .misbehave = play_dead, .heartbeat_ms = 100},
    {.name = "plays-dead-with-rings", .shares = HOST_HAS_RINGS, .misbehave = play_dead, .heartbeat_ms = 100},
    {.name = "never-reads", .misbehave = never_read, .client = client_writes_stream, .timeout_ms = 500},
    {.name = "pings-without-reading", .misbehave = ping_without_reading},
    {.name = "pings-without-reading-rings", .shares = HOST_HAS_RINGS, .misbehave = ping_without_reading},
    {.name = "rings-for-nothing", .shares = HOST_HAS_RINGS, .misbehave = ring_for_nothing, .heartbeat_ms = 100},
    {.name = "overruns-window", .misbehave = overrun_window, .client = client_reads_late},
    {.name = "overruns-window-with-nothing", .misbehave = overrun_window_with_nothing, .client = client_reads_late},
    {.name = "message-without-end", .misbehave = never_end_message, .again = AT_ONCE},
    {.name = "lends-without-end", .misbehave = lend_without_end},
    {.name = "releases-too-often", .misbehave = release_too_often, .client = client_lends},
    {.name = "writes-past-buffer", .misbehave = write_past_buffer, .client = client_lends},
    {.name = "much-metadata", .misbehave = send_much_metadata},
    {.name = "refuses-every-call", .misbehave = refuse_every_call, .connections = 6},
    {.name = "denies-after-reply", .misbehave = deny_after_reply, .client = client_reads_stream},
    {.name = "leaves-calls-open", .misbehave = leave_call_open, .client = client_gives_up_often, .connections = 25,
     .timeout_ms = 100},
    {0},
};
