/* Every frame as a line on stderr, where WINAPI_DEBUG or WINAPI_LOG_LEVEL asks for that. */
#ifndef WINAPI_TRANSPORT_TRACE_FRAME_TRACE_H
#define WINAPI_TRANSPORT_TRACE_FRAME_TRACE_H

#include "../connection.h"

/* Whether the environment asks for it. INVALID_ARGUMENT: WINAPI_LOG_LEVEL is no level. */
winapi_status winapi_frame_trace_wanted(bool *wanted, winapi_error *error);

/* A frame of a connection that is traced. */
void winapi_frame_trace(const struct connection *connection, bool sent, const struct frame *frame);

/* A frame of the handshake. */
void winapi_frame_trace_handshake(const struct settings *settings, bool sent, const struct frame_header *header);

#endif
