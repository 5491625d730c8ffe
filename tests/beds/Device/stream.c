#include "stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

bool stream_open(struct stream *stream, int socket, const struct virtio_vsock_hdr *request) {
    *stream = (struct stream){
        .in_use = true,
        .socket = socket,
        .guest_port = request->src_port,
        .host_port = request->dst_port,
        .owes_response = true,
        .queue = malloc(STREAM_BUFFER_BYTES),
    };
    stream_note_credit(stream, request);
    if (stream->queue == NULL) {
        stream_close(stream);
        return false;
    }
    return true;
}

void stream_close(struct stream *stream) {
    (void)close(stream->socket);
    free(stream->queue);
    *stream = (struct stream){.socket = -1};
}

void stream_note_credit(struct stream *stream, const struct virtio_vsock_hdr *header) {
    stream->guest_buffer = header->buf_alloc;
    stream->guest_consumed = header->fwd_cnt;
}

uint32_t stream_credit(const struct stream *stream) {
    uint32_t under_way = stream->sent - stream->guest_consumed; /* both counters wrap */
    return under_way < stream->guest_buffer ? stream->guest_buffer - under_way : 0;
}

void stream_accept(struct stream *stream, const struct chain *chain, size_t offset, uint32_t size) {
    if (size > STREAM_BUFFER_BYTES - stream->queue_size) {
        stream->owes_reset = true; /* more than its credit */
        return;
    }
    if (stream->queue_start + stream->queue_size + size > STREAM_BUFFER_BYTES) {
        memmove(stream->queue, stream->queue + stream->queue_start, stream->queue_size);
        stream->queue_start = 0;
    }
    stream->queue_size += chain_read(chain, offset, stream->queue + stream->queue_start + stream->queue_size, size);
    stream_flush(stream);
}

void stream_accept_shutdown(struct stream *stream, uint32_t flags) {
    stream->guest_ended = stream->guest_ended || (flags & VIRTIO_VSOCK_SHUTDOWN_SEND) != 0;
    stream->guest_closed = stream->guest_closed || (stream->guest_ended && (flags & VIRTIO_VSOCK_SHUTDOWN_RCV) != 0);
    stream_flush(stream);
}

/* What follows once the socket has all that the guest sent. */
static void pass_on_end(struct stream *stream) {
    if (stream->guest_closed) {
        stream->owes_reset = true; /* how vsock confirms a close */
    } else if (stream->guest_ended) {
        (void)shutdown(stream->socket, SHUT_WR);
    }
}

void stream_flush(struct stream *stream) {
    while (stream->queue_size > 0) {
        ssize_t sent = send(stream->socket, stream->queue + stream->queue_start, stream->queue_size, MSG_NOSIGNAL);
        if (sent < 0) {
            stream->owes_reset = stream->owes_reset || (errno != EAGAIN && errno != EINTR);
            break;
        }
        stream->queue_start += (size_t)sent;
        stream->queue_size -= (size_t)sent;
        stream->forwarded += (uint32_t)sent;
    }
    if (stream->queue_size == 0) {
        stream->queue_start = 0;
        pass_on_end(stream);
    }
    if (stream->forwarded - stream->forwarded_told >= STREAM_BUFFER_BYTES / 4) {
        stream->owes_credit = true;
    }
}
