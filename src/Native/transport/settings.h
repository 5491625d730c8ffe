/* What this side brings to a connection: the options of a channel with their defaults filled in. */
#ifndef WINAPI_TRANSPORT_SETTINGS_H
#define WINAPI_TRANSPORT_SETTINGS_H

#include "endpoint.h"
#include "memory/mapping.h"
#include "winapi/channel.h"

enum {
    TEXT_BYTES = 4 * 1024, /* room in a frame for the name of a method or a status message */
    MIN_PIECE_BYTES = 4 * 1024,
    MAX_PIECE_BYTES = 64 * 1024
};

/* What a side is ready to receive. */
struct limits {
    uint32_t max_concurrent_calls;
    uint32_t initial_window_bytes;
    uint64_t max_message_bytes;
    uint32_t max_metadata_bytes;
    uint32_t max_frame_bytes;
};

struct settings {
    struct endpoint endpoint;
    int64_t connect_timeout;
    winapi_authentication authentication;
    winapi_shared_memory shared_memory;
    struct layout layout;
    uint32_t inline_threshold;
    uint64_t max_send_message_bytes;
    struct limits limits;
    int64_t heartbeat_interval;
    int64_t heartbeat_timeout;
    bool rings;
    int64_t spin; /* nanoseconds; 0: never */
    bool event_loop;
    bool traces; /* frames, to stderr */
    char agent[96];
};

/* INVALID_ARGUMENT: the message names the option. options may be NULL. */
winapi_status winapi_settings_fill(struct settings *settings, const winapi_channel_options *options,
                                   winapi_error *error);

/* How much of a message goes into one frame to a peer of these limits; 0 if they cannot work. */
uint32_t winapi_piece_bytes(const struct limits *limits);

/* Reads sizes as people write them: 4096, 64KiB, 8MiB, 100MB; false if the text is not one. */
bool winapi_parse_size(const char *text, uint64_t *bytes);

#endif
