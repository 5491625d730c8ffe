#define _GNU_SOURCE
#include "handshake.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include "clock.h"
#include "failure.h"
#include "proof.h"
#include "winapi/transport.winapi.h"

enum { MIN_VERSION = 1, MAX_VERSION = 1, VIOLATION_CHARS = 160 };

struct handshake {
    struct attempt *attempt;
    const struct settings *settings;
    struct agreement *agreed;
    winapi_arena *arena;
    winapi_error *error;
};

static winapi_status stranger(struct handshake *handshake, const char *how) {
    return winapi_fail(handshake->error, WINAPI_UNAVAILABLE, "what answers on %s is not a host of this version: %s",
                       handshake->settings->endpoint.text, how);
}

/* After a socket call that failed. */
static winapi_status broken(struct handshake *handshake, int failure) {
    const char *endpoint = handshake->settings->endpoint.text;
    if (handshake->attempt->stopped) {
        return winapi_fail(handshake->error, WINAPI_UNAVAILABLE, "the channel was closed");
    }
    if (handshake->attempt->timed_out) {
        return winapi_fail(handshake->error, WINAPI_UNAVAILABLE,
                           "no answer from %s in time (connect_timeout): the host is busy or stopped, or something else "
                           "listens there", endpoint);
    }
    winapi_endpoint_diagnose(&handshake->settings->endpoint, failure, handshake->error);
    return WINAPI_UNAVAILABLE;
}

static winapi_status send_message(struct handshake *handshake, const winapi_message_type *type, const void *message,
                                  bool preface, int descriptor) {
    struct bytes bytes = {0};
    size_t size, start = preface ? 8 : 0;
    uint8_t *room = winapi_message_size(type, message, &size)
                        ? winapi_bytes_append(&bytes, start + FRAME_HEADER_BYTES + size) : NULL;
    if (room == NULL) {
        return winapi_fail(handshake->error, WINAPI_RESOURCE_EXHAUSTED, "out of memory for the handshake");
    }
    winapi_copy(room, "WINA\0\0\0\1", start);
    struct frame_header header = {.length = (uint32_t)size, .type = FRAME_HANDSHAKE};
    winapi_frame_header_write(&header, room + start);
    (void)winapi_message_encode(type, message, room + start + FRAME_HEADER_BYTES, size);
    bool sent = winapi_socket_send(handshake->attempt, bytes.data, bytes.size, descriptor);
    int failure = errno;
    winapi_bytes_free(&bytes);
    return sent ? WINAPI_OK : broken(handshake, failure);
}

static winapi_status fill(struct handshake *handshake) {
    size_t size;
    uint8_t *room = winapi_frame_reader_room(&handshake->agreed->reader, &size);
    ssize_t received = winapi_socket_receive(handshake->attempt, room, size);
    if (received < 0) {
        return broken(handshake, errno);
    }
    if (received == 0) {
        return stranger(handshake, "it closed the connection during the handshake");
    }
    winapi_frame_reader_filled(&handshake->agreed->reader, (size_t)received);
    return WINAPI_OK;
}

static winapi_status receive_message(struct handshake *handshake, const winapi_message_type *type, void *message) {
    char violation[VIOLATION_CHARS];
    struct frame frame;
    for (;;) {
        enum frame_taken taken = winapi_frame_reader_take(&handshake->agreed->reader, &frame, violation);
        if (taken == FRAME_VIOLATION) {
            return stranger(handshake, violation);
        }
        if (taken == FRAME_TAKEN) {
            break;
        }
        winapi_status status = fill(handshake);
        if (status != WINAPI_OK) {
            return status;
        }
    }
    if (frame.header.type != FRAME_HANDSHAKE) {
        return stranger(handshake, "another frame came during the handshake");
    }
    winapi_arena_reset(handshake->arena);
    return winapi_message_decode(type, frame.body, frame.body_length, message, handshake->arena, NULL) == WINAPI_OK
               ? WINAPI_OK
               : stranger(handshake, "a message of the handshake cannot be read");
}

static winapi_status say_hello(struct handshake *handshake, int descriptor) {
    const struct settings *settings = handshake->settings;
    const struct limits *mine = &settings->limits;
    winapi_transport_PeerLimits limits = {
        .initial_window_bytes = mine->initial_window_bytes,
        .max_message_bytes = mine->max_message_bytes,
        .max_metadata_bytes = mine->max_metadata_bytes,
        .max_frame_bytes = mine->max_frame_bytes,
    };
    winapi_transport_ClientHello hello = {
        .min_version = MIN_VERSION,
        .max_version = MAX_VERSION,
        .session_id = winapi_bytes_of(handshake->agreed->session, SESSION_BYTES),
        .memory = descriptor >= 0 ? winapi_transport_MEMORY_KIND_MEMFD : winapi_transport_MEMORY_KIND_NONE,
        .request_region_bytes = settings->layout.request_bytes,
        .response_region_bytes = settings->layout.response_bytes,
        .limits = &limits,
        .agent = winapi_str(settings->agent),
        .process_id = (uint32_t)getpid(),
    };
    return send_message(handshake, &winapi_transport_ClientHello_type, &hello, true, descriptor);
}

