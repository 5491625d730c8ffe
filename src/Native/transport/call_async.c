/* Verbs that end with a callback. */
#include <stdlib.h>

#include "call_state.h"
#include "channel_state.h"
#include "failure.h"

void winapi_completion_add(struct winapi_call *call, struct async_verb *verb, void (*run)(struct completion *)) {
    struct winapi_channel *channel = call->channel;
    verb->due = true;
    verb->completion = (struct completion){.call = call, .run = run};
    winapi_call_hold(call);
    if (channel->completions == NULL) {
        channel->completions = &verb->completion;
    } else {
        channel->last_completion->next = &verb->completion;
    }
    channel->last_completion = &verb->completion;
    winapi_channel_wake_driver(channel);
}

static bool is_busy(const struct winapi_call *call) {
    bool opens = !call->ended && (!call->opened || (call->sends_first && !call->first_done));
    return opens || call->write.active || call->read.active || call->finish.active;
}

void winapi_call_join_async(struct winapi_call *call) {
    if (!call->in_async) {
        call->in_async = true;
        call->next_async = call->channel->async_calls;
        call->channel->async_calls = call;
        winapi_call_hold(call);
    }
    winapi_call_progress(call);
}

static void leave_async(struct winapi_call *call) {
    struct winapi_call **link = &call->channel->async_calls;
    while (*link != NULL && *link != call) {
        link = &(*link)->next_async;
    }
    if (*link != NULL) {
        *link = call->next_async;
    }
    call->next_async = NULL;
    call->in_async = false;
    winapi_call_drop(call);
}

/* --- the callbacks; each lets go of the gate --- */

static void run_write(struct completion *completion) {
    struct winapi_call *call = completion->call;
    struct async_verb verb = call->write;
    call->write = (struct async_verb){0};
    winapi_channel_unlock(call->channel);
    verb.then.written(verb.status, verb.user);
    winapi_channel_lock(call->channel);
}

static bool prepare_response(struct winapi_call *call) {
    size_t size = call->method->response_size;
    call->response = call->response != NULL ? call->response : calloc(1, size == 0 ? 1 : size);
    call->arena = call->arena != NULL ? call->arena : winapi_arena_new();
    if (call->response == NULL || call->arena == NULL) {
        return false;
    }
    winapi_arena_reset(call->arena);
    return true;
}

/* The message as a struct that stays until the next one; what cannot be read ends the call. */
winapi_status winapi_call_read_message(struct winapi_call *call, const struct inbound *message, winapi_error *error) {
    return prepare_response(call) ? winapi_call_decode(call, message, call->response, call->arena, error)
                                  : winapi_fail(error, WINAPI_RESOURCE_EXHAUSTED, "out of memory for a response");
}

static void run_read(struct completion *completion) {
    struct winapi_call *call = completion->call;
    struct async_verb verb = call->read;
    winapi_error reason;
    if (verb.message != NULL) {
        verb.status = winapi_call_read_message(call, verb.message, &reason);
        winapi_call_consume(call, verb.message);
        if (verb.status != WINAPI_OK) {
            winapi_call_end(call, verb.status, reason.message, true);
        }
    }
    const void *response = verb.message != NULL && verb.status == WINAPI_OK ? call->response : NULL;
    call->read = (struct async_verb){0};
    winapi_channel_unlock(call->channel);
    verb.then.read(verb.status, response, verb.user);
    winapi_channel_lock(call->channel);
}

static void run_finish(struct completion *completion) {
    struct winapi_call *call = completion->call;
    struct async_verb verb = call->finish;
    const char *text = winapi_call_outcome_text(call);
    winapi_error error = {.code = call->outcome};
    winapi_set_text(error.message, sizeof error.message, text, strlen(text));
    bool has_response = call->method->kind == WINAPI_CALL_UNARY || call->method->kind == WINAPI_CALL_CLIENT_STREAMING;
    if (error.code == WINAPI_OK && has_response) {
        (void)winapi_call_read_message(call, verb.message, &error);
    }
    winapi_inbound_free(call, verb.message);
    call->finish = (struct async_verb){0};
    winapi_channel_unlock(call->channel);
    verb.then.done(error.code, error.code == WINAPI_OK && has_response ? call->response : NULL, &error, verb.user);
    winapi_channel_lock(call->channel);
    if (call->method->kind != WINAPI_CALL_UNARY) {
        winapi_call_drop(call); /* the caller's reference: finish ends the call */
    }
}

/* --- going on --- */

static void progress_write(struct winapi_call *call) {
    struct async_verb *verb = &call->write;
    if (!verb->active || verb->due || (!call->opened && !call->ended)) {
        return;
    }
    enum step step = winapi_call_send(call, &call->writing, false);
    if (step == STEP_AGAIN) {
        return;
    }
    verb->status = step == STEP_DONE ? WINAPI_OK : call->outcome != WINAPI_OK ? call->outcome : WINAPI_FAILED_PRECONDITION;
    winapi_outbound_free(&call->writing, call->connection);
    winapi_completion_add(call, verb, run_write);
}

