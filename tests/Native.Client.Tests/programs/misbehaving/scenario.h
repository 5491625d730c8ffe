/* One way in which a host misbehaves, and what the client does meanwhile. */
#ifndef MISBEHAVING_SCENARIO_H
#define MISBEHAVING_SCENARIO_H

#include "host.h"
#include "winapi.h"

/* What the client does on the channel; its status, and the error says why. */
typedef winapi_status client_does(winapi_channel *channel, int64_t timeout_ns, winapi_error *error);

/* A frame as it is sent; the lengths in its header are filled in. */
struct said {
    struct frame_header header;
    const char *head;
    const char *body;
    size_t body_size;
};

enum { MOST_SAID = 3, BROKEN_STREAMS = 50 };

/* When the client makes its next call. */
enum afterwards {
    ONCE_IT_HUNG_UP,   /* the misbehaving host */
    AT_ONCE,           /* the host hangs up when the client reads on */
    ON_SAME_CONNECTION /* the host is good again */
};

struct scenario {
    const char *name;
    enum host_memory shares;
    bool in_handshake;                                      /* misbehave begins with the client's first byte */
    void (*misbehave)(struct host *host, int variant);      /* NULL: answers the first call with what is said */
    struct said said[MOST_SAID];
    enum afterwards again;
    int connections;       /* how many it misbehaves on; 0 means 1 */
    client_does *client;   /* NULL: one unary call */
    int timeout_ms;        /* of the call; 0: long */
    int connect_ms;        /* 0: long */
    int heartbeat_ms;      /* interval, and the timeout is twice that; 0: long */
};

/* Ends with a scenario without a name. */
extern const struct scenario handshake_scenarios[];
extern const struct scenario frame_scenarios[];
extern const struct scenario call_scenarios[];
extern const struct scenario memory_scenarios[];

client_does client_calls;          /* a unary call */
client_does client_calls_often;    /* until one fails, a few thousand times */
client_does client_reads_stream;   /* a server-streaming call to its end */
client_does client_reads_late;     /* opens one, and reads it only once another call has ended */
client_does client_writes_stream;  /* writes until it cannot */
client_does client_lends;          /* a buffer, with a unary call */
client_does client_gives_up_often; /* calls, each with a short deadline */
client_does client_reads_broken_streams; /* each is good or INTERNAL, and some are either */

/* Until the client has the outcome of its first call; false after half a minute in vain. */
bool scenario_wait_for_client(void);

#endif
