/* One connection of the guest: bytes between its packets and a socket of this machine, under vsock's credit. */
#ifndef BEDS_STREAM_H
#define BEDS_STREAM_H

#include <linux/virtio_vsock.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "virtqueue.h"

/* How many bytes the guest may send before they have gone on to the socket. */
enum { STREAM_BUFFER_BYTES = 256 * 1024 };

struct stream {
    bool in_use;
    int socket;
    uint32_t guest_port;
    uint32_t host_port;

    /* Towards the guest: it has room for guest_buffer bytes, less what it was sent and has not consumed. */
    uint32_t guest_buffer;
    uint32_t guest_consumed;
    uint32_t sent;

    /* Towards the socket: bytes that it would not take yet. */
    uint8_t *queue;
    size_t queue_start;
    size_t queue_size;
    uint32_t forwarded;
    uint32_t forwarded_told;

    /* Packets the guest is yet to be sent: each needs one of its buffers. */
    bool owes_response;
    bool owes_credit;
    bool owes_end;
    bool owes_reset;

    bool socket_ended;
    bool guest_ended;  /* sends no more */
    bool guest_closed; /* neither sends nor receives any more */
};

/* False without memory. The socket is the stream's from now on, even then. */
bool stream_open(struct stream *stream, int socket, const struct virtio_vsock_hdr *request);
void stream_close(struct stream *stream);

/* The guest tells its credit in every packet. */
void stream_note_credit(struct stream *stream, const struct virtio_vsock_hdr *header);
uint32_t stream_credit(const struct stream *stream);

/* Takes what the guest sent, from an offset of a chain on. */
void stream_accept(struct stream *stream, const struct chain *chain, size_t offset, uint32_t size);
void stream_accept_shutdown(struct stream *stream, uint32_t flags);

/* Sends on what is queued, as far as the socket takes it. */
void stream_flush(struct stream *stream);

#endif
