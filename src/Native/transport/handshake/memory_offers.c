#define _GNU_SOURCE
#include <stdio.h>
#include <unistd.h>

#include "../failure.h"
#include "handshake_state.h"

static void note(struct handshake *handshake, const char *kind, const char *why) {
    char *reasons = handshake->agreed->memory_reason;
    size_t used = strlen(reasons), capacity = sizeof handshake->agreed->memory_reason;
    char text[REASON_BYTES + 24];
    int length = snprintf(text, sizeof text, "%s%s: %s", used == 0 ? "" : "; ", kind, why);
    winapi_set_text(reasons + used, capacity - used, text, length < (int)sizeof text ? (size_t)length : sizeof text - 1);
}

static winapi_status offer(struct handshake *handshake, const struct memory_backend *backend,
                           struct offered_memory *memory, winapi_transport_MemoryReply *reply) {
    winapi_transport_MemoryOffer message = {.kind = backend->kind, .name = winapi_str(memory->name)};
    winapi_status status =
        winapi_handshake_send(handshake, &winapi_transport_MemoryOffer_type, &message, false, memory->passed);
    if (memory->passed >= 0) {
        (void)close(memory->passed);
        memory->passed = -1;
    }
    return status != WINAPI_OK ? status : winapi_handshake_receive(handshake, &winapi_transport_MemoryReply_type, reply);
}

/*
 * The host has it mapped and begins the proof. Where it cannot be mapped here, memory of this process alone takes its place:
 * the proof fails by itself then, and the verdict tells why.
 */
static winapi_status map(struct handshake *handshake, const struct memory_backend *backend, struct offered_memory *memory,
                         uint64_t offset) {
    const struct layout *layout = memory->layout;
    if (!backend->take(memory, offset)) {
        winapi_mapping_free(&memory->mapping);
        if (!winapi_mapping_make_private(&memory->mapping, layout)) {
            return winapi_fail(handshake->error, WINAPI_RESOURCE_EXHAUSTED, "out of memory for a connection");
        }
    }
    winapi_mapping_write_header(&memory->mapping, layout, handshake->agreed->session);
    return WINAPI_OK;
}

/* proved: whether the memory can be used, else its reason is set. */
static winapi_status try_backend(struct handshake *handshake, const struct memory_backend *backend,
                                 struct offered_memory *memory, bool *proved) {
    winapi_transport_MemoryReply reply;
    *proved = false;
    if (backend->passes_descriptor && handshake->settings->endpoint.kind != ENDPOINT_UNIX) {
        (void)winapi_memory_fail(memory, "this kind of endpoint cannot pass a descriptor");
        return WINAPI_OK;
    }
    if (!backend->prepare(memory)) {
        return WINAPI_OK;
    }
    winapi_status status = offer(handshake, backend, memory, &reply);
    if (status != WINAPI_OK) {
        return status;
    }
    if (!reply.taken) {
        (void)winapi_memory_fail(memory, "the host did not take it: %.160s",
                                 reply.refusal.data == NULL ? "" : reply.refusal.data);
        return WINAPI_OK;
    }
    status = map(handshake, backend, memory, reply.offset);
    return status == WINAPI_OK ? winapi_handshake_prove(handshake, memory, proved) : status;
}

static winapi_status offer_none(struct handshake *handshake) {
    winapi_transport_MemoryOffer message = {
        .kind = winapi_transport_MEMORY_KIND_NONE,
        .reason = winapi_str(handshake->agreed->memory_reason),
    };
    (void)snprintf(handshake->agreed->memory, sizeof handshake->agreed->memory, "none");
    return winapi_handshake_send(handshake, &winapi_transport_MemoryOffer_type, &message, false, -1);
}

/* Passes the memory on where it is proved; lets go of it where not. */
static void settle(struct handshake *handshake, const struct memory_backend *backend, struct offered_memory *memory,
                   bool proved) {
    struct agreement *agreed = handshake->agreed;
    if (proved) {
        agreed->mapping = memory->mapping;
        memory->mapping = NO_MAPPING;
        (void)snprintf(agreed->memory, sizeof agreed->memory, "%s", backend->name);
    } else if (memory->reason[0] != '\0') {
        note(handshake, backend->name, memory->reason);
    }
    winapi_memory_free(memory);
}

winapi_status winapi_handshake_share_memory(struct handshake *handshake) {
    winapi_shared_memory wanted = handshake->settings->shared_memory;
    if (wanted == WINAPI_SHARED_MEMORY_NONE) {
        (void)snprintf(handshake->agreed->memory_reason, sizeof handshake->agreed->memory_reason, "switched off by the client");
        return offer_none(handshake);
    }
    for (size_t i = 0; i < MEMORY_BACKENDS; i++) {
        const struct memory_backend *backend = winapi_memory_backends[i];
        struct offered_memory memory = {.layout = &handshake->settings->layout, .mapping = NO_MAPPING, .passed = -1};
        bool proved = false;
        if (wanted != WINAPI_SHARED_MEMORY_AUTO && wanted != backend->option) {
            continue;
        }
        winapi_status status = try_backend(handshake, backend, &memory, &proved);
        settle(handshake, backend, &memory, proved);
        if (status != WINAPI_OK || proved) {
            return status;
        }
    }
    return offer_none(handshake);
}
