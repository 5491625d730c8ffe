/*
 * A host in C as small as one can be: one client, no token, a memfd with rings or nothing. It answers every unary call with
 * the bytes of its request, which is what Echo.UnaryEcho does. It never sleeps. What a round trip costs with it is the
 * client's share of one, and the rings'.
 */
#ifndef BENCHMARKS_SMALL_HOST_H
#define BENCHMARKS_SMALL_HOST_H

#include <stdbool.h>

#include "frame.h"
#include "memory/mapping.h"
#include "ring.h"

struct small_host {
    int socket;
    int memory; /* the descriptor of the memfd, once it came */
    struct frame_reader reader;
    struct layout layout;
    uint8_t session[SESSION_BYTES];
    struct mapping mapping;
    struct ring_producer out;
    struct ring_consumer in;
    unsigned looks;
};

/* A listener on a Unix socket at the path; -1 on failure. */
int small_host_listen(const char *path);

/* Takes a client and shakes hands; false where that fails. To be closed either way. */
bool small_host_meet(struct small_host *host, int listener);

/* One look at the ring; answered counts on. False where the client is gone, which not every look notices, or talks nonsense. */
bool small_host_answer_some(struct small_host *host, int *answered);

/* Answers until the client is gone. */
void small_host_answer(struct small_host *host);

void small_host_close(struct small_host *host);

#endif
