/* Blocking verbs of streaming calls. */
#include "call_state.h"
#include "channel_state.h"
#include "failure.h"

static bool is_open(const struct winapi_call *call) {
    return call->opened && (!call->sends_first || call->first_done);
}

/* Also opens a call that starts over. */
static enum step step_open(struct winapi_call *call, void *argument) {
    (void)argument;
    return call->ended ? STEP_FAILED : is_open(call) ? STEP_DONE : winapi_call_open(call);
}

winapi_call *winapi_stream_open(winapi_channel *channel, const winapi_method *method, const winapi_call_options *options,
                                const void *request, winapi_error *error) {
    struct winapi_call *call = winapi_call_new(channel, method, options, error);
    if (call == NULL) {
        return NULL;
    }
    /* Copied, because the call may start over after this returns. */
    winapi_status status = call->sends_first
                               ? winapi_outbound_init(&call->first, method->request, request, true, error) : WINAPI_OK;
    winapi_channel_lock(channel);
    winapi_channel_start_thread(channel);
    if (status == WINAPI_OK && winapi_call_wait(call, step_open, NULL) != STEP_DONE) {
        status = winapi_fail(error, call->outcome == WINAPI_OK ? WINAPI_INTERNAL : call->outcome, "%s",
                             winapi_call_outcome_text(call));
    }
    if (status != WINAPI_OK) {
        winapi_call_drop(call);
        call = NULL;
    }
    winapi_channel_leave(channel);
    return call;
}

static enum step step_write(struct winapi_call *call, void *argument) {
    enum step opened = step_open(call, NULL);
    return opened == STEP_DONE ? winapi_call_send(call, argument, false) : opened;
}

static bool waits_for_ring(const struct winapi_call *call) {
    const struct connection *connection = call->connection;
    return !call->ended && connection != NULL && connection->agreed.rings && connection->wants_write;
}

/* A ring holds less than a socket: what did not fit would wait for the program's next verb. */
static enum step step_room(struct winapi_call *call, void *argument) {
    (void)argument;
    call->channel->wants |= WANTS_ROOM;
    return waits_for_ring(call) ? STEP_AGAIN : STEP_DONE;
}

static winapi_status failed_status(const struct winapi_call *call) {
    return call->outcome != WINAPI_OK ? call->outcome : WINAPI_FAILED_PRECONDITION;
}

winapi_status winapi_stream_write(winapi_call *call, const void *request) {
    struct winapi_channel *channel = call->channel;
    struct outbound outbound;
    winapi_error reason;
    winapi_status status = winapi_outbound_init(&outbound, call->method->request, request, false, &reason);
    winapi_channel_lock(channel);
    if (status != WINAPI_OK) {
        winapi_call_end(call, status, reason.message, true);
    } else if (call->writes_done || call->write.active || call->sends_first) {
        status = WINAPI_FAILED_PRECONDITION;
    } else {
        status = winapi_call_wait(call, step_write, &outbound) == STEP_DONE ? WINAPI_OK : failed_status(call);
    }
    winapi_outbound_free(&outbound, call->connection);
    winapi_channel_flush(channel);
    if (status == WINAPI_OK && waits_for_ring(call)) {
        (void)winapi_call_wait(call, step_room, NULL);
    }
    winapi_channel_leave(channel);
    return status;
}

winapi_status winapi_stream_writes_done(winapi_call *call) {
    struct winapi_channel *channel = call->channel;
    winapi_channel_lock(channel);
    call->writes_done = true;
    if (!call->write.active) {
        winapi_call_write_end(call);
    }
    winapi_status status = call->ended ? failed_status(call) : WINAPI_OK;
    winapi_channel_progress(channel);
    winapi_channel_leave(channel);
    return status;
}

