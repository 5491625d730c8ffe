#define _GNU_SOURCE
#include "endpoint.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "failure.h"

#define ACCEPTED \
    "accepted are unix:///path/to.sock, tcp://127.0.0.1:PORT (loopback only) and vsock://CID:PORT"

static winapi_status bad(const char *text, const char *problem, winapi_error *error) {
    return winapi_fail(error, WINAPI_INVALID_ARGUMENT, "bad endpoint '%.120s': %s; " ACCEPTED, text, problem);
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Undoes %XX; false where the path does not fit. */
static bool unescape(const char *source, char *target, size_t capacity) {
    size_t size = 0;
    for (; *source != '\0'; source++) {
        if (size + 1 >= capacity) {
            return false;
        }
        int high = source[0] == '%' ? hex_digit(source[1]) : -1;
        int low = high >= 0 ? hex_digit(source[2]) : -1;
        target[size++] = low >= 0 ? (char)(high * 16 + low) : *source;
        source += low >= 0 ? 2 : 0;
    }
    target[size] = '\0';
    return true;
}

static winapi_status parse_unix(const char *text, struct endpoint *endpoint, winapi_error *error) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strncmp(text, "unix://", 7) != 0) {
        return bad(text, "'unix:' must be followed by '//' and an absolute path", error);
    }
    if (!unescape(text + 7, address.sun_path, sizeof address.sun_path)) {
        return bad(text, "the path of a socket may have 107 bytes", error);
    }
    size_t length = strlen(address.sun_path);
    if (address.sun_path[0] != '/' || address.sun_path[length - 1] == '/') {
        return bad(text, "the path must be absolute and name a file (three slashes: unix:///path/to.sock)", error);
    }
    memcpy(&endpoint->address, &address, sizeof address);
    endpoint->address_size = sizeof address;
    endpoint->kind = ENDPOINT_UNIX;
    return WINAPI_OK;
}

static bool parse_number(const char *text, unsigned long long limit, unsigned long long *number) {
    char *end;
    errno = 0;
    if (*text < '0' || *text > '9') {
        return false;
    }
    *number = strtoull(text, &end, 10);
    return errno == 0 && *number <= limit && (*end == '\0' || strcmp(end, "/") == 0);
}

static bool set_ip4(const char *host, uint16_t port, struct endpoint *endpoint) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1 || ntohl(address.sin_addr.s_addr) >> 24 != 127) {
        return false;
    }
    memcpy(&endpoint->address, &address, sizeof address);
    endpoint->address_size = sizeof address;
    return true;
}

static bool set_ip6(uint16_t port, struct endpoint *endpoint) {
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    memcpy(&endpoint->address, &address, sizeof address);
    endpoint->address_size = sizeof address;
    return true;
}

static winapi_status parse_tcp(const char *text, struct endpoint *endpoint, winapi_error *error) {
    const char *host = text + 6;
    const char *colon = strrchr(text, ':');
    unsigned long long port;
    char name[64];
    if (strncmp(text, "tcp://", 6) != 0 || colon < host || !parse_number(colon + 1, UINT16_MAX, &port) || port == 0 ||
        (size_t)(colon - host) >= sizeof name) {
        return bad(text, "it must be an IP address and a port", error);
    }
    winapi_set_text(name, sizeof name, host, (size_t)(colon - host));
    endpoint->kind = ENDPOINT_TCP;
    bool loopback = strcmp(name, "[::1]") == 0
                        ? set_ip6((uint16_t)port, endpoint)
                        : set_ip4(strcmp(name, "localhost") == 0 ? "127.0.0.1" : name, (uint16_t)port, endpoint);
    return loopback ? WINAPI_OK
                    : bad(text, "it is not a loopback address, and nothing sent over tcp: is encrypted", error);
}

