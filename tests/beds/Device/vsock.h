/* The vsock device: the packets of the guest's queues, and the streams they belong to. */
#ifndef BEDS_VSOCK_H
#define BEDS_VSOCK_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>

#include "stream.h"
#include "upstream.h"
#include "virtqueue.h"

enum { VSOCK_QUEUES = 3, VSOCK_STREAMS = 256, VSOCK_REFUSALS = 256 };

enum vsock_queue { TO_GUEST, FROM_GUEST, EVENTS };

/* A reset for a packet that belongs to no stream. */
struct refusal {
    uint32_t guest_port;
    uint32_t host_port;
};

struct vsock {
    uint64_t guest_cid;
    const struct upstreams *upstreams;
    struct virtqueue queues[VSOCK_QUEUES];
    struct stream streams[VSOCK_STREAMS];
    struct refusal refusals[VSOCK_REFUSALS];
    size_t refusal_count;
};

/* Works off the packets that the guest has sent. */
void vsock_receive(struct vsock *vsock);

/* Sends the guest what it is owed, as far as it has offered buffers. */
void vsock_send_owed(struct vsock *vsock);

/* What the stream waits for on its socket, for poll; 0: nothing. */
short vsock_awaited(const struct vsock *vsock, const struct stream *stream);

/* Acts on what poll saw on the stream's socket. */
void vsock_on_socket(struct vsock *vsock, struct stream *stream, short events);

#endif
