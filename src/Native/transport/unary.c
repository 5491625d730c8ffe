#include <stdlib.h>

#include "call_state.h"
#include "channel_state.h"
#include "failure.h"

static enum step step_unary(struct winapi_call *call, void *argument) {
    (void)argument;
    if (!call->ended && !call->first_done) {
        (void)winapi_call_open(call);
    }
    return call->ended ? STEP_DONE : STEP_AGAIN;
}

static winapi_status finish(struct winapi_call *call, void *response, winapi_arena *arena, winapi_error *error) {
    struct inbound *message = winapi_call_take_message(call);
    winapi_status status = call->outcome;
    if (status != WINAPI_OK) {
        (void)winapi_fail(error, status, "%s", winapi_call_outcome_text(call));
    } else {
        status = winapi_call_decode(call, message, response, arena, error);
    }
    winapi_inbound_free(call, message);
    return status;
}

winapi_status winapi_unary(winapi_channel *channel, const winapi_method *method, const winapi_call_options *options,
                           const void *request, void *response, winapi_arena *arena, winapi_error *error) {
    winapi_error reason = {0};
    struct winapi_call *call = winapi_call_new(channel, method, options, &reason);
    if (call == NULL) {
        return winapi_fail(error, reason.code, "%s", reason.message);
    }
    winapi_status status = winapi_outbound_init(&call->first, method->request, request, false, &reason);
    winapi_channel_lock(channel);
    if (status == WINAPI_OK) {
        (void)winapi_call_wait(call, step_unary, NULL);
        status = finish(call, response, arena, &reason);
    }
    winapi_call_drop(call);
    winapi_channel_flush(channel);
    winapi_channel_leave(channel);
    return status == WINAPI_OK ? winapi_succeed(error) : winapi_fail(error, status, "%s", reason.message);
}

winapi_call *winapi_unary_async(winapi_channel *channel, const winapi_method *method, const winapi_call_options *options,
                                const void *request, winapi_done *done, void *user) {
    winapi_error reason = {0};
    struct winapi_call *call = winapi_call_new(channel, method, options, &reason);
    winapi_status status = reason.code;
    if (call == NULL && reason.code != WINAPI_RESOURCE_EXHAUSTED) {
        winapi_error ignored;
        call = winapi_call_new(channel, method, NULL, &ignored); /* so that done tells what is wrong with the options */
    }
    if (call == NULL) {
        return NULL;
    }
    if (status == WINAPI_OK) {
        status = winapi_outbound_init(&call->first, method->request, request, true, &reason);
    }
    winapi_channel_lock(channel);
    winapi_channel_start_thread(channel);
    call->finish.then.done = done;
    call->finish.user = user;
    call->finish.active = true;
    if (status != WINAPI_OK) {
        winapi_call_end(call, status, reason.message, true);
    }
    winapi_call_join_async(call);
    winapi_channel_progress(channel);
    winapi_channel_wake_driver(channel);
    winapi_channel_leave(channel);
    return call;
}
