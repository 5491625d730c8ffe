/* Hosts that misuse the memory they share. */
#define _GNU_SOURCE
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bytes.h"
#include "scenario.h"
#include "winapi/v1/echo.winapi.h"

enum { MESSAGE_BYTES = 200 * 1024, MESSAGES = 5, FLIPS = 1000, FIRST_WORD = 1024, WORD_STEP = 128, WORDS = 8 };

static bool take_call(struct host *host) {
    struct frame call;
    return host_receive_type(host, FRAME_CALL, &call);
}

static bool send_shared(struct host *host, enum frame_type type, uint32_t stream, uint64_t lease, uint64_t offset,
                        uint64_t length) {
    uint8_t body[DESCRIPTOR_BYTES];
    struct descriptor descriptor = {lease, offset, length};
    winapi_descriptor_write(&descriptor, body);
    struct frame_header header = {.type = (uint8_t)type, .flags = FLAG_MESSAGE | FLAG_SHARED, .stream = stream};
    return host_send_frame(host, header, NULL, body, sizeof body);
}

/* A message that lies where none of the host's can. */
static void point_elsewhere(struct host *host, int variant) {
    uint64_t request = winapi_request_start(), response = winapi_response_start(&host->layout);
    uint64_t end = response + host->layout.response_bytes;
    const struct descriptor where[] = {{1, 0, 64},
                                       {1, request, 64},
                                       {1, response - 1, 2},
                                       {1, end - 8, 9},
                                       {1, end + 1, 0},
                                       {1, UINT64_MAX - 7, 16},
                                       {1, response, UINT64_MAX},
                                       {1, UINT64_MAX, UINT64_MAX}};
    const struct descriptor *chosen = &where[(size_t)variant % (sizeof where / sizeof where[0])];
    (void)(take_call(host) && send_shared(host, FRAME_TRAILERS, 1, chosen->lease, chosen->offset, chosen->length));
    host_wait_for_goodbye(host);
}

/* Lends a buffer: of another region, with lease 0, or differently from the time before. */
static void lend_nonsense(struct host *host, int variant) {
    uint64_t response = winapi_response_start(&host->layout);
    const struct descriptor lent[][2] = {{{7, response, 4096}, {7, winapi_request_start(), 4096}},
                                         {{7, response, 4096}, {0, response, 4096}},
                                         {{7, response, 4096}, {7, response, 8192}},
                                         {{7, response, 4096}, {8, response + host->layout.response_bytes - 1, 2}}};
    const struct descriptor *chosen = lent[(size_t)variant % (sizeof lent / sizeof lent[0])];
    uint8_t body[LEND_COUNT_BYTES + 2 * DESCRIPTOR_BYTES];
    winapi_put32(body, 2);
    winapi_descriptor_write(&chosen[0], body + LEND_COUNT_BYTES);
    winapi_descriptor_write(&chosen[1], body + LEND_COUNT_BYTES + DESCRIPTOR_BYTES);
    struct frame_header header = {.type = FRAME_MESSAGE, .flags = FLAG_LENDS, .stream = 1};
    (void)(take_call(host) && host_send_frame(host, header, NULL, body, sizeof body));
    host_wait_for_goodbye(host);
}

/* --- bytes that change while they are read */

struct flipper {
    pthread_t thread;
    uint8_t *bytes;
    size_t size;
    bool words; /* of the rings, in place of the bytes */
    bool stop;
};

/* With pauses, so that some messages stay whole. */
static void flip_bytes(struct flipper *flipper, uint32_t random) {
    static const struct timespec pause = {.tv_nsec = 20000000};
    __atomic_store_n(&flipper->bytes[random % flipper->size], (uint8_t)(random >> 24), __ATOMIC_RELAXED);
    if ((random >> 12) % FLIPS == 0) {
        (void)nanosleep(&pause, NULL);
    }
}

/* The sleep words alone: what they say must not matter. */
static void flip_words(struct flipper *flipper, uint32_t random) {
    static const size_t words[] = {1664, 1920};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        uint32_t *word = (uint32_t *)(void *)(flipper->bytes + words[i]);
        __atomic_store_n(word, htole32(random * (uint32_t)(i + 1)), __ATOMIC_RELAXED);
    }
}

static void *flip(void *argument) {
    struct flipper *flipper = argument;
    for (uint32_t random = 1; !__atomic_load_n(&flipper->stop, __ATOMIC_RELAXED); random = random * 1664525 + 1013904223) {
        if (flipper->words) {
            flip_words(flipper, random);
        } else {
            flip_bytes(flipper, random);
        }
    }
    return NULL;
}

static bool start_flipping(struct flipper *flipper) {
    return pthread_create(&flipper->thread, NULL, flip, flipper) == 0;
}

static void stop_flipping(struct flipper *flipper) {
    __atomic_store_n(&flipper->stop, true, __ATOMIC_RELAXED);
    (void)pthread_join(flipper->thread, NULL);
}

