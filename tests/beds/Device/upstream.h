/* Where a port of the host leads to on this machine. */
#ifndef BEDS_UPSTREAM_H
#define BEDS_UPSTREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum { UPSTREAMS = 16 };

struct upstream {
    uint32_t port;
    const char *text;
    struct sockaddr_storage address;
    socklen_t address_size;
};

struct upstreams {
    struct upstream entries[UPSTREAMS];
    size_t count;
};

/* Adds PORT=unix:/path or PORT=tcp:LOOPBACK_PORT. False where it is neither. The text is kept, not copied. */
bool upstreams_add(struct upstreams *upstreams, const char *text);

/* A connected socket that does not block, or -1: nothing leads there, or nobody listens there. */
int upstreams_connect(const struct upstreams *upstreams, uint32_t port);

#endif