static void progress_read(struct winapi_call *call) {
    struct async_verb *verb = &call->read;
    if (!verb->active || verb->due) {
        return;
    }
    verb->message = winapi_call_take_message(call);
    if (verb->message != NULL || call->ended) {
        verb->status = call->outcome; /* where there is no message */
        winapi_completion_add(call, verb, run_read);
    }
}

static void progress_finish(struct winapi_call *call) {
    struct async_verb *verb = &call->finish;
    if (!verb->active || verb->due || !call->ended || call->read.active || call->write.active) {
        return;
    }
    verb->message = winapi_call_take_message(call);
    winapi_completion_add(call, verb, run_finish);
}

static void progress_open(struct winapi_call *call) {
    bool open = call->opened && (!call->sends_first || call->first_done);
    if (call->ended || open) {
        return;
    }
    if (call->connection == NULL && winapi_channel_usable(call->channel) == NULL) {
        winapi_channel_connect_async(call->channel);
    }
    (void)winapi_call_open(call);
}

void winapi_call_progress(struct winapi_call *call) {
    if (!call->in_async) {
        return;
    }
    winapi_call_hold(call);
    progress_open(call);
    progress_write(call);
    if (call->writes_done && !call->write.active) {
        winapi_call_write_end(call);
    }
    progress_read(call);
    progress_finish(call);
    if (call->in_async && !is_busy(call)) {
        leave_async(call);
    }
    winapi_call_drop(call);
}

/* --- the verbs --- */

winapi_status winapi_stream_write_async(winapi_call *call, const void *request, winapi_written *written, void *user) {
    struct outbound outbound;
    winapi_error reason;
    winapi_status status = winapi_outbound_init(&outbound, call->method->request, request, true, &reason);
    if (status != WINAPI_OK) {
        return status;
    }
    struct winapi_channel *channel = call->channel;
    winapi_channel_lock(channel);
    if (call->write.active || call->writes_done || call->sends_first) {
        status = WINAPI_FAILED_PRECONDITION;
        winapi_outbound_free(&outbound, NULL);
    } else {
        winapi_channel_start_thread(channel);
        call->writing = outbound;
        call->write = (struct async_verb){.active = true, .user = user, .then.written = written};
        winapi_call_join_async(call);
        winapi_channel_progress(channel);
        winapi_channel_wake_driver(channel);
    }
    winapi_channel_leave(channel);
    return status;
}

winapi_status winapi_stream_read_async(winapi_call *call, winapi_read *read, void *user) {
    struct winapi_channel *channel = call->channel;
    winapi_channel_lock(channel);
    winapi_status status = call->read.active || call->finish.active ? WINAPI_FAILED_PRECONDITION : WINAPI_OK;
    if (status == WINAPI_OK) {
        winapi_channel_start_thread(channel);
        call->read = (struct async_verb){.active = true, .user = user, .then.read = read};
        winapi_call_join_async(call);
        winapi_channel_progress(channel);
        winapi_channel_wake_driver(channel);
    }
    winapi_channel_leave(channel);
    return status;
}

winapi_status winapi_stream_finish_async(winapi_call *call, winapi_done *done, void *user) {
    struct winapi_channel *channel = call->channel;
    winapi_channel_lock(channel);
    winapi_status status = call->finish.active ? WINAPI_FAILED_PRECONDITION : WINAPI_OK;
    if (status == WINAPI_OK) {
        winapi_channel_start_thread(channel);
        call->finish = (struct async_verb){.active = true, .user = user, .then.done = done};
        call->writes_done = true;
        winapi_call_stop_reading(call);
        winapi_call_join_async(call);
        winapi_channel_progress(channel);
        winapi_channel_wake_driver(channel);
    }
    winapi_channel_leave(channel);
    return status;
}

winapi_call *winapi_stream_open_async(winapi_channel *channel, const winapi_method *method,
                                      const winapi_call_options *options, const void *request) {
    winapi_error reason = {0};
    struct winapi_call *call = winapi_call_new(channel, method, options, &reason);
    if (call == NULL && reason.code != WINAPI_RESOURCE_EXHAUSTED) {
        winapi_error ignored;
        call = winapi_call_new(channel, method, NULL, &ignored);
    }
    if (call == NULL) {
        return NULL;
    }
    if (reason.code == WINAPI_OK && call->sends_first) {
        (void)winapi_outbound_init(&call->first, method->request, request, true, &reason);
    }
    winapi_channel_lock(channel);
    winapi_channel_start_thread(channel);
    if (reason.code != WINAPI_OK) {
        winapi_call_end(call, reason.code, reason.message, true);
    }
    winapi_call_join_async(call);
    winapi_channel_progress(channel);
    winapi_channel_wake_driver(channel);
    winapi_channel_leave(channel);
    return call;
}
