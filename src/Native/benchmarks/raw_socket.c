#define _POSIX_C_SOURCE 200809L
#include "raw_socket.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

struct pair {
    int socket;
    size_t batch;
    size_t batches;
    size_t back;
    char *bytes;
};

static bool send_all(int socket, const char *bytes, size_t size) {
    while (size > 0) {
        ssize_t sent = send(socket, bytes, size, MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        bytes += sent;
        size -= (size_t)sent;
    }
    return true;
}

static bool receive_all(int socket, char *bytes, size_t size) {
    while (size > 0) {
        ssize_t received = recv(socket, bytes, size, 0);
        if (received <= 0) {
            return false;
        }
        bytes += received;
        size -= (size_t)received;
    }
    return true;
}

static bool send_batches(const struct pair *pair) {
    for (size_t i = 0; i < pair->batches; i++) {
        if (!send_all(pair->socket, pair->bytes, pair->batch)) {
            return false;
        }
    }
    return true;
}

static bool receive_batches(const struct pair *pair) {
    for (size_t i = 0; i < pair->batches; i++) {
        if (!receive_all(pair->socket, pair->bytes, pair->batch)) {
            return false;
        }
    }
    return true;
}

static bool exchange(void *context) {
    const struct pair *pair = context;
    return send_batches(pair) && receive_all(pair->socket, pair->bytes, pair->back);
}

static void answer(const struct pair *pair) {
    while (receive_batches(pair) && send_all(pair->socket, pair->bytes, pair->back)) {
    }
}

static bool measure_pair(struct pair *pair, size_t count, struct times *times) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) {
        return false;
    }
    pid_t child = fork();
    if (child == 0) {
        (void)close(ends[0]);
        pair->socket = ends[1];
        answer(pair);
        _exit(0);
    }
    (void)close(ends[1]);
    pair->socket = ends[0];
    bool good = child > 0 && measure(exchange, pair, count, times);
    (void)close(ends[0]);
    return child > 0 && waitpid(child, NULL, 0) == child && good;
}

bool measure_raw_socket(size_t batch, size_t batches, size_t back, size_t count, struct times *times) {
    size_t largest = batch > back ? batch : back;
    struct pair pair = {.batch = batch, .batches = batches, .back = back, .bytes = malloc(largest)};
    bool good = pair.bytes != NULL;
    if (good) {
        memset(pair.bytes, 1, largest);
        good = measure_pair(&pair, count, times);
    }
    free(pair.bytes);
    return good;
}
