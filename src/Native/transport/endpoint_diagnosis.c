#define _GNU_SOURCE
#include <errno.h>
#include <linux/vm_sockets.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "endpoint.h"
#include "failure.h"

static const char *unix_advice(const struct endpoint *endpoint, int failure) {
    struct sockaddr_un address;
    memcpy(&address, &endpoint->address, sizeof address);
    if (access(address.sun_path, F_OK) != 0) {
        return "there is no such socket";
    }
    return failure == ECONNREFUSED ? "the socket file is there but nobody listens on it" : NULL;
}

/* NULL: nothing is known about this failure. */
static const char *vsock_advice(const struct endpoint *endpoint, int failure) {
    struct sockaddr_vm address;
    memcpy(&address, &endpoint->address, sizeof address);
    switch (failure) {
    case ETIMEDOUT:
    case ECONNRESET:
    case ECONNREFUSED:
        return address.svm_cid == VMADDR_CID_HOST
                   ? "nobody listens there for this virtual machine: start WinAPIService on Windows, as the user who started "
                     "WSL; after 'wsl --shutdown' it needs a few seconds to find the new machine. 'test_client --doctor' looks "
                     "at each step"
                   : "nobody listens there: start the host, and check the context id and the port. 'test_client --doctor' "
                     "looks at each step";
    case ENODEV:
    case EAFNOSUPPORT:
    case EADDRNOTAVAIL:
        return "this machine has no vsock to a host: it is no virtual machine, or its kernel lacks the transport (on WSL2: "
               "'wsl --update', and networking must not be off); name another endpoint in WINAPI_ENDPOINT";
    default:
        return NULL;
    }
}

static const char *advice_for(const struct endpoint *endpoint, int failure) {
    return endpoint->kind == ENDPOINT_UNIX ? unix_advice(endpoint, failure)
           : failure == ECONNREFUSED       ? "nothing listens on this port"
                                           : NULL;
}

void winapi_endpoint_diagnose(const struct endpoint *endpoint, int failure, winapi_error *error) {
    const char *text = endpoint->text;
    const char *advice = endpoint->kind == ENDPOINT_VSOCK ? vsock_advice(endpoint, failure) : NULL;
    if (advice != NULL) {
        (void)winapi_fail(error, WINAPI_UNAVAILABLE, "no host at %s: %s (%s)", text, advice, strerror(failure));
        return;
    }
    advice = advice_for(endpoint, failure);
    if (advice != NULL) {
        (void)winapi_fail(error, WINAPI_UNAVAILABLE,
                          "no host at %s: %s: start the host (WinAPIService --endpoint %s), or name its endpoint in "
                          "WINAPI_ENDPOINT",
                          text, advice, text);
        return;
    }
    (void)winapi_fail(error, WINAPI_UNAVAILABLE,
                      "no host at %s: %s; check that the host runs and that this user may connect to it", text,
                      strerror(failure));
}
