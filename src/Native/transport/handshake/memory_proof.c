#define _GNU_SOURCE
#include "../failure.h"
#include "../memory/proof.h"
#include "../memory/turns.h"
#include "handshake_state.h"

static winapi_status answer_challenge(struct handshake *handshake, const struct proof_region *region) {
    winapi_transport_MemoryChallenge challenge;
    uint8_t digest[WINAPI_SHA256_BYTES];
    winapi_status status = winapi_handshake_receive(handshake, &winapi_transport_MemoryChallenge_type, &challenge);
    if (status != WINAPI_OK) {
        return status;
    }
    if (!winapi_proof_answer(region, challenge.offsets.items, challenge.offsets.count, digest)) {
        return winapi_handshake_stranger(handshake, "a memory challenge asks for bytes outside its region");
    }
    winapi_transport_MemoryAnswer answer = {.digest = winapi_bytes_of(digest, sizeof digest)};
    return winapi_handshake_send(handshake, &winapi_transport_MemoryAnswer_type, &answer, false, -1);
}

static winapi_status challenge_host(struct handshake *handshake, const struct proof_region *region, uint64_t *offsets,
                                    size_t count, bool *seen) {
    uint8_t expected[WINAPI_SHA256_BYTES];
    winapi_transport_MemoryAnswer answer;
    if (!winapi_proof_write(region, offsets, count, expected)) {
        return winapi_fail(handshake->error, WINAPI_INTERNAL, "the system gives no random bytes");
    }
    winapi_transport_MemoryChallenge challenge = {.offsets = {offsets, count}};
    winapi_status status = winapi_handshake_send(handshake, &winapi_transport_MemoryChallenge_type, &challenge, false, -1);
    status = status != WINAPI_OK ? status
                                 : winapi_handshake_receive(handshake, &winapi_transport_MemoryAnswer_type, &answer);
    if (status == WINAPI_OK) {
        *seen &= winapi_digest_equals(expected, answer.digest.data, answer.digest.size);
    }
    return status;
}

/* In both directions, twice on the same pages: a copy that is fetched at the first look fails at the second. */
static winapi_status exchange_challenges(struct handshake *handshake, uint8_t *mapping, bool *seen) {
    const struct layout *layout = &handshake->settings->layout;
    struct proof_region response = {mapping, winapi_response_start(layout), layout->response_bytes, handshake->session_key,
                                    handshake->session_key_size};
    struct proof_region request = {mapping, winapi_request_start(), layout->request_bytes, handshake->session_key,
                                   handshake->session_key_size};
    uint64_t offsets[PROOF_MAX_PROBES];
    size_t count;
    winapi_status status = WINAPI_OK;
    for (int round = 0; round < PROOF_ROUNDS && status == WINAPI_OK; round++) {
        status = answer_challenge(handshake, &response);
    }
    if (status == WINAPI_OK && !winapi_proof_choose(&request, offsets, &count)) {
        status = winapi_fail(handshake->error, WINAPI_INTERNAL, "the system gives no random bytes");
    }
    for (int round = 0; round < PROOF_ROUNDS && status == WINAPI_OK; round++) {
        status = challenge_host(handshake, &request, offsets, count, seen);
    }
    return status;
}

/* held: what this side has seen, and then what both have; where not, the memory's reason says why. */
static winapi_status exchange_verdicts(struct handshake *handshake, struct offered_memory *memory, bool *held) {
    winapi_transport_MemoryVerdict theirs, mine = {.shared = *held, .reason = winapi_str(*held ? "" : memory->reason)};
    winapi_status status = winapi_handshake_send(handshake, &winapi_transport_MemoryVerdict_type, &mine, false, -1);
    status = status != WINAPI_OK ? status
                                 : winapi_handshake_receive(handshake, &winapi_transport_MemoryVerdict_type, &theirs);
    if (status == WINAPI_OK && *held && !theirs.shared) {
        *held = winapi_memory_fail(memory, "the host does not see the same memory: %.140s",
                                   theirs.reason.data == NULL ? "" : theirs.reason.data);
    }
    return status;
}

static winapi_status take_turns(struct handshake *handshake, struct offered_memory *memory, bool *held) {
    uint8_t *mapping = memory->mapping.start;
    struct attempt *attempt = handshake->attempt;
    uint32_t *turns = &handshake->agreed->memory_turns;
    *held = winapi_turns_lead(attempt, mapping + winapi_request_start(), mapping + winapi_response_start(memory->layout),
                              turns);
    if (attempt->stopped || attempt->timed_out) {
        return winapi_handshake_broken(handshake, 0);
    }
    if (!*held) {
        (void)winapi_memory_fail(memory, "the host did not answer turn %u in memory", *turns + 1);
    }
    return exchange_verdicts(handshake, memory, held);
}

winapi_status winapi_handshake_prove(struct handshake *handshake, struct offered_memory *memory, bool *proved) {
    bool mapped = memory->reason[0] == '\0', seen = true;
    winapi_status status = exchange_challenges(handshake, memory->mapping.start, &seen);
    if (status != WINAPI_OK) {
        return status;
    }
    if (!seen && mapped) {
        (void)winapi_memory_fail(memory, "the host does not see the client's writes");
    }
    memset(memory->mapping.start + winapi_request_start(), 0, sizeof(uint32_t)); /* where the turns are counted */
    *proved = seen && mapped;
    status = exchange_verdicts(handshake, memory, proved);
    return status == WINAPI_OK && *proved ? take_turns(handshake, memory, proved) : status;
}
