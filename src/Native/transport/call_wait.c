/* Blocking verbs: the calling thread connects, sends and reads for itself. */
#include "call_state.h"
#include "channel_state.h"

/* Where the call has no connection and there is none: makes one. True where it was tried. */
static bool connect_for(struct winapi_call *call) {
    winapi_error reason;
    bool none = call->connection == NULL && winapi_channel_usable(call->channel) == NULL;
    if (call->ended || !none) {
        return false;
    }
    winapi_status status = winapi_channel_ensure_connected(call->channel, call->wait_for_ready, call->deadline, &reason);
    if (status != WINAPI_OK) {
        winapi_call_end(call, status, reason.message, true);
    }
    return true;
}

enum step winapi_call_wait(struct winapi_call *call, winapi_call_step *step, void *argument) {
    struct winapi_channel *channel = call->channel;
    if (!call->opened) {
        winapi_channel_look(channel);
    }
    for (;;) {
        if (call->deadline != WINAPI_FOREVER) {
            (void)winapi_call_expired(call, winapi_now());
        }
        enum step taken = step(call, argument);
        uint64_t seen = channel->changes, events = call->events;
        winapi_channel_progress(channel);
        if (taken != STEP_AGAIN) {
            winapi_channel_pass_lead(channel);
            return taken;
        }
        if (seen != channel->changes || events != call->events || connect_for(call)) {
            continue; /* something happened while the gate was open */
        }
        winapi_channel_wait(channel, &call->changed, call->deadline);
    }
}
