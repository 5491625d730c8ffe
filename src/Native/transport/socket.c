#define _GNU_SOURCE
#include "socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"

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
    attempt->stopped = poll(&polled, 1, 10) > 0;
    attempt->timed_out = winapi_now() >= attempt->until;
    return !attempt->stopped && !attempt->timed_out;
}

bool winapi_socket_connect(struct attempt *attempt, const struct endpoint *endpoint) {
    int on = 1;
    attempt->socket = socket(endpoint->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (attempt->socket < 0) {
        return false;
    }
    if (endpoint->kind == ENDPOINT_TCP &&
        setsockopt(attempt->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) {
        return false;
    }
    for (;;) {
        if (connect(attempt->socket, (const struct sockaddr *)&endpoint->address, endpoint->address_size) == 0) {
            return true;
        }
        if (errno == EINPROGRESS || errno == EINTR) {
            return finish_connect(attempt);
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
