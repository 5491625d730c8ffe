/* What a call has lent of this side's region: it comes back lease by lease, or all at once when the host is done. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "call_state.h"
#include "channel_state.h"

static struct lend_count *find(const struct winapi_call *call, uint64_t lease) {
    for (size_t i = 0; i < call->lent_count; i++) {
        if (call->lent[i].lease == lease) {
            return &call->lent[i];
        }
    }
    return NULL;
}

bool winapi_call_has_lent(const struct winapi_call *call, uint64_t lease) {
    return find(call, lease) != NULL;
}

static bool note_lend(struct winapi_call *call, uint64_t lease) {
    struct lend_count *lent = find(call, lease);
    if (lent == NULL) {
        lent = realloc(call->lent, (call->lent_count + 1) * sizeof *lent);
        if (lent == NULL) {
            return false;
        }
        call->lent = lent;
        lent = &call->lent[call->lent_count++];
        *lent = (struct lend_count){.lease = lease};
    }
    lent->count++;
    return true;
}

static void refuse(struct winapi_call *call, const struct descriptor *reference, const char *problem) {
    char text[400];
    (void)snprintf(text, sizeof text,
                   "the buffer with lease %" PRIu64 " (%" PRIu64 " bytes at %" PRIu64 ") cannot be lent: %s",
                   reference->lease, reference->length, reference->offset, problem);
    winapi_call_end(call, WINAPI_INVALID_ARGUMENT, text, true);
}

static struct lease *lendable(struct winapi_call *call, const struct descriptor *reference) {
    struct lease *lease = winapi_lease_find(call->connection, reference->lease);
    if (lease == NULL || !lease->rented) {
        refuse(call, reference,
               "it was released, or rented before a reconnect or elsewhere, or the reference was made by hand");
        return NULL;
    }
    struct descriptor whole = winapi_lease_descriptor(lease);
    if (!winapi_descriptor_covers(&whole, reference->offset, reference->length)) {
        refuse(call, reference, "the reference reaches past the buffer");
        return NULL;
    }
    return lease;
}

bool winapi_call_lend(struct winapi_call *call, struct descriptor *references, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (lendable(call, &references[i]) == NULL) {
            return false;
        }
    }
    for (size_t i = 0; i < count; i++) {
        struct lease *lease = winapi_lease_find(call->connection, references[i].lease);
        if (!note_lend(call, lease->node.id)) {
            winapi_call_end(call, WINAPI_RESOURCE_EXHAUSTED, "out of memory for a lent buffer", true);
            return false;
        }
        lease->lent++;
        references[i] = winapi_lease_descriptor(lease);
    }
    return true;
}

bool winapi_call_take_back(struct winapi_call *call, uint64_t lease, uint64_t count) {
    struct lend_count *lent = find(call, lease);
    if (count == 0 || lent == NULL || lent->count < count) {
        return false;
    }
    lent->count -= count;
    if (lent->count == 0) {
        *lent = call->lent[--call->lent_count];
    }
    return winapi_lease_take_back(call->connection, lease, count);
}

void winapi_call_take_back_all(struct winapi_call *call) {
    for (size_t i = 0; i < call->lent_count; i++) {
        (void)winapi_lease_take_back(call->connection, call->lent[i].lease, call->lent[i].count);
    }
    call->lent_count = 0;
}
