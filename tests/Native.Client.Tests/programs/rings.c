/*
 * Both ends of the two rings in one memfd, with a socket pair for the doorbells.
 * usage: rings threads|processes BYTES [spin]  bytes there and back through a side that echoes them, checked one by one
 *        rings nonsense                         counts that cannot be
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ring.h"

enum { LARGEST_PIECE = 100 * 1024, PATIENCE_MS = 30000, LOOKS = 200 };

struct side {
    struct ring_producer out;
    struct ring_consumer in;
    int socket;
    unsigned looks; /* before it sleeps */
    unsigned long rung;
    unsigned long slept;
};

struct traffic {
    struct side side;
    uint64_t total;
    uint64_t sent;
    uint64_t received;
    uint32_t random;
    bool echoes;
    uint8_t *held; /* what the echo has still to send */
    size_t held_size;
    uint8_t piece[LARGEST_PIECE];
};

static uint8_t byte_at(uint64_t place) {
    return (uint8_t)((place * UINT64_C(0x9E3779B97F4A7C15)) >> 56);
}

static uint32_t next_random(struct traffic *traffic) {
    return traffic->random = traffic->random * 1664525 + 1013904223;
}

static size_t next_size(struct traffic *traffic, size_t most) {
    size_t size = 1 + (next_random(traffic) >> 8) % (next_random(traffic) % 4 == 0 ? LARGEST_PIECE : 200);
    return size < most ? size : most;
}

static void ring(struct side *side, struct ring_bell *bell) {
    if (winapi_ring_bell_due(bell)) {
        side->rung++;
        (void)send(side->socket, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    }
}

/* A read piece; -1 where the words make no sense, or a byte is wrong. */
static int receive(struct traffic *traffic) {
    struct side *side = &traffic->side;
    size_t most = traffic->echoes ? sizeof traffic->piece - traffic->held_size : sizeof traffic->piece, read;
    uint8_t *target = traffic->echoes ? traffic->held + traffic->held_size : traffic->piece;
    if (!winapi_ring_read(&side->in, target, most == 0 ? 0 : next_size(traffic, most), &read)) {
        return -1;
    }
    for (size_t i = 0; i < read; i++) {
        if (target[i] != byte_at(traffic->received + i)) {
            return -1;
        }
    }
    traffic->received += read;
    traffic->held_size += traffic->echoes ? read : 0;
    if (read > 0) {
        ring(side, &side->in.bell);
    }
    return read > 0;
}

static size_t fill(struct traffic *traffic) {
    uint64_t left = traffic->total - traffic->sent;
    size_t size = left == 0 ? 0 : next_size(traffic, left < LARGEST_PIECE ? (size_t)left : LARGEST_PIECE);
    for (size_t i = 0; i < size; i++) {
        traffic->piece[i] = byte_at(traffic->sent + i);
    }
    return size;
}

static int transmit(struct traffic *traffic) {
    struct side *side = &traffic->side;
    size_t size = traffic->echoes ? traffic->held_size : fill(traffic), written;
    if (!winapi_ring_write(&side->out, traffic->echoes ? traffic->held : traffic->piece, size, &written)) {
        return -1;
    }
    traffic->sent += written;
    if (traffic->echoes) {
        memmove(traffic->held, traffic->held + written, traffic->held_size - written);
        traffic->held_size -= written;
    }
    if (written > 0) {
        ring(side, &side->out.bell);
    }
    return written > 0;
}

static bool has_news(const struct traffic *traffic, bool wants_room) {
    const struct side *side = &traffic->side;
    return winapi_ring_has_bytes(&side->in) || (wants_room && winapi_ring_has_moved(&side->out, side->out.read));
}

/* True where there is news or a doorbell. */
static bool wait_for_news(struct traffic *traffic) {
    struct side *side = &traffic->side;
    struct pollfd polled = {.fd = side->socket, .events = POLLIN};
    bool wants_room = traffic->echoes ? traffic->held_size > 0 : traffic->sent < traffic->total;
    char doorbells[16];
    for (unsigned i = 0; i < side->looks; i++) {
        if (has_news(traffic, wants_room)) {
            return true;
        }
    }
    winapi_ring_fall_asleep(&side->in.sleep);
    if (wants_room) {
        winapi_ring_fall_asleep(&side->out.sleep);
    }
    bool come = has_news(traffic, wants_room);
    if (!come) {
        side->slept++;
        come = poll(&polled, 1, PATIENCE_MS) > 0;
        come = recv(side->socket, doorbells, sizeof doorbells, MSG_DONTWAIT) != 0 && come; /* 0: the other side has ended */
    }
    winapi_ring_wake_up(&side->in.sleep);
    winapi_ring_wake_up(&side->out.sleep);
    return come;
}

static bool run(struct traffic *traffic) {
    while (traffic->sent < traffic->total || traffic->received < traffic->total) {
        int read = receive(traffic), written = transmit(traffic);
        if (read < 0 || written < 0 || (read == 0 && written == 0 && !wait_for_news(traffic))) {
            return false;
        }
    }
    return true;
}

static void *run_thread(void *argument) {
    return run(argument) ? argument : NULL;
}

static bool by_threads(struct traffic *client, struct traffic *host) {
    pthread_t thread;
    void *good = NULL;
    if (pthread_create(&thread, NULL, run_thread, host) != 0) {
        return false;
    }
    bool mine = run(client);
    (void)shutdown(client->side.socket, SHUT_WR);
    return pthread_join(thread, &good) == 0 && mine && good != NULL;
}

static bool by_processes(struct traffic *client, struct traffic *host) {
    int status = 1;
    pid_t child = fork();
    if (child == 0) {
        (void)close(client->side.socket);
        _exit(run(host) ? 0 : 1);
    }
    (void)close(host->side.socket);
    bool mine = child > 0 && run(client);
    (void)shutdown(client->side.socket, SHUT_WR);
    return child > 0 && waitpid(child, &status, 0) == child && mine && status == 0;
}

static void prepare(struct traffic *traffic, uint8_t *mapping, enum ring_side side, int socket, uint64_t total, bool spins) {
    traffic->side = (struct side){.socket = socket, .looks = spins ? LOOKS : 0};
    winapi_ring_producer_init(&traffic->side.out, mapping, side);
    winapi_ring_consumer_init(&traffic->side.in, mapping, side);
    traffic->total = total;
    traffic->random = (uint32_t)side + 1;
    traffic->echoes = side == RING_HOST;
    traffic->held = traffic->echoes ? malloc(LARGEST_PIECE) : NULL;
}

static int exchange(uint8_t *mapping, bool processes, uint64_t total, bool spins) {
    static struct traffic client, host;
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) {
        return 2;
    }
    prepare(&client, mapping, RING_CLIENT, ends[0], total, spins);
    prepare(&host, mapping, RING_HOST, ends[1], total, spins);
    bool good = host.held != NULL && (processes ? by_processes(&client, &host) : by_threads(&client, &host));
    (void)printf("%s %llu bytes there, %llu back\n", good ? "good" : "broken", (unsigned long long)client.sent,
                 (unsigned long long)client.received);
    (void)printf("the client slept %lu times and rang %lu\n", client.side.slept, client.side.rung);
    free(host.held);
    return good ? 0 : 1;
}

