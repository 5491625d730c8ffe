#define _GNU_SOURCE
#include "upstream.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

static bool set_unix(struct upstream *upstream, const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (path[0] != '/' || strlen(path) >= sizeof address.sun_path) {
        return false;
    }
    strcpy(address.sun_path, path);
    memcpy(&upstream->address, &address, sizeof address);
    upstream->address_size = sizeof address;
    return true;
}

static bool set_tcp(struct upstream *upstream, const char *text) {
    char *end = NULL;
    unsigned long port = strtoul(text, &end, 10);
    if (end == text || *end != '\0' || port == 0 || port > UINT16_MAX) {
        return false;
    }
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    memcpy(&upstream->address, &address, sizeof address);
    upstream->address_size = sizeof address;
    return true;
}

bool upstreams_add(struct upstreams *upstreams, const char *text) {
    char *end = NULL;
    unsigned long port = strtoul(text, &end, 10);
    if (end == text || *end != '=' || port > UINT32_MAX || upstreams->count == UPSTREAMS) {
        return false;
    }
    const char *target = end + 1;
    struct upstream *upstream = &upstreams->entries[upstreams->count];
    *upstream = (struct upstream){.port = (uint32_t)port, .text = target};
    bool understood = strncmp(target, "unix:", 5) == 0  ? set_unix(upstream, target + 5)
                      : strncmp(target, "tcp:", 4) == 0 ? set_tcp(upstream, target + 4)
                                                        : false;
    upstreams->count += understood ? 1 : 0;
    return understood;
}

static const struct upstream *find(const struct upstreams *upstreams, uint32_t port) {
    for (size_t i = 0; i < upstreams->count; i++) {
        if (upstreams->entries[i].port == port) {
            return &upstreams->entries[i];
        }
    }
    return NULL;
}

int upstreams_connect(const struct upstreams *upstreams, uint32_t port) {
    const struct upstream *upstream = find(upstreams, port);
    if (upstream == NULL) {
        return -1;
    }
    const struct sockaddr *address = (const struct sockaddr *)&upstream->address;
    int connected = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connected < 0) {
        return -1;
    }
    /* May wait, but on this machine nobody is far away. */
    if (connect(connected, address, upstream->address_size) != 0 || fcntl(connected, F_SETFL, O_NONBLOCK) != 0) {
        (void)close(connected);
        return -1;
    }
    int at_once = 1;
    if (address->sa_family == AF_INET) {
        (void)setsockopt(connected, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    }
    return connected;
}
