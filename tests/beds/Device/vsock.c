#include "vsock.h"

#include <errno.h>
#include <linux/vm_sockets.h>
#include <stdio.h>
#include <sys/socket.h>

static struct stream *find(struct vsock *vsock, uint32_t guest_port, uint32_t host_port) {
    for (size_t i = 0; i < VSOCK_STREAMS; i++) {
        struct stream *stream = &vsock->streams[i];
        if (stream->in_use && stream->guest_port == guest_port && stream->host_port == host_port) {
            return stream;
        }
    }
    return NULL;
}

static struct stream *find_free(struct vsock *vsock) {
    for (size_t i = 0; i < VSOCK_STREAMS; i++) {
        if (!vsock->streams[i].in_use) {
            return &vsock->streams[i];
        }
    }
    return NULL;
}

/* A refusal that finds no room is left out: the guest's connect then times out. */
static void refuse(struct vsock *vsock, const struct virtio_vsock_hdr *header) {
    if (header->op != VIRTIO_VSOCK_OP_RST && vsock->refusal_count < VSOCK_REFUSALS) {
        vsock->refusals[vsock->refusal_count++] =
            (struct refusal){.guest_port = header->src_port, .host_port = header->dst_port};
    }
}

static void connect_stream(struct vsock *vsock, const struct virtio_vsock_hdr *header) {
    struct stream *stream = find_free(vsock);
    int socket = stream == NULL ? -1 : upstreams_connect(vsock->upstreams, header->dst_port);
    if (socket < 0 || !stream_open(stream, socket, header)) {
        printf("guest port %u -> host port %u: refused\n", header->src_port, header->dst_port);
        refuse(vsock, header);
        return;
    }
    printf("guest port %u -> host port %u: connected\n", header->src_port, header->dst_port);
}

static void on_stream_packet(struct stream *stream, const struct virtio_vsock_hdr *header, const struct chain *chain) {
    stream_note_credit(stream, header);
    switch (header->op) {
    case VIRTIO_VSOCK_OP_RW:
        stream_accept(stream, chain, sizeof *header, header->len);
        break;
    case VIRTIO_VSOCK_OP_SHUTDOWN:
        stream_accept_shutdown(stream, header->flags);
        break;
    case VIRTIO_VSOCK_OP_CREDIT_REQUEST:
        stream->owes_credit = true;
        break;
    case VIRTIO_VSOCK_OP_CREDIT_UPDATE:
        break;
    case VIRTIO_VSOCK_OP_RST:
        stream_close(stream);
        break;
    default: /* a second request for the same pair of ports, or nonsense */
        stream->owes_reset = true;
        break;
    }
}

static void on_packet(struct vsock *vsock, const struct virtio_vsock_hdr *header, const struct chain *chain) {
    struct stream *stream = find(vsock, header->src_port, header->dst_port);
    if (header->dst_cid != VMADDR_CID_HOST || header->type != VIRTIO_VSOCK_TYPE_STREAM) {
        refuse(vsock, header);
    } else if (stream != NULL) {
        on_stream_packet(stream, header, chain);
    } else if (header->op == VIRTIO_VSOCK_OP_REQUEST) {
        connect_stream(vsock, header);
    } else {
        refuse(vsock, header);
    }
}

void vsock_receive(struct vsock *vsock) {
    struct virtqueue *queue = &vsock->queues[FROM_GUEST];
    struct chain chain;
    while (virtqueue_take(queue, &chain)) {
        struct virtio_vsock_hdr header;
        if (chain_read(&chain, 0, &header, sizeof header) == sizeof header) {
            on_packet(vsock, &header, &chain);
        }
        virtqueue_give(queue, &chain, 0);
    }
}

static struct virtio_vsock_hdr packet(const struct vsock *vsock, uint32_t guest_port, uint32_t host_port, uint16_t op) {
    return (struct virtio_vsock_hdr){
        .src_cid = VMADDR_CID_HOST,
        .dst_cid = vsock->guest_cid,
        .src_port = host_port,
        .dst_port = guest_port,
        .type = VIRTIO_VSOCK_TYPE_STREAM,
        .op = op,
    };
}

/* A packet of a stream carries this side's credit, too. */
static struct virtio_vsock_hdr stream_packet(const struct vsock *vsock, struct stream *stream, uint16_t op) {
    struct virtio_vsock_hdr header = packet(vsock, stream->guest_port, stream->host_port, op);
    header.buf_alloc = STREAM_BUFFER_BYTES;
    header.fwd_cnt = stream->forwarded;
    stream->forwarded_told = stream->forwarded;
    return header;
}

