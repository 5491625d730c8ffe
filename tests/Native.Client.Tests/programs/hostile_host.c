/*
 * A host with rings that misbehaves once it has answered a few calls. usage: hostile_host PATH HOW
 *   written    says that it has written more than a ring holds
 *   read       says, from the first on, that it has read what was never written
 *   asleep     leaves sleep words that cannot be, and goes on
 *   frame      writes a frame of 4 GiB
 *   answer     answers, and is gone at once
 * Prints "listening" when it does.
 */
#include <endian.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "small_host.h"

enum { GOOD_ANSWERS = 5, CLIENT_RING_READ = 1152, HOST_WRITTEN = 1280, HOST_CONSUMER_SLEEP = 1664, HOST_PRODUCER_SLEEP = 1920 };

static void put_word(struct small_host *host, size_t offset, uint32_t value) {
    __atomic_store_n((uint32_t *)(void *)(host->mapping.start + offset), htole32(value), __ATOMIC_SEQ_CST);
}

static void ring(struct small_host *host) {
    (void)send(host->socket, "", 1, MSG_NOSIGNAL);
}

/* True where it goes on as a good host. */
static bool misbehave(struct small_host *host, const char *how) {
    static const uint8_t frame[FRAME_HEADER_BYTES] = {0xFF, 0xFF, 0xFF, 0xFF, FRAME_TRAILERS};
    size_t written;
    if (strcmp(how, "written") == 0) {
        put_word(host, HOST_WRITTEN, host->out.written + RING_BYTES + 1);
    } else if (strcmp(how, "asleep") == 0) {
        put_word(host, HOST_CONSUMER_SLEEP, UINT32_MAX);
        put_word(host, HOST_PRODUCER_SLEEP, UINT32_MAX);
        return true;
    } else if (strcmp(how, "frame") == 0) {
        (void)winapi_ring_write(&host->out, frame, sizeof frame, &written);
    }
    ring(host);
    return false;
}

/* Until the client has hung up. */
static void wait_for_end(struct small_host *host) {
    char doorbells[64];
    while (recv(host->socket, doorbells, sizeof doorbells, 0) > 0) {
    }
}

static void serve(struct small_host *host, const char *how) {
    bool reads_too_much = strcmp(how, "read") == 0, lives = true;
    int good = strcmp(how, "answer") == 0 ? 1 : GOOD_ANSWERS;
    for (int answered = 0; lives && (answered < good || reads_too_much);) {
        lives = small_host_answer_some(host, &answered);
        if (reads_too_much) {
            put_word(host, CLIENT_RING_READ, host->in.read + RING_BYTES);
        }
    }
    if (!lives || strcmp(how, "answer") == 0) {
        return;
    }
    while (!winapi_ring_has_bytes(&host->in)) { /* until somebody waits for an answer */
        (void)sched_yield();
    }
    if (misbehave(host, how)) {
        small_host_answer(host);
    } else {
        wait_for_end(host);
    }
}

int main(int count, char **arguments) {
    struct small_host host;
    int listener = count == 3 ? small_host_listen(arguments[1]) : -1;
    if (listener < 0) {
        return 2;
    }
    (void)puts("listening");
    (void)fflush(stdout);
    bool met = small_host_meet(&host, listener);
    (void)close(listener);
    if (met) {
        serve(&host, arguments[2]);
    }
    small_host_close(&host);
    return met ? 0 : 1;
}
