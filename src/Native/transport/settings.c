#define _GNU_SOURCE
#include "settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "clock.h"
#include "endpoint_default.h"
#include "failure.h"
#include "frame.h"
#include "trace/frame_trace.h"

#define DEFAULT_MEMORY_BYTES (UINT64_C(8) << 20)
#define DEFAULT_MESSAGE_BYTES (UINT64_C(64) << 20)
#define DEFAULT_SPIN INT64_C(50000)
#define LONGEST_SPIN WINAPI_SECOND

uint32_t winapi_piece_bytes(const struct limits *limits) {
    int64_t piece = (int64_t)limits->max_frame_bytes - limits->max_metadata_bytes - FRAME_MAX_LEND_BYTES - TEXT_BYTES;
    return piece < MIN_PIECE_BYTES ? 0 : piece < MAX_PIECE_BYTES ? (uint32_t)piece : MAX_PIECE_BYTES;
}

bool winapi_parse_size(const char *text, uint64_t *bytes) {
    static const struct {
        const char *name;
        uint64_t bytes;
    } units[] = {{"", 1},         {"B", 1},          {"KiB", 1 << 10},  {"MiB", 1 << 20},
                 {"GiB", 1 << 30}, {"KB", 1000},     {"MB", 1000000},   {"GB", 1000000000}};
    char *end;
    errno = 0;
    if (*text < '0' || *text > '9') {
        return false;
    }
    unsigned long long number = strtoull(text, &end, 10);
    while (*end == ' ') {
        end++;
    }
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcasecmp(end, units[i].name) == 0) {
            *bytes = number * units[i].bytes;
            return errno == 0 && number <= INT64_MAX / units[i].bytes;
        }
    }
    return false;
}

static uint64_t or_default(uint64_t value, uint64_t fallback) {
    return value == 0 ? fallback : value;
}

static winapi_status set_memory(struct settings *settings, uint64_t bytes, winapi_error *error) {
    const char *text = getenv("WINAPI_SHARED_MEM_SIZE");
    if (bytes == 0) {
        bytes = DEFAULT_MEMORY_BYTES;
        if (text != NULL && *text != '\0' && !winapi_parse_size(text, &bytes)) {
            return winapi_fail(error, WINAPI_INVALID_ARGUMENT,
                               "WINAPI_SHARED_MEM_SIZE is '%.64s'; it must be a number of bytes, such as 8388608, 8MiB or "
                               "64MiB", text);
        }
    }
    if (bytes == 0 || !winapi_layout_split(bytes, &settings->layout)) {
        return winapi_fail(error, WINAPI_INVALID_ARGUMENT,
                           "shared_memory_bytes is %llu; it must be more than 0 and under 2 GiB", (unsigned long long)bytes);
    }
    return WINAPI_OK;
}

/* A number that a later version knows must not be taken for the default. */
static winapi_status set_choices(struct settings *settings, const winapi_channel_options *options, winapi_error *error) {
    if ((unsigned)options->authentication > WINAPI_AUTHENTICATION_NONE) {
        return winapi_fail(error, WINAPI_INVALID_ARGUMENT, "authentication is %d; it must be a WINAPI_AUTHENTICATION_",
                           (int)options->authentication);
    }
    if ((unsigned)options->shared_memory > WINAPI_SHARED_MEMORY_FILE) {
        return winapi_fail(error, WINAPI_INVALID_ARGUMENT, "shared_memory is %d; it must be a WINAPI_SHARED_MEMORY_",
                           (int)options->shared_memory);
    }
    if ((unsigned)options->rings > WINAPI_RINGS_NONE) {
        return winapi_fail(error, WINAPI_INVALID_ARGUMENT, "rings is %d; it must be a WINAPI_RINGS_", (int)options->rings);
    }
    settings->authentication = options->authentication;
    settings->shared_memory = options->shared_memory;
    return WINAPI_OK;
}

/* The text of a variable, or NULL where it is not set or empty. */
static const char *variable(const char *name) {
    const char *text = getenv(name);
    return text == NULL || *text == '\0' ? NULL : text;
}

static winapi_status set_spin(struct settings *settings, int64_t wanted, winapi_error *error) {
    const char *text = variable("WINAPI_SPIN_US");
    char *end;
    if (wanted == 0 && text != NULL) {
        errno = 0;
        long long microseconds = strtoll(text, &end, 10);
        if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 || microseconds > LONGEST_SPIN / 1000) {
            return winapi_fail(error, WINAPI_INVALID_ARGUMENT,
                               "WINAPI_SPIN_US is '%.64s'; it must be a number of microseconds, 0 (never) to 1000000", text);
        }
        settings->spin = microseconds * 1000;
        return WINAPI_OK;
    }
    settings->spin = wanted == 0 ? DEFAULT_SPIN : wanted < 0 ? 0 : wanted;
    return settings->spin <= LONGEST_SPIN ? WINAPI_OK
                                          : winapi_fail(error, WINAPI_INVALID_ARGUMENT, "spin_ns goes up to a second");
}