static winapi_status parse_vsock(const char *text, struct endpoint *endpoint, winapi_error *error) {
    struct sockaddr_vm address = {.svm_family = AF_VSOCK};
    const char *colon = strrchr(text, ':');
    unsigned long long cid, port;
    char name[32];
    if (strncmp(text, "vsock://", 8) != 0 || colon < text + 8 || (size_t)(colon - text - 8) >= sizeof name ||
        !parse_number(colon + 1, UINT32_MAX, &port)) {
        return bad(text, "it must be a context id and a port (the Windows host has context id 2)", error);
    }
    winapi_set_text(name, sizeof name, text + 8, (size_t)(colon - text - 8));
    if (strcmp(name, "host") == 0) {
        cid = VMADDR_CID_HOST;
    } else if (!parse_number(name, UINT32_MAX, &cid)) {
        return bad(text, "the context id must be a number or 'host'", error);
    }
    address.svm_cid = (unsigned int)cid;
    address.svm_port = (unsigned int)port;
    memcpy(&endpoint->address, &address, sizeof address);
    endpoint->address_size = sizeof address;
    endpoint->kind = ENDPOINT_VSOCK;
    return WINAPI_OK;
}

winapi_status winapi_endpoint_parse(const char *text, struct endpoint *endpoint, winapi_error *error) {
    memset(endpoint, 0, sizeof *endpoint);
    size_t length = strlen(text);
    if (length == 0) {
        return winapi_fail(error, WINAPI_INVALID_ARGUMENT, "the endpoint is empty; " ACCEPTED);
    }
    if (length >= sizeof endpoint->text) {
        return bad(text, "it is too long", error);
    }
    memcpy(endpoint->text, text, length + 1);
    if (strncmp(text, "unix:", 5) == 0) {
        return parse_unix(text, endpoint, error);
    }
    if (strncmp(text, "tcp:", 4) == 0) {
        return parse_tcp(text, endpoint, error);
    }
    if (strncmp(text, "vsock:", 6) == 0) {
        return parse_vsock(text, endpoint, error);
    }
    return bad(text, "it is not a known kind of endpoint", error);
}

winapi_status winapi_endpoint_default(struct endpoint *endpoint, winapi_error *error) {
    const char *named = getenv("WINAPI_ENDPOINT");
    if (named != NULL && *named != '\0') {
        return winapi_endpoint_parse(named, endpoint, error);
    }
    char text[160];
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    const char *user = getenv("USER");
    int length = runtime != NULL && *runtime != '\0'
                     ? snprintf(text, sizeof text, "unix://%s/winapi/winapi.sock", runtime)
                     : snprintf(text, sizeof text, "unix:///tmp/winapi-%s/winapi.sock",
                                user != NULL && *user != '\0' ? user : "root");
    if (length < 0 || (size_t)length >= sizeof text) {
        return winapi_fail(error, WINAPI_INVALID_ARGUMENT, "XDG_RUNTIME_DIR is too long: name an endpoint in WINAPI_ENDPOINT");
    }
    return winapi_endpoint_parse(text, endpoint, error);
}

static const char *unix_advice(const struct endpoint *endpoint, int failure) {
    struct sockaddr_un address;
    memcpy(&address, &endpoint->address, sizeof address);
    if (access(address.sun_path, F_OK) != 0) {
        return "there is no such socket";
    }
    return failure == ECONNREFUSED ? "the socket file is there but nobody listens on it" : NULL;
}

void winapi_endpoint_diagnose(const struct endpoint *endpoint, int failure, winapi_error *error) {
    const char *advice = endpoint->kind == ENDPOINT_UNIX ? unix_advice(endpoint, failure)
                         : failure == ECONNREFUSED       ? "nothing listens on this port"
                                                         : NULL;
    if (advice != NULL) {
        (void)winapi_fail(error, WINAPI_UNAVAILABLE,
                          "no host at %s: %s: start the host (WinAPIService --endpoint %s), or name its endpoint in "
                          "WINAPI_ENDPOINT",
                          endpoint->text, advice, endpoint->text);
        return;
    }
    (void)winapi_fail(error, WINAPI_UNAVAILABLE,
                      "no host at %s: %s; check that the host runs and that this user may connect to it", endpoint->text,
                      strerror(failure));
}
