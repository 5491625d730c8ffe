/*
 * One socket after its handshake: frames to and from calls, the heartbeat, the memory both sides share. Everything
 * here is guarded by the channel's gate, but for the frame reader, which belongs to whoever leads.
 */
#ifndef WINAPI_TRANSPORT_CONNECTION_H
#define WINAPI_TRANSPORT_CONNECTION_H

#include "borrow.h"
#include "bytes.h"
#include "frame.h"
#include "idmap.h"
#include "lease.h"
#include "memory/mapping.h"
#include "region.h"
#include "ring.h"
#include "settings.h"

enum disconnect_reason {
    DISCONNECT_LOCAL_SHUTDOWN = 1,
    DISCONNECT_PEER_SHUTDOWN = 2,
    DISCONNECT_PEER_LOST = 3,
    DISCONNECT_SOCKET_ERROR = 4,
    DISCONNECT_PEER_VIOLATION = 5,
    DISCONNECT_HEARTBEAT_TIMEOUT = 6,
    DISCONNECT_PEER_NOT_READING = 7,
    DISCONNECT_INTERNAL_ERROR = 8
};

enum {
    HOLD_MESSAGES_AT = 256 * 1024,    /* a host that does not read may make so much wait before messages are held */
    GIVE_UP_AT = 8 * 1024 * 1024,     /* and so much before even control frames are too many */
    KEEP_BYTES = 128 * 1024,          /* a larger buffer is let go of once it is sent */
    MAX_METHODS = 4096
};

/* What the handshake made; it passes to the connection. */
struct agreement {
    int socket;
    struct frame_reader reader;
    struct limits peer;
    uint32_t version;
    uint8_t session[SESSION_BYTES];
    char peer_agent[128];
    struct mapping mapping; /* shared memory, or NO_MAPPING */
    bool rings;             /* frames travel in the mapping */
    uint32_t memory_turns;
    char memory[16];
    char memory_reason[512];
    char authentication[256];
};

struct method_number {
    struct idmap_node node; /* its id is a hash of the path; first, so that a node is one */
    struct method_number *same_hash;
    uint16_t number;
    bool defined;
    char path[];
};

struct connection {
    struct winapi_channel *channel;
    struct connection *next;
    int references;
    struct agreement agreed;
    struct layout layout;
    uint8_t *memory; /* the mapping, shared or private */
    bool shared;
    uint32_t piece_bytes;
    struct ring_producer out; /* where rings were agreed; but for its sleep, which is as in */
    struct ring_consumer in;  /* belongs to whoever leads, as the frame reader */

    bool ended;
    bool refuses;  /* no new calls */
    bool goodbye;  /* the host has said so */
    char reason[256]; /* of goodbye or the end */

    struct bytes pending;
    struct bytes sending;
    size_t sent;
    bool is_sending;
    bool wants_write; /* the socket or the ring was full */
    bool write_failed;

    struct idmap streams; /* of struct winapi_call */
    uint32_t last_stream;
    uint32_t open_calls;
    struct idmap methods;
    uint16_t method_count;
    struct method_number *last_method; /* that was called: mostly the next one too */

    struct region region;
    struct idmap leases;
    struct idmap borrows;

    int64_t received_at;
    int64_t looked_at; /* when nobody was reading and a call wanted to know */
    int64_t ping_at; /* 0: none is under way */
};

/* Takes over what was agreed; NULL when out of memory, and then it is freed. One reference is the caller's. */
struct connection *winapi_connection_new(struct winapi_channel *channel, struct agreement *agreed);

void winapi_connection_hold(struct connection *connection);
void winapi_connection_drop(struct connection *connection);

/* Appends a frame without sending it. After the end it does nothing; out of memory ends the connection. */
void winapi_connection_append(struct connection *connection, const struct frame_header *header, const void *head,
                              const void *body_start, size_t body_start_size, const void *body, size_t body_size);

/* A frame about the connection or a stream without head or with a small body. */
void winapi_connection_append_small(struct connection *connection, uint8_t type, uint8_t flags, uint32_t stream,
                                    const void *body, size_t body_size);

/* Gives a lease of the host's back. */
void winapi_connection_release(struct connection *connection, uint32_t stream, uint64_t lease, uint64_t count);

/* Sends what was appended, without waiting; may let go of the gate meanwhile. */
void winapi_connection_flush(struct connection *connection);

/* Whether what waits to be sent has to wait on. */
bool winapi_connection_is_stuck(const struct connection *connection);

/* Whether so much waits to be sent that the next flush gives the host up. */
bool winapi_connection_is_flooded(const struct connection *connection);

/* How many bytes wait to be sent. */
size_t winapi_connection_queued(const struct connection *connection);

/* Ends it at once: every call is told. Only the first time counts. */
void winapi_connection_end(struct connection *connection, enum disconnect_reason reason, const char *message);

/* Says goodbye first. */
void winapi_connection_violated(struct connection *connection, const char *violation);

/* What came: how many bytes, or 0 at the end of the socket, -1 where it fails with errno or has nothing (EAGAIN). */
enum { RECEIVED_NONSENSE = -2 /* the host's words about its ring cannot be */ };

struct received {
    long bytes;
    int failure; /* errno */
};

/* Reads what the socket or the ring has into the reader; not under the gate. socket_is_ready: a poll has said so. */
struct received winapi_connection_receive(struct connection *connection, bool socket_is_ready);

/* Hands whole frames to their calls. */
void winapi_connection_dispatch(struct connection *connection, const struct received *received, int64_t now);

/* A doorbell: the host sleeps, and something is in a ring for it. Not under the gate. */
void winapi_connection_ring(const struct connection *connection);

/* Pings a silent host, gives up a dead one. */
void winapi_connection_beat(struct connection *connection, int64_t now);

/* When there is something to beat next. */
int64_t winapi_connection_next_beat(const struct connection *connection);

/* The number that stands for a method on this connection; defined tells whether the host knows it. */
struct method_number *winapi_connection_method(struct connection *connection, const char *path);

/* A stream is over on both sides. */
void winapi_connection_close_stream(struct connection *connection, struct idmap_node *stream);

/* A call gives its slot back. */
void winapi_connection_leave_call(struct connection *connection);

/* Whether it takes no new calls and has none: it can be closed. */
bool winapi_connection_is_left(const struct connection *connection);

/* Tells the host and ends it. */
void winapi_connection_say_goodbye(struct connection *connection, const char *message);

#endif
