#include "streams.h"

#include <stdio.h>
#include <string.h>

#include "winapi/v1/echo.winapi.h"

enum {
    LARGE_BYTES = 64 << 10,
    BATCH_BYTES = 64 << 10, /* of a raw socket: as many messages as fit */
    SMALL_MESSAGES = 20480, /* of a stream: so many that its beginning and end do not count */
    LARGE_MESSAGES = 512,
    DIVISOR = 1000,
    MAX_NAME = 64
};

struct stream {
    struct bench *bench;
    winapi_bytes payload;
    uint32_t count;
};

static bool is_whole(const winapi_v1_EchoReply *reply, const winapi_bytes *sent) {
    return reply->payload.size == sent->size && memcmp(reply->payload.data, sent->data, sent->size) == 0;
}

static bool down(void *context) {
    const struct stream *stream = context;
    struct bench *bench = stream->bench;
    winapi_v1_EchoStreamRequest request = {.payload = stream->payload, .count = stream->count};
    winapi_v1_Echo_ServerStreamingEcho_call *call =
        winapi_v1_Echo_ServerStreamingEcho(bench->channel, NULL, &request, &bench->error);
    if (call == NULL) {
        return false;
    }
    const winapi_v1_EchoReply *reply;
    uint32_t read = 0;
    while (winapi_v1_Echo_ServerStreamingEcho_read(call, &reply) == WINAPI_OK && reply != NULL) {
        read += is_whole(reply, &stream->payload);
    }
    return winapi_v1_Echo_ServerStreamingEcho_finish(call, &bench->error) == WINAPI_OK &&
           (read == stream->count || row_failed(bench, "not all messages of a stream came whole"));
}

static bool up(void *context) {
    const struct stream *stream = context;
    struct bench *bench = stream->bench;
    winapi_v1_EchoRequest request = {.payload = stream->payload};
    winapi_v1_Echo_ClientStreamingEcho_call *call =
        winapi_v1_Echo_ClientStreamingEcho(bench->channel, NULL, &bench->error);
    if (call == NULL) {
        return false;
    }
    uint32_t written = 0;
    while (written < stream->count && winapi_v1_Echo_ClientStreamingEcho_write(call, &request) == WINAPI_OK) {
        written++;
    }
    winapi_v1_EchoSummary summary;
    winapi_arena_reset(bench->arena);
    return winapi_v1_Echo_ClientStreamingEcho_finish(call, &summary, bench->arena, &bench->error) == WINAPI_OK &&
           (summary.count == stream->count || row_failed(bench, "the host has not got all messages of a stream"));
}

static bool measure_way(struct stream *stream, const char *way, const char *floor, step *make) {
    char name[MAX_NAME];
    (void)snprintf(name, sizeof name, "stream_%s_%s", way, row_size(stream->payload.size));
    struct row row = {.name = name, .floor = floor, .operations = stream->count, .payload = stream->payload.size};
    return row_measure(stream->bench, &row, make, stream, stream->bench->count / DIVISOR + 1);
}

static bool measure_payload(struct bench *bench, size_t payload, uint32_t count) {
    static uint8_t bytes[LARGE_BYTES];
    char floor[MAX_NAME];
    (void)snprintf(floor, sizeof floor, "raw_stream_%s", row_size(payload));
    struct row raw = {.name = floor, .floor = floor, .operations = count, .payload = payload};
    memset(bytes, 1, sizeof bytes);
    struct stream stream = {.bench = bench, .payload = winapi_bytes_of(bytes, payload), .count = count};
    size_t batches = payload * count / BATCH_BYTES;
    return row_measure_raw(bench, &raw, BATCH_BYTES, batches, SMALL_BYTES, bench->count / DIVISOR + 1) &&
           measure_way(&stream, "down", floor, down) && measure_way(&stream, "up", floor, up);
}

bool streams_measure(struct bench *bench) {
    return measure_payload(bench, SMALL_BYTES, SMALL_MESSAGES) && measure_payload(bench, LARGE_BYTES, LARGE_MESSAGES);
}