static winapi_status set_rings(struct settings *settings, const winapi_channel_options *options, winapi_error *error) {
    const char *text = variable("WINAPI_RINGS");
    settings->rings = options->rings != WINAPI_RINGS_NONE;
    if (settings->rings && text != NULL) {
        bool off = strcmp(text, "0") == 0 || strcasecmp(text, "false") == 0; /* as the host's setting reads it */
        if (!off && strcmp(text, "1") != 0 && strcasecmp(text, "true") != 0) {
            return winapi_fail(error, WINAPI_INVALID_ARGUMENT, "WINAPI_RINGS is '%.64s'; it must be 0 or 1", text);
        }
        settings->rings = !off;
    }
    return set_spin(settings, options->spin_ns, error);
}

static winapi_status set_limits(struct settings *settings, const winapi_channel_options *options, winapi_error *error) {
    struct limits *limits = &settings->limits;
    limits->max_message_bytes = or_default(options->max_receive_message_bytes, DEFAULT_MESSAGE_BYTES);
    limits->max_metadata_bytes = (uint32_t)or_default(options->max_metadata_bytes, 16 * 1024);
    limits->initial_window_bytes = (uint32_t)or_default(options->stream_window_bytes, 1024 * 1024);
    settings->max_send_message_bytes = or_default(options->max_send_message_bytes, DEFAULT_MESSAGE_BYTES);
    if (limits->max_message_bytes > INT32_MAX || settings->max_send_message_bytes > INT32_MAX) {
        return winapi_fail(error, WINAPI_INVALID_ARGUMENT, "max_receive_message_bytes and max_send_message_bytes go up to 2 GiB");
    }
    if (limits->initial_window_bytes > INT32_MAX || limits->max_metadata_bytes > (1 << 20)) {
        return winapi_fail(error, WINAPI_INVALID_ARGUMENT,
                           "stream_window_bytes goes up to 2 GiB, max_metadata_bytes up to 1 MiB");
    }
    limits->max_frame_bytes = MAX_PIECE_BYTES + FRAME_MAX_LEND_BYTES + limits->max_metadata_bytes + TEXT_BYTES;
    return WINAPI_OK;
}

static winapi_status set_times(struct settings *settings, const winapi_channel_options *options, winapi_error *error) {
    if (options->connect_timeout_ns < 0 || options->heartbeat_interval_ns < 0 || options->heartbeat_timeout_ns < 0) {
        return winapi_fail(error, WINAPI_INVALID_ARGUMENT, "a timeout in the options of the channel is negative");
    }
    settings->connect_timeout = options->connect_timeout_ns == 0 ? 30 * WINAPI_SECOND : options->connect_timeout_ns;
    settings->heartbeat_interval = options->heartbeat_interval_ns == 0 ? 10 * WINAPI_SECOND : options->heartbeat_interval_ns;
    settings->heartbeat_timeout = options->heartbeat_timeout_ns == 0 ? 30 * WINAPI_SECOND : options->heartbeat_timeout_ns;
    return WINAPI_OK;
}

winapi_status winapi_settings_fill(struct settings *settings, const winapi_channel_options *options,
                                   winapi_error *error) {
    static const winapi_channel_options defaults = {0};
    memset(settings, 0, sizeof *settings);
    options = options == NULL ? &defaults : options;
    settings->inline_threshold = (uint32_t)or_default(options->inline_threshold, 32 * 1024);
    settings->event_loop = options->threading == WINAPI_THREADING_EVENT_LOOP;
    (void)snprintf(settings->agent, sizeof settings->agent, "%.48s (winapi-c/0.1)",
                   options->agent != NULL ? options->agent : program_invocation_short_name);
    winapi_status status = options->endpoint == NULL ? winapi_endpoint_default(&settings->endpoint, error)
                                                     : winapi_endpoint_parse(options->endpoint, &settings->endpoint, error);
    status = status != WINAPI_OK ? status : set_choices(settings, options, error);
    status = status != WINAPI_OK ? status : set_memory(settings, options->shared_memory_bytes, error);
    status = status != WINAPI_OK ? status : set_limits(settings, options, error);
    status = status != WINAPI_OK ? status : set_rings(settings, options, error);
    status = status != WINAPI_OK ? status : set_times(settings, options, error);
    return status != WINAPI_OK ? status : winapi_frame_trace_wanted(&settings->traces, error);
}
