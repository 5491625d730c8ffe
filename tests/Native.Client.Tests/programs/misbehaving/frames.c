/* Answers to the first call that the protocol does not allow, or the call cannot use. */
#include "scenario.h"

#define NOTHING ""
#define FRAME(kind, bits, number, on, head_text, body_text)                                                    \
    {{.type = (kind), .flags = (bits), .code = (number), .stream = (on), .head_length = sizeof(head_text) - 1}, \
     (head_text), (body_text), sizeof(body_text) - 1}
#define ON_CALL(kind, bits, head_text, body_text) FRAME(kind, bits, 0, 1, head_text, body_text)
#define ON_NONE(kind, bits, head_text, body_text) FRAME(kind, bits, 0, 0, head_text, body_text)
#define GOOD_END ON_CALL(FRAME_TRAILERS, FLAG_MESSAGE, NOTHING, NOTHING)
#define RELEASE_OF(lease, count) lease "\0\0\0\0\0\0\0" count "\0\0\0"

const struct scenario frame_scenarios[] = {
    {.name = "unknown-type", .said = {ON_CALL(99, 0, NOTHING, NOTHING)}},
    {.name = "type-zero", .said = {ON_NONE(0, 0, NOTHING, NOTHING)}},
    {.name = "handshake-again", .said = {ON_NONE(FRAME_HANDSHAKE, 0, NOTHING, NOTHING)}},
    {.name = "call-from-the-host", .said = {ON_CALL(FRAME_CALL, 0, NOTHING, NOTHING)}},
    {.name = "cancel-from-the-host", .said = {ON_CALL(FRAME_CANCEL, 0, NOTHING, NOTHING)}},

    {.name = "stream-never-opened", .said = {FRAME(FRAME_MESSAGE, FLAG_MESSAGE, 0, 77, NOTHING, NOTHING)}},
    {.name = "last-stream-number", .said = {FRAME(FRAME_TRAILERS, 0, 0, UINT32_MAX, NOTHING, NOTHING)}},
    {.name = "stream-zero", .said = {ON_NONE(FRAME_TRAILERS, FLAG_MESSAGE, NOTHING, NOTHING)}},
    {.name = "message-after-trailers", .again = AT_ONCE,
     .said = {GOOD_END, ON_CALL(FRAME_MESSAGE, FLAG_MESSAGE, NOTHING, NOTHING)}},
    {.name = "trailers-twice", .again = AT_ONCE, .said = {GOOD_END, GOOD_END}},
    {.name = "headers-after-trailers", .again = AT_ONCE,
     .said = {GOOD_END, ON_CALL(FRAME_HEADERS, 0, NOTHING, NOTHING)}},
    {.name = "lingering-trailers-twice", .again = AT_ONCE,
     .said = {ON_CALL(FRAME_TRAILERS, FLAG_MESSAGE | FLAG_LINGERS, NOTHING, NOTHING), GOOD_END}},
    {.name = "message-while-lingering", .again = AT_ONCE,
     .said = {ON_CALL(FRAME_TRAILERS, FLAG_MESSAGE | FLAG_LINGERS, NOTHING, NOTHING),
              ON_CALL(FRAME_MESSAGE, FLAG_MESSAGE, NOTHING, NOTHING)}},
    {.name = "end-of-lingering-first", .said = {ON_CALL(FRAME_RELEASE, FLAG_END_OF_STREAM, NOTHING, NOTHING)}},
    {.name = "end-of-stream", .said = {ON_CALL(FRAME_MESSAGE, FLAG_MESSAGE | FLAG_END_OF_STREAM, NOTHING, NOTHING)}},
    {.name = "trailers-go-on", .said = {ON_CALL(FRAME_TRAILERS, FLAG_MESSAGE | FLAG_MORE, NOTHING, NOTHING)}},
    {.name = "body-without-message", .said = {ON_CALL(FRAME_MESSAGE, 0, NOTHING, "stray")}},

    {.name = "window-of-three-bytes", .said = {ON_CALL(FRAME_WINDOW, 0, NOTHING, "\1\0\0")}},
    {.name = "window-overflows", .said = {ON_CALL(FRAME_WINDOW, 0, NOTHING, "\xFF\xFF\xFF\xFF")}},
    {.name = "release-of-half-an-entry", .said = {ON_NONE(FRAME_RELEASE, 0, NOTHING, "\1\0\0\0\0\0")}},
    {.name = "release-of-nothing", .said = {ON_NONE(FRAME_RELEASE, 0, NOTHING, NOTHING)}},
    {.name = "release-never-lent", .said = {ON_NONE(FRAME_RELEASE, 0, NOTHING, RELEASE_OF("\1", "\1"))}},
    {.name = "call-releases-never-lent", .said = {ON_CALL(FRAME_RELEASE, 0, NOTHING, RELEASE_OF("\1", "\1"))}},

    {.name = "status-longer-than-head", .said = {ON_CALL(FRAME_TRAILERS, 0, "\377\377\377\177text", NOTHING)}},
    {.name = "status-of-three-bytes", .said = {ON_CALL(FRAME_TRAILERS, 0, "\0\0\0", NOTHING)}},
    {.name = "status-not-utf8", .again = ON_SAME_CONNECTION,
     .said = {FRAME(FRAME_TRAILERS, 0, WINAPI_NOT_FOUND, 1, "\6\0\0\0a\377b\300\200c", NOTHING)}},
    {.name = "status-of-no-name", .again = ON_SAME_CONNECTION,
     .said = {FRAME(FRAME_TRAILERS, 0, 999, 1, "\4\0\0\0what", NOTHING)}},
    {.name = "metadata-cut", .said = {ON_CALL(FRAME_HEADERS, 0, "\3\0\2\0", NOTHING)}},
    {.name = "metadata-too-long", .said = {ON_CALL(FRAME_HEADERS, 0, "\3\0\377\377\377\377key", NOTHING)}},
    {.name = "metadata-key", .said = {ON_CALL(FRAME_HEADERS, 0, "\3\0\0\0\0\0k y", NOTHING)}},
    {.name = "trailers-broken", .said = {ON_CALL(FRAME_TRAILERS, 0, "\0\0\0\0\377\377\0\0\0\0", NOTHING)}},

    {.name = "ok-without-message", .again = ON_SAME_CONNECTION,
     .said = {ON_CALL(FRAME_TRAILERS, 0, NOTHING, NOTHING)}},
    {.name = "message-unreadable", .again = ON_SAME_CONNECTION,
     .said = {ON_CALL(FRAME_TRAILERS, FLAG_MESSAGE, NOTHING, "\12\377\377\377\377\17x")}},
    {.name = "message-endless-text", .again = ON_SAME_CONNECTION,
     .said = {ON_CALL(FRAME_TRAILERS, FLAG_MESSAGE, NOTHING, "\12\5\377\376\375\374\373")}},

    {.name = "lends-more-than-it-holds", .said = {ON_CALL(FRAME_MESSAGE, FLAG_LENDS, NOTHING, "\2\0\0\0one")}},
    {.name = "lends-without-count", .said = {ON_CALL(FRAME_MESSAGE, FLAG_LENDS, NOTHING, "\2\0")}},
    {.name = "lends-for-ever-and-ever", .said = {ON_CALL(FRAME_MESSAGE, FLAG_LENDS, NOTHING, "\377\377\377\377")}},
    {.name = "buffer-head", .said = {ON_CALL(FRAME_BUFFER, 0, "short", "bytes")}},
    {.name = "shared-where-nothing-is",
     .said = {ON_CALL(FRAME_MESSAGE, FLAG_MESSAGE | FLAG_SHARED, NOTHING,
                      "\1\0\0\0\0\0\0\0\0\20\102\0\0\0\0\0\20\0\0\0\0\0\0\0")}},
    {.name = "shared-of-half-a-descriptor",
     .said = {ON_CALL(FRAME_MESSAGE, FLAG_MESSAGE | FLAG_SHARED, NOTHING, "\1\0\0\0\0\0\0\0")}},
    {0},
};
