#define _GNU_SOURCE
#include <stdlib.h>

#include "call_state.h"
#include "channel_state.h"
#include "failure.h"

enum { MOST_RESTARTS = 5 }; /* a host that takes connections and no calls would have one start over for ever */

static bool set_options(struct winapi_call *call, const winapi_call_options *options, winapi_error *error) {
    call->deadline = WINAPI_FOREVER;
    if (options == NULL) {
        return true;
    }
    if (options->timeout_ns != 0) {
        call->deadline = winapi_after(options->timeout_ns);
    }
    call->wait_for_ready = options->wait_for_ready;
    return winapi_metadata_encode(options->metadata, options->metadata_count, &call->metadata, error) == WINAPI_OK;
}

static void free_call(struct winapi_call *call) {
    winapi_bytes_free(&call->metadata);
    winapi_bytes_free(&call->first.encoded);
    winapi_bytes_free(&call->writing.encoded);
    free(call->first.references);
    free(call->writing.references);
    free(call->lent);
    free(call->outcome_text);
    winapi_metadata_free(&call->headers);
    winapi_metadata_free(&call->trailers);
    winapi_arena_free(call->arena);
    free(call->response);
    (void)pthread_cond_destroy(&call->changed);
    free(call);
}

struct winapi_call *winapi_call_new(struct winapi_channel *channel, const winapi_method *method,
                                    const winapi_call_options *options, winapi_error *error) {
    struct winapi_call *call = malloc(sizeof *call); /* calloc does not take from the thread's own cache of glibc */
    if (call != NULL) {
        *call = (struct winapi_call){.method = method, .channel = channel, .references = 1};
    }
    if (call == NULL || !winapi_condition_init(&call->changed)) {
        free(call);
        (void)winapi_fail(error, WINAPI_RESOURCE_EXHAUSTED, "out of memory for a call");
        return NULL;
    }
    call->sends_first = method->kind == WINAPI_CALL_UNARY || method->kind == WINAPI_CALL_SERVER_STREAMING;
    if (!set_options(call, options, error)) {
        free_call(call);
        return NULL;
    }
    winapi_channel_lock(channel);
    channel->references++;
    winapi_channel_unlock(channel);
    return call;
}

void winapi_call_hold(struct winapi_call *call) {
    call->references++;
}

void winapi_call_drop(struct winapi_call *call) {
    if (--call->references > 0) {
        return;
    }
    struct winapi_channel *channel = call->channel;
    winapi_call_drop_messages(call);
    winapi_call_detach(call);
    free_call(call);
    channel->references--;
}

void winapi_call_changed(struct winapi_call *call) {
    call->events++;
    (void)pthread_cond_broadcast(&call->changed);
    if (call->in_async) {
        winapi_call_progress(call);
    }
}

static void tell_host(struct winapi_call *call) {
    if (call->opened && !call->closed) {
        winapi_connection_append_small(call->connection, FRAME_CANCEL, 0, (uint32_t)call->node.id, NULL, 0);
    }
    if (call->opened) {
        winapi_borrow_return_unopened_of(call->connection, (uint32_t)call->node.id);
    }
}

void winapi_call_end(struct winapi_call *call, winapi_status status, const char *message, bool early) {
    if (call->ended) {
        return;
    }
    call->ended = true;
    call->outcome = status;
    call->outcome_text = *message == '\0' ? NULL : strdup(message); /* without memory for it the code has to do */
    if (early) {
        winapi_call_drop_messages(call);
        tell_host(call);
    }
    if (!call->opened) {
        winapi_call_detach(call);
    }
    winapi_channel_kick(call->channel); /* the leader may be the one who waits for this */
    winapi_call_changed(call);
}

const char *winapi_call_outcome_text(const struct winapi_call *call) {
    return call->outcome_text == NULL ? "" : call->outcome_text;
}

bool winapi_call_expired(struct winapi_call *call, int64_t now) {
    if (!call->ended && now >= call->deadline) {
        winapi_call_end(call, WINAPI_DEADLINE_EXCEEDED, "Deadline Exceeded", true);
    }
    return call->ended;
}

/* The connection keeps a reference on each open stream's call; the call one on the connection. */
static void leave_connection(struct winapi_call *call) {
    struct connection *connection = call->connection;
    winapi_connection_close_stream(connection, &call->node);
    call->has_slot = false;
    winapi_call_drop(call);
}

void winapi_call_close_stream(struct winapi_call *call, bool return_leases) {
    if (call->closed) {
        return;
    }
    call->closed = true;
    winapi_inbound_free(call, call->assembling);
    call->assembling = NULL;
    if (return_leases) {
        winapi_call_take_back_all(call);
    } else {
        call->lent_count = 0;
    }
    leave_connection(call);
}

void winapi_call_disconnected(struct winapi_call *call, bool local) {
    char text[sizeof call->connection->reason + 64] = "the connection ended: ";
    size_t length = strlen(text);
    winapi_set_text(text + length, sizeof text - length, call->connection->reason, strlen(call->connection->reason));
    winapi_call_hold(call);
    winapi_call_close_stream(call, false);
    winapi_call_end(call, WINAPI_UNAVAILABLE, text, local);
    winapi_call_drop(call);
}

/* A host that has answered did take it up, whatever it says. */
static bool can_restart(const struct winapi_call *call) {
    return call->sends_first && !call->ended && call->lent_count == 0 && !call->answered && call->restarts < MOST_RESTARTS;
}

void winapi_call_not_taken_up(struct winapi_call *call) {
    if (!can_restart(call)) {
        winapi_call_disconnected(call, false);
        return;
    }
    winapi_call_hold(call);
    winapi_call_close_stream(call, false);
    winapi_outbound_rewind(&call->first, call->connection);
    winapi_call_detach(call);
    call->restarts++;
    call->opened = call->closed = call->first_done = call->end_written = false;
    winapi_call_changed(call);
    winapi_call_drop(call);
}

void winapi_call_cancel(winapi_call *call) {
    struct winapi_channel *channel = call->channel;
    winapi_channel_lock(channel);
    winapi_call_end(call, WINAPI_CANCELLED, "Call canceled by the client.", true);
    winapi_channel_progress(channel);
    winapi_channel_leave(channel);
}

void winapi_call_free(winapi_call *call) {
    if (call == NULL) {
        return;
    }
    struct winapi_channel *channel = call->channel;
    winapi_channel_lock(channel);
    winapi_call_drop(call);
    winapi_channel_leave(channel);
}
