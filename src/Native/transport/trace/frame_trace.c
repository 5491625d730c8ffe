#define _GNU_SOURCE
#include "frame_trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../failure.h"
#include "frame_json.h"

winapi_status winapi_frame_trace_wanted(bool *wanted, winapi_error *error) {
    static const char *const levels[] = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR"};
    const char *level = getenv("WINAPI_LOG_LEVEL"), *debug = getenv("WINAPI_DEBUG");
    bool debugging = debug != NULL && (strcmp(debug, "1") == 0 || strcmp(debug, "true") == 0);
    if (level == NULL || *level == '\0') {
        *wanted = debugging;
        return WINAPI_OK;
    }
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        if (strcasecmp(level, levels[i]) == 0) {
            *wanted = i == 0 || (i == 1 && debugging);
            return WINAPI_OK;
        }
    }
    return winapi_fail(error, WINAPI_INVALID_ARGUMENT,
                       "WINAPI_LOG_LEVEL is '%.64s'; it must be TRACE, DEBUG, INFO, WARN or ERROR", level);
}

static const char *method_of(const struct connection *connection, uint16_t number) {
    struct idmap_node *node = NULL;
    for (uint64_t id = 0; (node = winapi_idmap_next(&connection->methods, id)) != NULL;) {
        id = node->id;
        for (const struct method_number *method = (struct method_number *)node; method != NULL; method = method->same_hash) {
            if (method->number == number) {
                return method->path;
            }
        }
    }
    return NULL;
}

static void print(const struct frame *frame, const struct frame_context *context) {
    char text[FRAME_JSON_BYTES];
    winapi_frame_json(frame, context, text);
    (void)fprintf(stderr, "libwinapi TRACE %s\n", text);
}

void winapi_frame_trace(const struct connection *connection, bool sent, const struct frame *frame) {
    struct frame_context context = {.sent = sent, .session = connection->agreed.session};
    if (frame->header.type == FRAME_CALL) {
        context.method = method_of(connection, frame->header.code);
    }
    print(frame, &context);
}

void winapi_frame_trace_handshake(const struct settings *settings, bool sent, const struct frame_header *header) {
    struct frame frame = {.header = *header, .body_length = header->length - header->head_length};
    struct frame_context context = {.sent = sent};
    if (settings->traces) {
        print(&frame, &context);
    }
}