static void offer_memory(struct handshake *handshake, int *descriptor) {
    const struct settings *settings = handshake->settings;
    struct agreement *agreed = handshake->agreed;
    *descriptor = -1;
    if (!settings->share_memory) {
        (void)snprintf(agreed->memory_reason, sizeof agreed->memory_reason, "switched off by the client");
    } else if (settings->endpoint.kind != ENDPOINT_UNIX) {
        (void)snprintf(agreed->memory_reason, sizeof agreed->memory_reason,
                       "this kind of endpoint cannot pass a memory descriptor");
    } else {
        agreed->mapping = winapi_mapping_create(&settings->layout, agreed->session, descriptor, agreed->memory_reason,
                                                sizeof agreed->memory_reason);
    }
}

static void drop_memory(struct handshake *handshake, const char *why, winapi_string detail) {
    struct agreement *agreed = handshake->agreed;
    winapi_mapping_free(agreed->mapping, &handshake->settings->layout);
    agreed->mapping = NULL;
    int length = snprintf(agreed->memory_reason, sizeof agreed->memory_reason, "%s", why);
    winapi_set_text(agreed->memory_reason + length, sizeof agreed->memory_reason - (size_t)length, detail.data, detail.size);
}

static winapi_status check_limits(struct handshake *handshake, const winapi_transport_PeerLimits *theirs) {
    struct limits *limits = &handshake->agreed->peer;
    if (theirs != NULL) {
        *limits = (struct limits){theirs->max_concurrent_calls == 0 ? 1 : theirs->max_concurrent_calls,
                                  theirs->initial_window_bytes, theirs->max_message_bytes, theirs->max_metadata_bytes,
                                  theirs->max_frame_bytes};
    }
    if (theirs == NULL || winapi_piece_bytes(limits) == 0 || limits->initial_window_bytes == 0 ||
        limits->initial_window_bytes > INT32_MAX || limits->max_message_bytes == 0) {
        return stranger(handshake, "it announces limits that no call could keep");
    }
    return WINAPI_OK;
}

static winapi_status hear_hello(struct handshake *handshake) {
    winapi_transport_HostHello host;
    winapi_status status = receive_message(handshake, &winapi_transport_HostHello_type, &host);
    if (status != WINAPI_OK) {
        return status;
    }
    if (host.refusal != NULL) {
        uint32_t code = host.refusal->status_code;
        return winapi_fail(handshake->error, code > 0 && code <= WINAPI_UNAUTHENTICATED ? (winapi_status)code : WINAPI_UNKNOWN,
                           "the host at %s refused: %.300s", handshake->settings->endpoint.text,
                           host.refusal->message.data != NULL ? host.refusal->message.data : "");
    }
    if (host.version < MIN_VERSION || host.version > MAX_VERSION) {
        return stranger(handshake, "it chose a protocol version that was not offered");
    }
    handshake->agreed->version = host.version;
    winapi_set_text(handshake->agreed->peer_agent, sizeof handshake->agreed->peer_agent, host.agent.data, host.agent.size);
    if (handshake->agreed->mapping != NULL && host.memory != winapi_transport_MEMORY_KIND_MEMFD) {
        drop_memory(handshake, "the host did not take the memory: ", host.memory_refusal);
    }
    return check_limits(handshake, host.limits);
}

static winapi_status answer_challenge(struct handshake *handshake, const struct proof_region *region) {
    winapi_transport_MemoryChallenge challenge;
    uint8_t digest[WINAPI_SHA256_BYTES];
    winapi_status status = receive_message(handshake, &winapi_transport_MemoryChallenge_type, &challenge);
    if (status != WINAPI_OK) {
        return status;
    }
    if (!winapi_proof_answer(region, challenge.offsets.items, challenge.offsets.count, digest)) {
        return stranger(handshake, "a memory challenge asks for bytes outside its region");
    }
    winapi_transport_MemoryAnswer answer = {.digest = winapi_bytes_of(digest, sizeof digest)};
    return send_message(handshake, &winapi_transport_MemoryAnswer_type, &answer, false, -1);
}

