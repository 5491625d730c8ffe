#define _GNU_SOURCE
#include "endpoint.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "failure.h"

#define ACCEPTED \
    "accepted are unix:///path/to.sock, tcp://127.0.0.1:PORT (loopback only) and vsock://CID:PORT"

#define LARGEST_PORT 0x7FFFFFFFU /* of those that a Hyper-V socket can name */

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

/* Decimal; with a base of 0 also hexadecimal after 0x. */
static bool parse_number(const char *text, int base, unsigned long long limit, unsigned long long *number) {
    char *end;
    errno = 0;
    if (*text < '0' || *text > '9') {
        return false;
    }
    bool hexadecimal = base == 0 && text[0] == '0' && (text[1] | 0x20) == 'x';
    *number = strtoull(text, &end, hexadecimal ? 16 : 10);
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
    if (strncmp(text, "tcp://", 6) != 0 || colon < host || !parse_number(colon + 1, 10, UINT16_MAX, &port) || port == 0 ||
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
        !parse_number(colon + 1, 0, LARGEST_PORT, &port)) {
        return bad(text, "it must be a context id and a port up to 0x7FFFFFFF (the Windows host has context id 2)", error);
    }
    winapi_set_text(name, sizeof name, text + 8, (size_t)(colon - text - 8));
    if (strcmp(name, "host") == 0) {
        cid = VMADDR_CID_HOST;
    } else if (!parse_number(name, 0, UINT32_MAX, &cid)) {
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
    if (strncmp(text, "hvsocket:", 9) == 0) {
        return bad(text, "that is how the Windows side names it: from inside the virtual machine it is vsock://2:PORT", error);
    }
    return bad(text, "it is not a known kind of endpoint", error);
}