/* Many short fields, so that a changed byte is often a length or a type. */
static size_t put_message(uint8_t *target, size_t room) {
    static const uint8_t field[] = {0x0A, 3, 'y', 'e', 's'};
    size_t size = 0;
    for (; size + sizeof field <= room; size += sizeof field) {
        memcpy(target + size, field, sizeof field);
    }
    return size;
}

struct rewriting {
    struct flipper flipper;
    uint64_t lease;
    uint32_t stream; /* 0: none */
    int messages;    /* sent on it */
    int calls;
};

static bool end_stream(struct host *host, struct rewriting *rewriting) {
    struct frame_header header = {.type = FRAME_TRAILERS, .stream = rewriting->stream};
    rewriting->stream = 0;
    return host_send_frame(host, header, NULL, NULL, 0);
}

/* It is whole when it is sent, and from then on it changes. All of them lie in the same place. */
static bool send_changing(struct host *host, struct rewriting *rewriting) {
    if (rewriting->messages++ == MESSAGES) {
        return end_stream(host, rewriting);
    }
    put_message(rewriting->flipper.bytes, MESSAGE_BYTES);
    return send_shared(host, FRAME_MESSAGE, rewriting->stream, ++rewriting->lease, winapi_response_start(&host->layout),
                       rewriting->flipper.size);
}

static bool rewrite_for(struct host *host, struct rewriting *rewriting, const struct frame *frame) {
    switch (frame->header.type) {
        case FRAME_CALL:
            if (++rewriting->calls > BROKEN_STREAMS) {
                return false;
            }
            rewriting->stream = frame->header.stream;
            rewriting->messages = 0;
            return send_changing(host, rewriting);
        case FRAME_RELEASE: /* the client is done with the last one */
            return rewriting->stream == 0 || send_changing(host, rewriting);
        case FRAME_CANCEL:
            return frame->header.stream != rewriting->stream || end_stream(host, rewriting);
        default:
            return true;
    }
}

static void rewrite_messages(struct host *host, int variant) {
    struct rewriting rewriting = {.flipper.bytes = host->mapping.start + winapi_response_start(&host->layout)};
    struct frame frame;
    (void)variant;
    rewriting.flipper.size = put_message(rewriting.flipper.bytes, MESSAGE_BYTES);
    if (start_flipping(&rewriting.flipper)) {
        while (host_receive(host, &frame) && rewrite_for(host, &rewriting, &frame)) {
        }
        stop_flipping(&rewriting.flipper);
    }
}

/* Good answers, while the words by which the sides sleep say anything at all. */
static void flip_sleep_words(struct host *host, int variant) {
    struct flipper flipper = {.bytes = host->mapping.start, .words = true};
    (void)variant;
    if (start_flipping(&flipper)) {
        host_serve_well(host);
        stop_flipping(&flipper);
    }
}

/* One word after the other says something that cannot be. */
static void break_word(struct host *host, int variant) {
    if (take_call(host)) {
        uint32_t *word = (uint32_t *)(void *)(host->mapping.start + FIRST_WORD + variant % WORDS * WORD_STEP);
        __atomic_store_n(word, htole32(UINT32_C(0x80000001)), __ATOMIC_SEQ_CST);
        host_ring(host);
    }
    (void)scenario_wait_for_client();
}

/* What the client offers cannot be cut short under it, and a hole in it is zeros. */
static void truncate_memory(struct host *host, int variant) {
    off_t size = (off_t)winapi_layout_total(&host->layout);
    (void)variant;
    bool shrunk = ftruncate(host->memory, 0) == 0 || errno != EPERM;
    bool grown = ftruncate(host->memory, size * 2) == 0 || errno != EPERM;
    bool sealed = fcntl(host->memory, F_ADD_SEALS, F_SEAL_WRITE) == 0 || errno != EPERM;
    bool holed = fallocate(host->memory, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, size) == 0;
    (void)snprintf(host->told, sizeof host->told, "shrunk %d grown %d sealed anew %d holed %d", shrunk, grown, sealed, holed);
    host_serve_well(host);
}

const struct scenario memory_scenarios[] = {
    {.name = "points-elsewhere", .shares = HOST_SHARES_MEMFD, .misbehave = point_elsewhere},
    {.name = "points-elsewhere-rings", .shares = HOST_HAS_RINGS, .misbehave = point_elsewhere},
    {.name = "lends-nonsense", .shares = HOST_SHARES_MEMFD, .misbehave = lend_nonsense},
    {.name = "rewrites-messages", .shares = HOST_SHARES_MEMFD, .misbehave = rewrite_messages,
     .client = client_reads_broken_streams, .again = AT_ONCE},
    {.name = "flips-sleep-words", .shares = HOST_HAS_RINGS, .misbehave = flip_sleep_words,
     .client = client_calls_often, .again = ON_SAME_CONNECTION},
    {.name = "breaks-word", .shares = HOST_HAS_RINGS, .misbehave = break_word, .timeout_ms = 1000},
    {.name = "truncates", .shares = HOST_SHARES_MEMFD, .misbehave = truncate_memory, .again = ON_SAME_CONNECTION},
    {0},
};
