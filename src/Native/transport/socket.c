#define _GNU_SOURCE
#include "socket.h"

#include <errno.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "clock.h"

#define LONGEST_VSOCK_CONNECT (3600 * WINAPI_SECOND)

enum { VSOCK_RING_BYTES = 256 * 1024 }; /* the most that Hyper-V allows: RINGBUFFER_HVS_MAX_SIZE of hyperv_transport.c */

static bool wait_for(struct attempt *attempt, short events) {
    struct pollfd polled[2] = {{.fd = attempt->socket, .events = events}, {.fd = attempt->stop, .events = POLLIN}};
    for (;;) {
        int ready = poll(polled, 2, winapi_poll_timeout(attempt->until));
        if (ready < 0 && errno != EINTR) {
            return false;
        }
        if (ready > 0) {
            attempt->stopped = polled[1].revents != 0;
            return !attempt->stopped;
        }
        if (ready == 0 && winapi_now() >= attempt->until) {
            attempt->timed_out = true;
            return false;
        }
    }
}

bool winapi_attempt_is_over(struct attempt *attempt) {
    struct pollfd polled = {.fd = attempt->stop, .events = POLLIN};
    attempt->stopped = poll(&polled, 1, 0) > 0;
    attempt->timed_out = winapi_now() >= attempt->until;
    return attempt->stopped || attempt->timed_out;
}

static bool finish_connect(struct attempt *attempt) {
    int failure = 0;
    socklen_t size = sizeof failure;
    if (!wait_for(attempt, POLLOUT) || getsockopt(attempt->socket, SOL_SOCKET, SO_ERROR, &failure, &size) != 0) {
        return false;
    }
    errno = failure;
    return failure == 0;
}

/* A Unix socket whose host is busy answers EAGAIN at once: try again shortly. */
static bool pause_shortly(struct attempt *attempt) {
    struct pollfd polled = {.fd = attempt->stop, .events = POLLIN};
    (void)poll(&polled, 1, 10);
    return !winapi_attempt_is_over(attempt);
}

/* The kernel itself gives a connect over vsock up after two seconds. */
static bool set_vsock_timeout(const struct attempt *attempt) {
    int64_t left = attempt->until == WINAPI_FOREVER ? LONGEST_VSOCK_CONNECT : attempt->until - winapi_now();
    left = left < WINAPI_SECOND / 1000 ? WINAPI_SECOND / 1000 : left;
    left = left > LONGEST_VSOCK_CONNECT ? LONGEST_VSOCK_CONNECT : left;
    struct timeval time = {.tv_sec = left / WINAPI_SECOND, .tv_usec = left % WINAPI_SECOND / 1000};
    return setsockopt(attempt->socket, AF_VSOCK, SO_VM_SOCKETS_CONNECT_TIMEOUT, &time, sizeof time) == 0;
}

/* Before connecting, because a Hyper-V socket makes its rings then; they are small unless they are asked to be larger. */
static bool prepare(const struct attempt *attempt, enum endpoint_kind kind) {
    static const int ring = VSOCK_RING_BYTES, on = 1;
    switch (kind) {
    case ENDPOINT_TCP:
        return setsockopt(attempt->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0;
    case ENDPOINT_VSOCK:
        return setsockopt(attempt->socket, SOL_SOCKET, SO_SNDBUF, &ring, sizeof ring) == 0 &&
               setsockopt(attempt->socket, SOL_SOCKET, SO_RCVBUF, &ring, sizeof ring) == 0 && set_vsock_timeout(attempt);
    default:
        return true;
    }
}

bool winapi_socket_connect(struct attempt *attempt, const struct endpoint *endpoint) {
    attempt->socket = socket(endpoint->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (attempt->socket < 0 || !prepare(attempt, endpoint->kind)) {
        return false;
    }
    for (;;) {
        if (connect(attempt->socket, (const struct sockaddr *)&endpoint->address, endpoint->address_size) == 0) {
            return attempt->connected = true;
        }
        if (errno == EINPROGRESS || errno == EINTR) {
            return attempt->connected = finish_connect(attempt);
        }
        if (errno != EAGAIN || !pause_shortly(attempt)) {
            return false;
        }
    }
}

static ssize_t send_some(int target, const uint8_t *data, size_t size, int descriptor) {
    struct iovec part = {.iov_base = (void *)(uintptr_t)data, .iov_len = size};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = {{0}};
    if (descriptor >= 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof control.bytes;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    }
    return sendmsg(target, &message, MSG_NOSIGNAL);
}

bool winapi_socket_send(struct attempt *attempt, const uint8_t *data, size_t size, int descriptor) {
    while (size > 0) {
        ssize_t sent = send_some(attempt->socket, data, size, descriptor);
        if (sent > 0) {
            descriptor = -1;
            data += sent;
            size -= (size_t)sent;
        } else if (sent < 0 && errno != EINTR && (errno != EAGAIN || !wait_for(attempt, POLLOUT))) {
            return false;
        }
    }
    return true;
}

ssize_t winapi_socket_receive(struct attempt *attempt, uint8_t *target, size_t size) {
    for (;;) {
        ssize_t received = recv(attempt->socket, target, size, 0);
        if (received >= 0) {
            return received;
        }
        if (errno != EINTR && (errno != EAGAIN || !wait_for(attempt, POLLIN))) {
            return -1;
        }
    }
}
