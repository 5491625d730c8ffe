/* A frame as a JSON object on one line, for people: the same keys as the C# side's. docs/troubleshooting.md has them. */
#ifndef WINAPI_TRANSPORT_TRACE_FRAME_JSON_H
#define WINAPI_TRANSPORT_TRACE_FRAME_JSON_H

#include "../frame.h"

enum { FRAME_JSON_BYTES = 8 * 1024 }; /* holds any frame: of long lists only the beginning is shown */

/* What is not in the frame. */
struct frame_context {
    bool sent;
    const uint8_t *session; /* NULL during the handshake */
    const char *method;     /* of a Call frame that does not name its own; or NULL */
};

/* Of metadata only the keys, of a payload the first bytes, of the handshake only lengths. Ends with a zero. */
void winapi_frame_json(const struct frame *frame, const struct frame_context *context, char text[FRAME_JSON_BYTES]);

#endif
