#define _GNU_SOURCE
#include "host.h"

#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bytes.h"
#include "winapi/arena.h"

enum { MOST_FRAME = 256 * 1024, LOOKS = 1000 /* at the ring, between two looks at the socket */ };

bool host_open(struct host *host, const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    *host = (struct host){.socket = -1, .memory = -1, .mapping = NO_MAPPING, .stops_after = HOST_NEVER_STOPS};
    host->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    host->arena = winapi_arena_new();
    if (host->listener < 0 || host->arena == NULL || strlen(path) >= sizeof address.sun_path) {
        return false;
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    return bind(host->listener, (const struct sockaddr *)&address, sizeof address) == 0 && listen(host->listener, 16) == 0;
}

void host_close(struct host *host) {
    host_hang_up(host);
    for (int i = 0; i < host->kept_count; i++) {
        (void)close(host->kept[i]);
    }
    winapi_arena_free(host->arena);
    (void)close(host->listener);
}

bool host_accept(struct host *host, enum host_memory shares) {
    host->shares = shares;
    host->socket = accept4(host->listener, NULL, NULL, SOCK_CLOEXEC);
    return host->socket >= 0 && winapi_frame_reader_init(&host->reader, MOST_FRAME);
}

void host_hang_up(struct host *host) {
    winapi_frame_reader_free(&host->reader);
    winapi_mapping_free(&host->mapping);
    if (host->memory >= 0) {
        (void)close(host->memory);
    }
    if (host->socket >= 0) {
        (void)close(host->socket);
    }
    host->memory = host->socket = -1;
    host->out = (struct ring_producer){0};
}

void host_keep_open(struct host *host) {
    int copy = host->kept_count < HOST_KEEPS_MOST ? dup(host->socket) : -1;
    if (copy >= 0) {
        host->kept[host->kept_count++] = copy;
    }
}

int host_count_kept(const struct host *host) {
    int count = 0;
    for (int i = 0; i < host->kept_count; i++) {
        struct pollfd polled = {.fd = host->kept[i], .events = 0};
        count += poll(&polled, 1, 0) == 0; /* no POLLHUP */
    }
    return count;
}

static bool has_rings(const struct host *host) {
    return host->out.bytes != NULL;
}

void host_ring(struct host *host) {
    (void)send(host->socket, "", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static bool socket_lives(struct host *host) {
    char doorbells[16];
    return recv(host->socket, doorbells, sizeof doorbells, MSG_DONTWAIT) != 0;
}

static bool write_ring(struct host *host, const uint8_t *bytes, size_t size) {
    size_t written = 0;
    for (unsigned looks = 1; size > 0; looks++) {
        if (!winapi_ring_write(&host->out, bytes, size, &written) || (looks % LOOKS == 0 && !socket_lives(host))) {
            return false;
        }
        bytes += written;
        size -= written;
        if (winapi_ring_bell_due(&host->out.bell)) {
            host_ring(host);
        }
        if (written == 0) {
            (void)sched_yield();
        }
    }
    return true;
}

bool host_send_bytes(struct host *host, const void *bytes, size_t size) {
    const uint8_t *data = bytes;
    if (has_rings(host)) {
        return write_ring(host, data, size);
    }
    while (size > 0) {
        ssize_t sent = send(host->socket, data, size, MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        data += sent;
        size -= (size_t)sent;
    }
    return true;
}

bool host_send_frame(struct host *host, struct frame_header header, const void *head, const void *body, size_t body_size) {
    struct bytes frame = {0};
    header.length = header.head_length + (uint32_t)body_size;
    uint8_t *room = winapi_bytes_append(&frame, FRAME_HEADER_BYTES + (size_t)header.length);
    if (room == NULL) {
        return false;
    }
    winapi_frame_header_write(&header, room);
    winapi_copy(room + FRAME_HEADER_BYTES, head, header.head_length);
    winapi_copy(room + FRAME_HEADER_BYTES + header.head_length, body, body_size);
    bool sent = host_send_bytes(host, frame.data, frame.size);
    winapi_bytes_free(&frame);
    return sent;
}

/* With the descriptor that may ride with the bytes. */
static ssize_t receive_socket(struct host *host, uint8_t *target, size_t size) {
    struct iovec part = {.iov_base = target, .iov_len = size};
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control;
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    ssize_t received = recvmsg(host->socket, &message, MSG_CMSG_CLOEXEC);
    struct cmsghdr *header = received > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    if (header != NULL && header->cmsg_type == SCM_RIGHTS) {
        memcpy(&host->memory, CMSG_DATA(header), sizeof host->memory);
    }
    return received;
}

static ssize_t receive_ring(struct host *host, uint8_t *target, size_t size) {
    size_t read = 0;
    for (unsigned looks = 1; read == 0; looks++) {
        if (!winapi_ring_read(&host->in, target, size, &read) || (looks % LOOKS == 0 && !socket_lives(host))) {
            return 0;
        }
        if (read == 0) {
            (void)sched_yield();
        }
    }
    if (winapi_ring_bell_due(&host->in.bell)) {
        host_ring(host);
    }
    return (ssize_t)read;
}

bool host_receive(struct host *host, struct frame *frame) {
    char violation[160];
    enum frame_taken taken;
    while ((taken = winapi_frame_reader_take(&host->reader, frame, violation)) == FRAME_INCOMPLETE) {
        size_t size;
        uint8_t *room = winapi_frame_reader_room(&host->reader, &size);
        ssize_t received = has_rings(host) ? receive_ring(host, room, size) : receive_socket(host, room, size);
        if (received <= 0) {
            return false;
        }
        winapi_frame_reader_filled(&host->reader, (size_t)received);
    }
    return taken == FRAME_TAKEN;
}

bool host_receive_type(struct host *host, enum frame_type type, struct frame *frame) {
    while (host_receive(host, frame)) {
        if (frame->header.type == type) {
            return true;
        }
    }
    return false;
}

void host_wait_for_end(struct host *host) {
    uint8_t bytes[4096];
    while (recv(host->socket, bytes, sizeof bytes, 0) > 0) {
    }
}

void host_wait_for_goodbye(struct host *host) {
    struct frame frame;
    if (host_receive_type(host, FRAME_GOODBYE, &frame)) {
        (void)snprintf(host->told, sizeof host->told, "%u %.*s", (unsigned)frame.header.code, (int)frame.body_length,
                       (const char *)frame.body);
    }
    host_wait_for_end(host);
}

static bool answer(struct host *host, const struct frame *frame) {
    struct frame_header header = {.type = FRAME_TRAILERS, .flags = FLAG_MESSAGE, .stream = frame->header.stream};
    if (frame->header.type == FRAME_PING) {
        header = (struct frame_header){.type = FRAME_PONG};
        return host_send_frame(host, header, NULL, NULL, 0);
    }
    return frame->header.type != FRAME_CALL || host_send_frame(host, header, NULL, frame->body, frame->body_length);
}

void host_serve_well(struct host *host) {
    struct frame frame;
    while (host_receive(host, &frame) && answer(host, &frame)) {
    }
}