/* What this side makes of a count that the other has written. */
static void say_what(uint8_t *mapping, uint32_t written, uint32_t read) {
    struct ring_producer out;
    struct ring_consumer in;
    uint8_t byte = 1;
    size_t count;
    memset(mapping, 0, PAGE_BYTES);
    winapi_ring_producer_init(&out, mapping, RING_CLIENT);
    winapi_ring_consumer_init(&in, mapping, RING_CLIENT);
    memcpy(mapping + 1280, &written, sizeof written);
    memcpy(mapping + 1152, &read, sizeof read);
    bool reads = winapi_ring_read(&in, &byte, 1, &count);
    for (size_t i = 0; i < RING_BYTES; i++) {
        (void)winapi_ring_write(&out, &byte, 1, &count);
    }
    (void)printf("written %u read %u: %s %s\n", (unsigned)written, (unsigned)read, reads ? "reads" : "refuses to read",
                 winapi_ring_write(&out, &byte, 1, &count) ? "writes" : "refuses to write");
}

int main(int count, char **arguments) {
    size_t size = REGIONS_START;
    int memory = memfd_create("rings", MFD_CLOEXEC);
    if (count < 2 || memory < 0 || ftruncate(memory, (off_t)size) != 0) {
        return 2;
    }
    uint8_t *mapping = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
    if (mapping == MAP_FAILED) {
        return 2;
    }
    if (strcmp(arguments[1], "nonsense") == 0) {
        say_what(mapping, 65536, 0);
        say_what(mapping, 65537, 0);
        say_what(mapping, UINT32_MAX, 65536);
        say_what(mapping, 0, 65537);
        say_what(mapping, 0, UINT32_MAX);
        return 0;
    }
    return count < 3 ? 2 : exchange(mapping, strcmp(arguments[1], "processes") == 0, strtoull(arguments[2], NULL, 10), count > 3);
}
