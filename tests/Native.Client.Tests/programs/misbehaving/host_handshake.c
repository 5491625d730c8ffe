/* The host's side of the handshake, step by step. */
#define _GNU_SOURCE
#include <endian.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>

#include "bytes.h"
#include "host.h"
#include "memory/proof.h"
#include "winapi/arena.h"

enum { PREFACE_BYTES = 8, LAST_TURN = INT32_MIN };

/* False where the host is to stop before the next step. */
static bool goes_on(struct host *host) {
    return host->stops_after == HOST_NEVER_STOPS || host->stops_after-- > 0;
}

bool host_hear(struct host *host, const winapi_message_type *type, void *message) {
    struct frame frame;
    winapi_arena_reset(host->arena);
    return goes_on(host) && host_receive(host, &frame) &&
           winapi_message_decode(type, frame.body, frame.body_length, message, host->arena, NULL) == WINAPI_OK;
}

bool host_say(struct host *host, const winapi_message_type *type, const void *message) {
    uint8_t bytes[1024];
    size_t size;
    if (!goes_on(host) || !winapi_message_size(type, message, &size) || size > sizeof bytes) {
        return false;
    }
    (void)winapi_message_encode(type, message, bytes, size);
    return host_send_frame(host, (struct frame_header){.type = FRAME_HANDSHAKE}, NULL, bytes, size);
}

bool host_hear_hello(struct host *host) {
    uint8_t preface[PREFACE_BYTES];
    winapi_transport_ClientHello theirs;
    if (recv(host->socket, preface, sizeof preface, MSG_WAITALL) != PREFACE_BYTES ||
        !host_hear(host, &winapi_transport_ClientHello_type, &theirs) || theirs.session_id.size != SESSION_BYTES) {
        return false;
    }
    memcpy(host->session, theirs.session_id.data, SESSION_BYTES);
    host->layout = (struct layout){theirs.request_region_bytes, theirs.response_region_bytes};
    return true;
}

bool host_say_hello(struct host *host) {
    winapi_transport_PeerLimits limits = {.max_concurrent_calls = 64, .initial_window_bytes = HOST_WINDOW_BYTES,
        .max_message_bytes = 1 << 20, .max_metadata_bytes = 1 << 14, .max_frame_bytes = 1 << 18};
    winapi_transport_HostHello mine = {.version = 1, .limits = &limits, .agent = winapi_str("misbehaving host"),
        .rings = host->shares == HOST_HAS_RINGS};
    return host_say(host, &winapi_transport_HostHello_type, &mine);
}

bool host_take_memory(struct host *host) {
    winapi_transport_MemoryOffer offer;
    winapi_transport_MemoryReply reply = {.taken = true};
    return host_hear(host, &winapi_transport_MemoryOffer_type, &offer) && host->memory >= 0 &&
           winapi_mapping_share(&host->mapping, &host->layout, host->memory, 0) &&
           host_say(host, &winapi_transport_MemoryReply_type, &reply);
}

static bool challenge(struct host *host) {
    struct proof_region region = {host->mapping.start, winapi_response_start(&host->layout), host->layout.response_bytes,
                                  host->session, SESSION_BYTES};
    uint64_t offsets[PROOF_MAX_PROBES];
    uint8_t digest[WINAPI_SHA256_BYTES];
    winapi_transport_MemoryAnswer answer;
    winapi_transport_MemoryChallenge asked = {.offsets = {offsets, 0}};
    return winapi_proof_choose(&region, offsets, &asked.offsets.count) &&
           winapi_proof_write(&region, offsets, asked.offsets.count, digest) &&
           host_say(host, &winapi_transport_MemoryChallenge_type, &asked) &&
           host_hear(host, &winapi_transport_MemoryAnswer_type, &answer) &&
           winapi_digest_equals(digest, answer.digest.data, answer.digest.size);
}

static bool answer_challenge(struct host *host) {
    struct proof_region region = {host->mapping.start, winapi_request_start(), host->layout.request_bytes, host->session,
                                  SESSION_BYTES};
    uint8_t digest[WINAPI_SHA256_BYTES];
    winapi_transport_MemoryAnswer answer = {.digest = winapi_bytes_of(digest, sizeof digest)};
    winapi_transport_MemoryChallenge asked;
    if (!host_hear(host, &winapi_transport_MemoryChallenge_type, &asked) ||
        !winapi_proof_answer(&region, asked.offsets.items, asked.offsets.count, digest)) {
        return false;
    }
    digest[0] ^= host->answers_wrongly;
    return host_say(host, &winapi_transport_MemoryAnswer_type, &answer);
}

/* shared: what the client says. */
static bool exchange_verdicts(struct host *host, bool *shared) {
    winapi_transport_MemoryVerdict theirs, mine = {.shared = true};
    bool heard = host_hear(host, &winapi_transport_MemoryVerdict_type, &theirs);
    *shared = heard && theirs.shared;
    return heard && host_say(host, &winapi_transport_MemoryVerdict_type, &mine);
}

static bool client_lives(struct host *host) {
    char byte;
    return recv(host->socket, &byte, sizeof byte, MSG_DONTWAIT | MSG_PEEK) != 0;
}

static bool take_turns(struct host *host) {
    uint8_t *theirs = host->mapping.start + winapi_request_start();
    uint8_t *mine = host->mapping.start + winapi_response_start(&host->layout);
    uint32_t turn;
    if (!goes_on(host)) {
        return false;
    }
    do {
        turn = __atomic_load_n((uint32_t *)(void *)theirs, __ATOMIC_ACQUIRE);
        __atomic_store_n((uint32_t *)(void *)mine, turn, __ATOMIC_RELEASE);
        (void)sched_yield();
    } while ((le32toh(turn) & (uint32_t)LAST_TURN) == 0 && client_lives(host));
    return true;
}

/* shared: whether both have seen the memory. */
static bool prove(struct host *host, bool *shared) {
    bool held = true;
    for (int round = 0; round < PROOF_ROUNDS; round++) {
        held = held && challenge(host);
    }
    for (int round = 0; round < PROOF_ROUNDS; round++) {
        held = held && answer_challenge(host);
    }
    memset(host->mapping.start + winapi_response_start(&host->layout), 0, sizeof(uint32_t));
    return held && exchange_verdicts(host, shared) && (!*shared || (take_turns(host) && exchange_verdicts(host, shared)));
}

/* The client's other offers, up to the last. */
static bool refuse_memory(struct host *host) {
    winapi_transport_MemoryOffer offer;
    winapi_transport_MemoryReply reply = {.taken = false, .refusal = winapi_str("this host shares nothing")};
    for (;;) {
        if (!host_hear(host, &winapi_transport_MemoryOffer_type, &offer)) {
            return false;
        }
        if (offer.kind == winapi_transport_MEMORY_KIND_NONE) {
            return true;
        }
        if (!host_say(host, &winapi_transport_MemoryReply_type, &reply)) {
            return false;
        }
    }
}

bool host_meet(struct host *host) {
    bool shared = false;
    if (!goes_on(host) || !host_hear_hello(host) || !host_say_hello(host)) {
        return false;
    }
    if (host->shares != HOST_SHARES_NOTHING && (!host_take_memory(host) || !prove(host, &shared))) {
        return false;
    }
    if (!shared) {
        return refuse_memory(host);
    }
    if (host->shares == HOST_HAS_RINGS) {
        winapi_frame_reader_clear(&host->reader);
        winapi_ring_producer_init(&host->out, host->mapping.start, RING_HOST);
        winapi_ring_consumer_init(&host->in, host->mapping.start, RING_HOST);
    }
    return true;
}
