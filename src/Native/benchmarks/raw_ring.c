#define _GNU_SOURCE
#include "raw_ring.h"

#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ring.h"

enum { LARGEST = 4096, SPINS = 10000 };

struct rings {
    struct ring_producer out;
    struct ring_consumer in;
    size_t size;
    uint8_t bytes[LARGEST];
};

static bool send_all(struct rings *rings) {
    size_t written;
    bool sent = winapi_ring_write(&rings->out, rings->bytes, rings->size, &written) && written == rings->size;
    return sent && !winapi_ring_bell_due(&rings->out.bell); /* nobody sleeps; the look is what every message costs */
}

static bool receive_all(struct rings *rings) {
    size_t received = 0, read;
    for (unsigned spins = 0; received < rings->size; received += read) {
        if (!winapi_ring_read(&rings->in, rings->bytes + received, rings->size - received, &read)) {
            return false;
        }
        if (read == 0 && ++spins % SPINS == 0) {
            (void)sched_yield(); /* where there is one processor */
        }
    }
    return !winapi_ring_bell_due(&rings->in.bell);
}

static bool exchange(void *context) {
    return send_all(context) && receive_all(context);
}

static void open_side(struct rings *rings, uint8_t *mapping, enum ring_side side) {
    winapi_ring_producer_init(&rings->out, mapping, side);
    winapi_ring_consumer_init(&rings->in, mapping, side);
}

static bool measure_between(struct rings *rings, uint8_t *mapping, size_t count, struct times *times) {
    pid_t child = fork();
    if (child == 0) {
        open_side(rings, mapping, RING_HOST);
        while (receive_all(rings) && send_all(rings)) {
        }
        _exit(0);
    }
    open_side(rings, mapping, RING_CLIENT);
    bool good = child > 0 && measure(exchange, rings, count, times);
    return child > 0 && kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child && good;
}

bool measure_raw_ring(size_t size, size_t count, struct times *times) {
    struct rings rings = {.size = size};
    uint8_t *mapping = mmap(NULL, REGIONS_START, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (size > LARGEST || mapping == MAP_FAILED) {
        return false;
    }
    bool good = measure_between(&rings, mapping, count, times);
    (void)munmap(mapping, REGIONS_START);
    return good;
}