static enum step step_read(struct winapi_call *call, void *argument) {
    struct inbound **message = argument;
    *message = winapi_call_take_message(call);
    if (*message == NULL && !call->ended) {
        enum step opened = step_open(call, NULL);
        return opened == STEP_FAILED ? STEP_FAILED : STEP_AGAIN;
    }
    return *message != NULL ? STEP_DONE : STEP_FAILED;
}

winapi_status winapi_stream_read(winapi_call *call, const void **response) {
    struct winapi_channel *channel = call->channel;
    struct inbound *message = NULL;
    winapi_error reason;
    *response = NULL;
    winapi_channel_lock(channel);
    winapi_status status = WINAPI_OK;
    if (call->read.active || call->finish.active) {
        status = WINAPI_FAILED_PRECONDITION;
    } else if (winapi_call_wait(call, step_read, &message) != STEP_DONE) {
        status = call->outcome;
    } else {
        status = winapi_call_read_message(call, message, &reason);
        winapi_call_consume(call, message);
        if (status != WINAPI_OK) {
            winapi_call_end(call, status, reason.message, true);
        } else {
            *response = call->response;
        }
        winapi_channel_progress(channel);
    }
    winapi_channel_leave(channel);
    return status;
}

void winapi_call_stop_reading(struct winapi_call *call) {
    struct inbound *message;
    bool one_response = call->method->kind == WINAPI_CALL_CLIENT_STREAMING || call->method->kind == WINAPI_CALL_UNARY;
    if (one_response || call->read.active) {
        return;
    }
    call->discards = true;
    while ((message = winapi_call_take_message(call)) != NULL) {
        winapi_call_consume(call, message);
    }
}

static enum step step_finish(struct winapi_call *call, void *argument) {
    (void)argument;
    if (!call->ended && step_open(call, NULL) == STEP_DONE && !call->write.active) {
        winapi_call_write_end(call);
    }
    return call->ended ? STEP_DONE : STEP_AGAIN;
}

winapi_status winapi_stream_finish(winapi_call *call, void *response, winapi_arena *arena, winapi_error *error) {
    struct winapi_channel *channel = call->channel;
    winapi_error reason = {0};
    winapi_channel_lock(channel);
    call->writes_done = true;
    winapi_call_stop_reading(call);
    (void)winapi_call_wait(call, step_finish, NULL);
    winapi_status status = call->outcome;
    struct inbound *message = response == NULL ? NULL : winapi_call_take_message(call);
    if (status != WINAPI_OK) {
        (void)winapi_fail(&reason, status, "%s", winapi_call_outcome_text(call));
    } else if (response != NULL) {
        status = winapi_call_decode(call, message, response, arena, &reason);
    }
    winapi_inbound_free(call, message);
    winapi_call_drop(call);
    winapi_channel_flush(channel);
    winapi_channel_leave(channel);
    return status == WINAPI_OK ? winapi_succeed(error) : winapi_fail(error, status, "%s", reason.message);
}

static enum step step_headers(struct winapi_call *call, void *argument) {
    (void)argument;
    if (call->has_headers || call->ended) {
        return STEP_DONE;
    }
    return step_open(call, NULL) == STEP_FAILED ? STEP_FAILED : STEP_AGAIN;
}

winapi_status winapi_call_headers(winapi_call *call, const winapi_metadata **entries, size_t *count) {
    struct winapi_channel *channel = call->channel;
    winapi_channel_lock(channel);
    (void)winapi_call_wait(call, step_headers, NULL);
    winapi_status status = call->has_headers ? WINAPI_OK : call->outcome;
    *entries = call->headers.entries;
    *count = call->headers.count;
    winapi_channel_leave(channel);
    return status;
}

size_t winapi_call_trailers(winapi_call *call, const winapi_metadata **entries) {
    winapi_channel_lock(call->channel);
    *entries = call->ended ? call->trailers.entries : NULL;
    size_t count = call->ended ? call->trailers.count : 0;
    winapi_channel_leave(call->channel);
    return count;
}
