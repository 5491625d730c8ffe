/*
 * A vhost-user-vsock device in user space: gives a QEMU guest a virtio-vsock to this machine that needs no kernel
 * module and never touches this machine's own AF_VSOCK.
 *
 *     vsock_device SOCKET GUEST_CID PORT=unix:/path PORT=tcp:LOOPBACK_PORT ...
 *
 * What the guest connects to CID 2 and one of the ports goes on to that Unix socket or loopback TCP port; any other
 * port is refused. Streams only, guest to host only, one guest; ends when QEMU does.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "vhost_user.h"
#include "vsock.h"

enum { WATCH_QEMU, WATCH_QUEUES, WATCH_STREAMS = WATCH_QUEUES + VSOCK_QUEUES, WATCHED = WATCH_STREAMS + VSOCK_STREAMS };

static int listen_for_qemu(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address.sun_path, path);
    int listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listening < 0 || bind(listening, (const struct sockaddr *)&address, sizeof address) != 0 ||
        listen(listening, 1) != 0) {
        return -1;
    }
    return listening;
}

static int accept_qemu(const char *path) {
    int listening = listen_for_qemu(path);
    if (listening < 0) {
        return -1;
    }
    printf("listening on %s\n", path);
    int qemu = accept(listening, NULL, NULL);
    (void)close(listening);
    return qemu;
}

static void watch(struct pollfd *watched, int qemu, const struct vsock *vsock) {
    watched[WATCH_QEMU] = (struct pollfd){.fd = qemu, .events = POLLIN};
    for (size_t i = 0; i < VSOCK_QUEUES; i++) {
        watched[WATCH_QUEUES + i] = (struct pollfd){.fd = vsock->queues[i].kick, .events = POLLIN};
    }
    for (size_t i = 0; i < VSOCK_STREAMS; i++) {
        const struct stream *stream = &vsock->streams[i];
        short awaited = stream->in_use ? vsock_awaited(vsock, stream) : 0;
        watched[WATCH_STREAMS + i] = (struct pollfd){.fd = awaited != 0 ? stream->socket : -1, .events = awaited};
    }
}

static void clear_kicks(const struct pollfd *watched) {
    uint64_t count;
    for (size_t i = WATCH_QUEUES; i < WATCH_STREAMS; i++) {
        if (watched[i].revents & POLLIN) {
            ssize_t ignored = read(watched[i].fd, &count, sizeof count); /* what counts is in the rings */
            (void)ignored;
        }
    }
}

static void serve_streams(struct vsock *vsock, const struct pollfd *watched) {
    for (size_t i = 0; i < VSOCK_STREAMS; i++) {
        struct stream *stream = &vsock->streams[i];
        /* A packet of the guest may have closed it since, and opened another. */
        if (stream->in_use && stream->socket == watched[WATCH_STREAMS + i].fd) {
            vsock_on_socket(vsock, stream, watched[WATCH_STREAMS + i].revents);
        }
    }
}

static void serve(int qemu, struct vsock *vsock) {
    static struct guest_memory memory;
    static struct pollfd watched[WATCHED];
    for (;;) {
        watch(watched, qemu, vsock);
        if (poll(watched, WATCHED, -1) < 0) {
            continue; /* a signal */
        }
        if (watched[WATCH_QEMU].revents != 0 && !vhost_user_serve(qemu, vsock, &memory)) {
            return;
        }
        clear_kicks(watched);
        vsock_receive(vsock);
        serve_streams(vsock, watched);
        vsock_send_owed(vsock);
    }
}

static void initialize(struct vsock *vsock, uint64_t guest_cid, const struct upstreams *upstreams) {
    vsock->guest_cid = guest_cid;
    vsock->upstreams = upstreams;
    for (size_t i = 0; i < VSOCK_QUEUES; i++) {
        vsock->queues[i] = (struct virtqueue){.kick = -1, .call = -1};
    }
}

int main(int count, char **arguments) {
    static struct vsock vsock;
    struct upstreams upstreams = {.count = 0};
    uint64_t guest_cid = count > 2 ? strtoull(arguments[2], NULL, 10) : 0;
    bool understood = guest_cid > 2;
    for (int i = 3; understood && i < count; i++) {
        understood = upstreams_add(&upstreams, arguments[i]);
    }
    if (!understood) {
        fprintf(stderr, "usage: %s SOCKET GUEST_CID PORT=unix:/path|PORT=tcp:PORT ...\n", arguments[0]);
        return 2;
    }
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    int qemu = accept_qemu(arguments[1]);
    if (qemu < 0) {
        fprintf(stderr, "%s: %s\n", arguments[1], strerror(errno));
        return 1;
    }
    initialize(&vsock, guest_cid, &upstreams);
    serve(qemu, &vsock);
    return 0;
}
