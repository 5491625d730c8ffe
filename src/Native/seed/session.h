/* The one channel that all handles and buffers of the same settings share. */
#ifndef WINAPI_SEED_SESSION_H
#define WINAPI_SEED_SESSION_H

#include "winapi/buffer.h"
#include "winapi/channel.h"

struct session;

/* What winapi_handle_t points to. */
struct winapi_handle {
    struct session *session;
};

/* What the owner of a winapi_buffer_t points to. */
struct seed_buffer {
    struct session *session;
    winapi_shared_buffer *shared;
};

/* The session of the environment's settings, connected. NULL: error says why. Ends with winapi_session_leave. */
struct session *winapi_session_join(winapi_error *error);
void winapi_session_leave(struct session *session);
winapi_channel *winapi_session_channel(const struct session *session);

/* Keeps what went wrong for winapi_last_error and logs it; returns its code. */
int winapi_seed_result(const char *function, winapi_status status, const winapi_error *error);

#endif