static bool send_packet(struct vsock *vsock, const struct virtio_vsock_hdr *header) {
    struct virtqueue *queue = &vsock->queues[TO_GUEST];
    struct chain chain;
    if (!virtqueue_take(queue, &chain)) {
        return false;
    }
    virtqueue_give(queue, &chain, (uint32_t)chain_write(&chain, 0, header, sizeof *header));
    return true;
}

/* Sends one packet if it is owed; true where nothing is owed any more. */
static bool settle(struct vsock *vsock, struct stream *stream, bool *owed, uint16_t op, uint32_t flags) {
    if (*owed && virtqueue_has_chain(&vsock->queues[TO_GUEST])) {
        struct virtio_vsock_hdr header = stream_packet(vsock, stream, op);
        header.flags = flags;
        *owed = !send_packet(vsock, &header);
    }
    return !*owed;
}

static void settle_stream(struct vsock *vsock, struct stream *stream) {
    bool reset_was_owed = stream->owes_reset;
    if (settle(vsock, stream, &stream->owes_response, VIRTIO_VSOCK_OP_RESPONSE, 0) &&
        settle(vsock, stream, &stream->owes_credit, VIRTIO_VSOCK_OP_CREDIT_UPDATE, 0) &&
        settle(vsock, stream, &stream->owes_end, VIRTIO_VSOCK_OP_SHUTDOWN, VIRTIO_VSOCK_SHUTDOWN_SEND) &&
        settle(vsock, stream, &stream->owes_reset, VIRTIO_VSOCK_OP_RST, 0) && reset_was_owed) {
        stream_close(stream);
    }
}

void vsock_send_owed(struct vsock *vsock) {
    while (vsock->refusal_count > 0) {
        const struct refusal *last = &vsock->refusals[vsock->refusal_count - 1];
        struct virtio_vsock_hdr header = packet(vsock, last->guest_port, last->host_port, VIRTIO_VSOCK_OP_RST);
        if (!send_packet(vsock, &header)) {
            break;
        }
        vsock->refusal_count--;
    }
    for (size_t i = 0; i < VSOCK_STREAMS; i++) {
        if (vsock->streams[i].in_use) {
            settle_stream(vsock, &vsock->streams[i]);
        }
    }
}

short vsock_awaited(const struct vsock *vsock, const struct stream *stream) {
    bool guest_takes = virtqueue_has_chain(&vsock->queues[TO_GUEST]) && stream_credit(stream) > 0;
    bool reads = guest_takes && !stream->owes_response && !stream->owes_reset && !stream->socket_ended;
    bool writes = stream->queue_size > 0 && !stream->owes_reset;
    return (short)((reads ? POLLIN : 0) | (writes ? POLLOUT : 0));
}

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

/* Reads as much as the guest's next buffer and its credit have room for. */
static void forward_to_guest(struct vsock *vsock, struct stream *stream) {
    uint8_t bytes[16 * 1024];
    struct virtqueue *queue = &vsock->queues[TO_GUEST];
    struct virtio_vsock_hdr header;
    struct chain chain;
    if (!virtqueue_take(queue, &chain)) {
        return;
    }
    size_t room = chain_size(&chain) - sizeof header; /* a buffer is about a page */
    ssize_t received = recv(stream->socket, bytes, smaller(smaller(room, stream_credit(stream)), sizeof bytes), 0);
    if (received <= 0) {
        virtqueue_put_back(queue);
        stream->socket_ended = stream->owes_end = received == 0;
        stream->owes_reset = received < 0 && errno != EAGAIN && errno != EINTR;
        return;
    }
    header = stream_packet(vsock, stream, VIRTIO_VSOCK_OP_RW);
    header.len = (uint32_t)received;
    size_t written = chain_write(&chain, 0, &header, sizeof header);
    written += chain_write(&chain, sizeof header, bytes, (size_t)received);
    stream->sent += (uint32_t)received;
    virtqueue_give(queue, &chain, (uint32_t)written);
}

void vsock_on_socket(struct vsock *vsock, struct stream *stream, short events) {
    if (events & POLLOUT) {
        stream_flush(stream);
    }
    if ((events & (POLLIN | POLLHUP | POLLERR)) && (vsock_awaited(vsock, stream) & POLLIN)) {
        forward_to_guest(vsock, stream);
    }
}
