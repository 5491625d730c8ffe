/* The one connection that all handles of the process share. */
#ifndef WINAPI_SEED_SESSION_H
#define WINAPI_SEED_SESSION_H

#include "environment.h"
#include "winapi/channel.h"

struct winapi_session {
    winapi_channel *channel;
};

/* Takes part in the connection, making its channel if this is the first. NULL: error says why. */
winapi_channel *winapi_session_join(const struct environment *environment, winapi_error *error);

/* Takes part in the connection of the handles in use; NULL where there is none. */
winapi_channel *winapi_session_borrow(void);

/* Ends one part; the last closes the channel. */
void winapi_session_leave(void);

#endif
