#define _GNU_SOURCE
#include "small_host.h"

#include <endian.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bytes.h"
#include "memory/proof.h"
#include "winapi/arena.h"
#include "winapi/message.h"
#include "winapi/transport.winapi.h"

enum {
    MOST_FRAME = 256 * 1024,
    MOST_REPLY = 64 * 1024,
    MOST_MESSAGE = 512, /* of its own part of the handshake */
    PREFACE_BYTES = 8,
    LOOKS = 10000 /* at the ring, between two looks at the socket */
};

int small_host_listen(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || strlen(path) >= sizeof address.sun_path) {
        return -1;
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    if (bind(listener, (const struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 1) != 0) {
        (void)close(listener);
        return -1;
    }
    return listener;
}

/* With the descriptor that may ride with the bytes. */
static ssize_t receive(struct small_host *host, uint8_t *target, size_t size) {
    struct iovec part = {.iov_base = target, .iov_len = size};
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control;
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    ssize_t received = recvmsg(host->socket, &message, MSG_CMSG_CLOEXEC);
    struct cmsghdr *header = received > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    if (header != NULL && header->cmsg_type == SCM_RIGHTS) {
        memcpy(&host->memory, CMSG_DATA(header), sizeof host->memory);
    }
    return received;
}

/* What the message points to lives in the arena. */
static bool hear(struct small_host *host, const winapi_message_type *type, void *message, winapi_arena *arena) {
    char violation[160];
    struct frame frame;
    enum frame_taken taken;
    while ((taken = winapi_frame_reader_take(&host->reader, &frame, violation)) == FRAME_INCOMPLETE) {
        size_t size;
        uint8_t *room = winapi_frame_reader_room(&host->reader, &size);
        ssize_t received = receive(host, room, size);
        if (received <= 0) {
            return false;
        }
        winapi_frame_reader_filled(&host->reader, (size_t)received);
    }
    return taken == FRAME_TAKEN &&
           winapi_message_decode(type, frame.body, frame.body_length, message, arena, NULL) == WINAPI_OK;
}

static bool say(struct small_host *host, const winapi_message_type *type, const void *message) {
    uint8_t bytes[FRAME_HEADER_BYTES + MOST_MESSAGE];
    size_t size;
    if (!winapi_message_size(type, message, &size) || size > MOST_MESSAGE) {
        return false;
    }
    winapi_frame_header_write(&(struct frame_header){.length = (uint32_t)size, .type = FRAME_HANDSHAKE}, bytes);
    (void)winapi_message_encode(type, message, bytes + FRAME_HEADER_BYTES, size);
    return send(host->socket, bytes, FRAME_HEADER_BYTES + size, MSG_NOSIGNAL) == (ssize_t)(FRAME_HEADER_BYTES + size);
}

static bool exchange_hellos(struct small_host *host, winapi_arena *arena) {
    uint8_t preface[PREFACE_BYTES];
    winapi_transport_ClientHello theirs;
    winapi_transport_PeerLimits limits = {.max_concurrent_calls = 64, .initial_window_bytes = 1 << 20,
        .max_message_bytes = 1 << 20, .max_metadata_bytes = 1 << 14, .max_frame_bytes = MOST_FRAME};
    winapi_transport_HostHello mine = {.version = 1, .limits = &limits, .agent = winapi_str("small host"), .rings = true};
    if (recv(host->socket, preface, sizeof preface, MSG_WAITALL) != PREFACE_BYTES ||
        !hear(host, &winapi_transport_ClientHello_type, &theirs, arena) || theirs.session_id.size != SESSION_BYTES) {
        return false;
    }
    memcpy(host->session, theirs.session_id.data, SESSION_BYTES);
    host->layout = (struct layout){theirs.request_region_bytes, theirs.response_region_bytes};
    return theirs.rings && say(host, &winapi_transport_HostHello_type, &mine);
}

static bool take_memory(struct small_host *host, winapi_arena *arena) {
    winapi_transport_MemoryOffer offer;
    winapi_transport_MemoryReply reply = {.taken = true};
    return hear(host, &winapi_transport_MemoryOffer_type, &offer, arena) && host->memory >= 0 &&
           winapi_mapping_share(&host->mapping, &host->layout, host->memory, 0) &&
           say(host, &winapi_transport_MemoryReply_type, &reply);
}

static bool challenge(struct small_host *host, winapi_arena *arena) {
    struct proof_region region = {host->mapping.start, winapi_response_start(&host->layout), host->layout.response_bytes,
                                  host->session, SESSION_BYTES};
    uint64_t offsets[PROOF_MAX_PROBES];
    uint8_t digest[WINAPI_SHA256_BYTES];
    winapi_transport_MemoryAnswer answer;
    winapi_transport_MemoryChallenge asked = {.offsets = {offsets, 0}};
    return winapi_proof_choose(&region, offsets, &asked.offsets.count) &&
           winapi_proof_write(&region, offsets, asked.offsets.count, digest) &&
           say(host, &winapi_transport_MemoryChallenge_type, &asked) &&
           hear(host, &winapi_transport_MemoryAnswer_type, &answer, arena) &&
           answer.digest.size == sizeof digest && memcmp(answer.digest.data, digest, sizeof digest) == 0;
}

static bool answer_challenge(struct small_host *host, winapi_arena *arena) {
    struct proof_region region = {host->mapping.start, winapi_request_start(), host->layout.request_bytes, host->session,
                                  SESSION_BYTES};
    uint8_t digest[WINAPI_SHA256_BYTES];
    winapi_transport_MemoryAnswer answer = {.digest = winapi_bytes_of(digest, sizeof digest)};
    winapi_transport_MemoryChallenge asked;
    return hear(host, &winapi_transport_MemoryChallenge_type, &asked, arena) &&
           winapi_proof_answer(&region, asked.offsets.items, asked.offsets.count, digest) &&
           say(host, &winapi_transport_MemoryAnswer_type, &answer);
}

static bool exchange_verdicts(struct small_host *host, winapi_arena *arena) {
    winapi_transport_MemoryVerdict theirs, mine = {.shared = true};
    return hear(host, &winapi_transport_MemoryVerdict_type, &theirs, arena) && theirs.shared &&
           say(host, &winapi_transport_MemoryVerdict_type, &mine);
}

/* Whatever it has sent meanwhile. */
static bool client_lives(struct small_host *host) {
    char byte;
    return recv(host->socket, &byte, sizeof byte, MSG_DONTWAIT | MSG_PEEK) != 0;
}

static void take_turns(struct small_host *host) {
    uint8_t *theirs = host->mapping.start + winapi_request_start();
    uint8_t *mine = host->mapping.start + winapi_response_start(&host->layout);
    uint32_t turn;
    do {
        turn = __atomic_load_n((uint32_t *)(void *)theirs, __ATOMIC_ACQUIRE);
        __atomic_store_n((uint32_t *)(void *)mine, turn, __ATOMIC_RELEASE);
        (void)sched_yield();
    } while ((le32toh(turn) & UINT32_C(0x80000000)) == 0 && client_lives(host));
}

static bool prove(struct small_host *host, winapi_arena *arena) {
    bool held = true;
    for (int round = 0; round < PROOF_ROUNDS; round++) {
        held = held && challenge(host, arena);
    }
    for (int round = 0; round < PROOF_ROUNDS; round++) {
        held = held && answer_challenge(host, arena);
    }
    memset(host->mapping.start + winapi_response_start(&host->layout), 0, sizeof(uint32_t));
    if (!held || !exchange_verdicts(host, arena)) {
        return false;
    }
    take_turns(host);
    return exchange_verdicts(host, arena);
}

bool small_host_meet(struct small_host *host, int listener) {
    winapi_arena *arena = winapi_arena_new();
    *host = (struct small_host){.socket = accept(listener, NULL, NULL), .memory = -1, .mapping = NO_MAPPING};
    bool met = arena != NULL && host->socket >= 0 && winapi_frame_reader_init(&host->reader, MOST_FRAME) &&
               exchange_hellos(host, arena) && take_memory(host, arena) && prove(host, arena);
    winapi_arena_free(arena);
    if (met) {
        winapi_frame_reader_clear(&host->reader);
        winapi_ring_producer_init(&host->out, host->mapping.start, RING_HOST);
        winapi_ring_consumer_init(&host->in, host->mapping.start, RING_HOST);
    }
    return met;
}

static void ring(struct small_host *host, struct ring_bell *bell) {
    if (winapi_ring_bell_due(bell)) {
        (void)send(host->socket, "", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    }
}

static bool write_all(struct small_host *host, const uint8_t *data, size_t size) {
    size_t written;
    for (size_t done = 0; done < size; done += written) {
        if (!winapi_ring_write(&host->out, data + done, size - done, &written)) {
            return false;
        }
        if (written == 0) {
            (void)sched_yield();
        }
    }
    return true;
}

/* Frames of other types want no answer from a host like this. */
static bool answer(struct small_host *host, const struct frame *frame) {
    uint8_t reply[FRAME_HEADER_BYTES + MOST_REPLY];
    struct frame_header header = {.length = (uint32_t)frame->body_length, .type = FRAME_TRAILERS, .flags = FLAG_MESSAGE,
                                  .stream = frame->header.stream};
    if (frame->header.type != FRAME_CALL) {
        return true;
    }
    if (frame->header.flags & (FLAG_MORE | FLAG_SHARED | FLAG_LENDS) || frame->body_length > MOST_REPLY) {
        return false;
    }
    winapi_frame_header_write(&header, reply);
    winapi_copy(reply + FRAME_HEADER_BYTES, frame->body, frame->body_length);
    bool written = write_all(host, reply, FRAME_HEADER_BYTES + frame->body_length);
    ring(host, &host->out.bell);
    return written;
}

static bool answer_all(struct small_host *host, int *answered) {
    char violation[160];
    struct frame frame;
    enum frame_taken taken;
    while ((taken = winapi_frame_reader_take(&host->reader, &frame, violation)) == FRAME_TAKEN) {
        if (!answer(host, &frame)) {
            return false;
        }
        ++*answered;
    }
    return taken == FRAME_INCOMPLETE;
}

/* False at its end. */
static bool socket_lives(struct small_host *host) {
    char doorbells[16];
    (void)sched_yield(); /* where there is one processor */
    return recv(host->socket, doorbells, sizeof doorbells, MSG_DONTWAIT) != 0;
}

bool small_host_answer_some(struct small_host *host, int *answered) {
    size_t size, read;
    if (!winapi_ring_has_bytes(&host->in)) {
        return ++host->looks % LOOKS != 0 || socket_lives(host);
    }
    uint8_t *room = winapi_frame_reader_room(&host->reader, &size);
    if (!winapi_ring_read(&host->in, room, size, &read)) {
        return false;
    }
    winapi_frame_reader_filled(&host->reader, read);
    ring(host, &host->in.bell);
    return answer_all(host, answered);
}

void small_host_answer(struct small_host *host) {
    int answered = 0;
    while (small_host_answer_some(host, &answered)) {
    }
}

void small_host_close(struct small_host *host) {
    winapi_frame_reader_free(&host->reader);
    winapi_mapping_free(&host->mapping);
    if (host->memory >= 0) {
        (void)close(host->memory);
    }
    if (host->socket >= 0) {
        (void)close(host->socket);
    }
}