static winapi_status challenge_host(struct handshake *handshake, const struct proof_region *region, uint64_t *offsets,
                                    size_t count, bool *seen) {
    uint8_t expected[WINAPI_SHA256_BYTES];
    winapi_transport_MemoryAnswer answer;
    if (!winapi_proof_write(region, offsets, count, expected)) {
        return winapi_fail(handshake->error, WINAPI_INTERNAL, "the system gives no random bytes");
    }
    winapi_transport_MemoryChallenge challenge = {.offsets = {offsets, count}};
    winapi_status status = send_message(handshake, &winapi_transport_MemoryChallenge_type, &challenge, false, -1);
    status = status != WINAPI_OK ? status : receive_message(handshake, &winapi_transport_MemoryAnswer_type, &answer);
    if (status == WINAPI_OK) {
        *seen &= answer.digest.size == sizeof expected && memcmp(answer.digest.data, expected, sizeof expected) == 0;
    }
    return status;
}

static winapi_status exchange_verdicts(struct handshake *handshake, bool seen) {
    winapi_transport_MemoryVerdict theirs, mine = {.shared = seen};
    const char *reason = "the host does not see the client's writes";
    mine.reason = winapi_str(seen ? "" : reason);
    winapi_status status = send_message(handshake, &winapi_transport_MemoryVerdict_type, &mine, false, -1);
    status = status != WINAPI_OK ? status : receive_message(handshake, &winapi_transport_MemoryVerdict_type, &theirs);
    if (status == WINAPI_OK && (!theirs.shared || !seen)) {
        drop_memory(handshake, "", theirs.shared ? winapi_str(reason) : theirs.reason);
    }
    return status;
}

static winapi_status prove_memory(struct handshake *handshake) {
    struct agreement *agreed = handshake->agreed;
    const struct layout *layout = &handshake->settings->layout;
    struct proof_region response = {agreed->mapping, winapi_response_start(layout), layout->response_bytes, agreed->session};
    struct proof_region request = {agreed->mapping, winapi_request_start(), layout->request_bytes, agreed->session};
    uint64_t offsets[PROOF_MAX_PROBES];
    size_t count;
    bool seen = true;
    winapi_status status = WINAPI_OK;
    for (int round = 0; round < PROOF_ROUNDS && status == WINAPI_OK; round++) {
        status = answer_challenge(handshake, &response);
    }
    if (status == WINAPI_OK && !winapi_proof_choose(&request, offsets, &count)) {
        status = winapi_fail(handshake->error, WINAPI_INTERNAL, "the system gives no random bytes");
    }
    for (int round = 0; round < PROOF_ROUNDS && status == WINAPI_OK; round++) {
        status = challenge_host(handshake, &request, offsets, count, &seen);
    }
    return status == WINAPI_OK ? exchange_verdicts(handshake, seen) : status;
}

static winapi_status run(struct handshake *handshake) {
    int descriptor;
    if (getrandom(handshake->agreed->session, SESSION_BYTES, 0) != SESSION_BYTES) {
        return winapi_fail(handshake->error, WINAPI_INTERNAL, "the system gives no random bytes");
    }
    if (!winapi_socket_connect(handshake->attempt, &handshake->settings->endpoint)) {
        return broken(handshake, errno);
    }
    offer_memory(handshake, &descriptor);
    winapi_status status = say_hello(handshake, descriptor);
    if (descriptor >= 0) {
        (void)close(descriptor);
    }
    status = status != WINAPI_OK ? status : hear_hello(handshake);
    return status == WINAPI_OK && handshake->agreed->mapping != NULL ? prove_memory(handshake) : status;
}

winapi_status winapi_handshake(struct attempt *attempt, const struct settings *settings, struct agreement *agreed,
                               winapi_error *error) {
    struct handshake handshake = {attempt, settings, agreed, winapi_arena_new(), error};
    winapi_status status;
    *agreed = (struct agreement){.socket = -1};
    attempt->socket = -1;
    if (handshake.arena == NULL || !winapi_frame_reader_init(&agreed->reader, settings->limits.max_frame_bytes)) {
        status = winapi_fail(error, WINAPI_RESOURCE_EXHAUSTED, "out of memory for a connection");
    } else {
        status = run(&handshake);
    }
    winapi_arena_free(handshake.arena);
    agreed->socket = attempt->socket;
    if (status != WINAPI_OK) {
        winapi_frame_reader_free(&agreed->reader);
        winapi_mapping_free(agreed->mapping, &settings->layout);
        if (attempt->socket >= 0) {
            (void)close(attempt->socket);
        }
    }
    return status;
}
