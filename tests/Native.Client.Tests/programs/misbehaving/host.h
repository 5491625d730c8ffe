/*
 * A host written by hand, of which every step can be left out or done wrong. It has one client at a time, asks for no token,
 * and shares a memfd, with or without rings, or nothing.
 */
#ifndef MISBEHAVING_HOST_H
#define MISBEHAVING_HOST_H

#include <stdbool.h>
#include <stddef.h>

#include "frame.h"
#include "memory/mapping.h"
#include "ring.h"
#include "winapi/message.h"
#include "winapi/transport.winapi.h"

enum host_memory { HOST_SHARES_NOTHING, HOST_SHARES_MEMFD, HOST_HAS_RINGS };

enum { HOST_NEVER_STOPS = -1, HOST_WINDOW_BYTES = 1 << 20, HOST_KEEPS_MOST = 64 };

struct host {
    int listener;
    int socket;
    int memory; /* the descriptor of the memfd, once it came */
    enum host_memory shares;
    int stops_after; /* so many steps of the handshake */
    bool answers_wrongly; /* challenges of memory */
    struct frame_reader reader;
    struct layout layout;
    uint8_t session[SESSION_BYTES];
    struct mapping mapping;
    struct ring_producer out;
    struct ring_consumer in;
    winapi_arena *arena;
    int kept[HOST_KEEPS_MOST]; /* sockets that stay open after it has hung up */
    int kept_count;
    char told[256]; /* what the client said at the end, or what else is to be known */
};

/* Listens on a Unix socket at the path. */
bool host_open(struct host *host, const char *path);
void host_close(struct host *host);

/* Takes the next client; it shares what is said, and goes through the whole handshake unless it is told to stop. */
bool host_accept(struct host *host, enum host_memory shares);
void host_hang_up(struct host *host);

/* The connection outlives the next hang-up. */
void host_keep_open(struct host *host);

/* How many of those the client has not closed. */
int host_count_kept(const struct host *host);

/* The handshake. False where it was told to stop, or the client has hung up. */
bool host_meet(struct host *host);

/* --- its parts */

bool host_hear_hello(struct host *host);
bool host_say_hello(struct host *host);
bool host_take_memory(struct host *host);

/* What the message points to is valid until the next is heard. */
bool host_hear(struct host *host, const winapi_message_type *type, void *message);
bool host_say(struct host *host, const winapi_message_type *type, const void *message);

/* --- after it: by the socket, or the rings where there are some */

bool host_send_bytes(struct host *host, const void *bytes, size_t size);
bool host_send_frame(struct host *host, struct frame_header header, const void *head, const void *body, size_t body_size);

/* The next frame; false where the client has hung up. */
bool host_receive(struct host *host, struct frame *frame);

/* The next frame of this type; others are skipped. */
bool host_receive_type(struct host *host, enum frame_type type, struct frame *frame);

/* Reads whatever comes on the socket until the client hangs up. */
void host_wait_for_end(struct host *host);

/* The same by frames: notes what the client's goodbye says. */
void host_wait_for_goodbye(struct host *host);

/* Sends one doorbell, whether the client sleeps or not. */
void host_ring(struct host *host);

/* Answers unary calls with the bytes of their requests, and pings, until the client hangs up. */
void host_serve_well(struct host *host);

#endif
