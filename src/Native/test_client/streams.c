#include <stdlib.h>
#include <string.h>

#include "bodies.h"
#include "bytes.h"
#include "waiting.h"
#include "winapi/v1/echo.winapi.h"

static uint32_t read_replies(winapi_v1_Echo_ServerStreamingEcho_call *call, const winapi_v1_EchoStreamRequest *expected,
                             bool *in_order) {
    const winapi_v1_EchoReply *reply;
    uint32_t count = 0;
    *in_order = true;
    while (winapi_v1_Echo_ServerStreamingEcho_read(call, &reply) == WINAPI_OK && reply != NULL) {
        *in_order = *in_order && reply->sequence == count && winapi_string_equals(reply->text, expected->text) &&
                    reply->payload.size == expected->payload.size &&
                    (reply->payload.size == 0 || memcmp(reply->payload.data, expected->payload.data, reply->payload.size) == 0);
        count++;
    }
    return count;
}

static bool read_stream(struct test_run *run, uint32_t count, const uint8_t *payload, size_t size) {
    winapi_v1_EchoStreamRequest request = {
        .text = winapi_str("again"), .payload = winapi_bytes_of(payload, size), .count = count};
    winapi_error error;
    winapi_v1_Echo_ServerStreamingEcho_call *call = winapi_v1_Echo_ServerStreamingEcho(run->channel, NULL, &request, &error);
    if (call == NULL) {
        return failed_call(run, "ServerStreamingEcho", error.code, &error);
    }
    bool in_order;
    uint32_t came = read_replies(call, &request, &in_order);
    winapi_status status = winapi_v1_Echo_ServerStreamingEcho_finish(call, &error);
    if (status != WINAPI_OK) {
        return failed_call(run, "ServerStreamingEcho", status, &error);
    }
    return (came == count && in_order) ||
           failed(run, "%u replies of %u, %s", came, count, in_order ? "in order" : "out of order or changed");
}

bool test_server_streaming(struct test_run *run) {
    return read_stream(run, 0, NULL, 0) && read_stream(run, 2000, (const uint8_t *)"abc", 3) &&
           passed(run, "0 and 2000 replies came, each whole and in order");
}

bool test_large_stream(struct test_run *run) {
    enum { SIZE = 3 << 20, COUNT = 20 };
    uint8_t *payload = malloc(SIZE);
    if (payload == NULL) {
        return failed(run, "out of memory");
    }
    fill_bytes(payload, SIZE, 7);
    bool good = read_stream(run, COUNT, payload, SIZE) && passed(run, "%d replies of %d bytes, more than the window", COUNT, SIZE);
    free(payload);
    return good;
}

static bool check_summary(struct test_run *run, const winapi_v1_EchoSummary *summary, uint32_t count, uint64_t bytes) {
    return summary->count == count && summary->payload_bytes == bytes && summary->text.size == count
               ? passed(run, "the host read %u requests with %llu bytes", count, (unsigned long long)bytes)
               : failed(run, "the host read %u requests with %llu bytes, not %u with %llu", summary->count,
                        (unsigned long long)summary->payload_bytes, count, (unsigned long long)bytes);
}

static bool write_stream(struct test_run *run, winapi_arena *arena) {
    enum { COUNT = 500, SIZE = 20000 };
    static const uint8_t payload[SIZE] = {1};
    winapi_error error;
    winapi_v1_Echo_ClientStreamingEcho_call *call = winapi_v1_Echo_ClientStreamingEcho(run->channel, NULL, &error);
    if (call == NULL) {
        return failed_call(run, "ClientStreamingEcho", error.code, &error);
    }
    winapi_v1_EchoRequest request = {.text = winapi_str("t"), .payload = winapi_bytes_of(payload, SIZE)};
    winapi_status status = WINAPI_OK;
    for (int i = 0; i < COUNT && status == WINAPI_OK; i++) {
        status = winapi_v1_Echo_ClientStreamingEcho_write(call, &request);
    }
    winapi_v1_EchoSummary summary;
    status = winapi_v1_Echo_ClientStreamingEcho_finish(call, &summary, arena, &error);
    return status == WINAPI_OK ? check_summary(run, &summary, COUNT, (uint64_t)COUNT * SIZE)
                               : failed_call(run, "ClientStreamingEcho", status, &error);
}

bool test_client_streaming(struct test_run *run) {
    winapi_arena *arena = winapi_arena_new();
    bool good = arena != NULL ? write_stream(run, arena) : failed(run, "out of memory");
    winapi_arena_free(arena);
    return good;
}

/* The number of exchanges that went well. */
static uint32_t converse(winapi_v1_Echo_BidirectionalStreamingEcho_call *call, uint32_t count) {
    const winapi_v1_EchoReply *reply;
    winapi_v1_EchoRequest request = {.text = winapi_str("ping")};
    for (uint32_t i = 0; i < count; i++) {
        if (winapi_v1_Echo_BidirectionalStreamingEcho_write(call, &request) != WINAPI_OK ||
            winapi_v1_Echo_BidirectionalStreamingEcho_read(call, &reply) != WINAPI_OK || reply == NULL ||
            reply->sequence != i || !winapi_string_equals(reply->text, request.text)) {
            return i;
        }
    }
    return count;
}

bool test_bidirectional(struct test_run *run) {
    enum { COUNT = 500 };
    winapi_error error;
    winapi_v1_Echo_BidirectionalStreamingEcho_call *call =
        winapi_v1_Echo_BidirectionalStreamingEcho(run->channel, NULL, &error);
    if (call == NULL) {
        return failed_call(run, "BidirectionalStreamingEcho", error.code, &error);
    }
    uint32_t exchanged = converse(call, COUNT);
    winapi_status told = winapi_v1_Echo_BidirectionalStreamingEcho_writes_done(call);
    const winapi_v1_EchoReply *last = NULL;
    winapi_status end = winapi_v1_Echo_BidirectionalStreamingEcho_read(call, &last);
    winapi_status status = winapi_v1_Echo_BidirectionalStreamingEcho_finish(call, &error);
    if (status != WINAPI_OK || told != WINAPI_OK || end != WINAPI_OK) {
        return failed_call(run, "BidirectionalStreamingEcho", status, &error);
    }
    return exchanged == COUNT && last == NULL ? passed(run, "%d requests, each answered before the next", COUNT)
                                              : failed(run, "%u of %d requests were answered as they should", exchanged, COUNT);
}

struct reader {
    winapi_v1_Echo_ServerStreamingEcho_call *call;
    struct signal done;
    uint32_t count;
    winapi_status end;
};

static void read_next(winapi_status status, const winapi_v1_EchoReply *reply, void *user) {
    struct reader *reader = user;
    reader->end = status;
    if (status == WINAPI_OK && reply != NULL) {
        reader->count++;
        status = winapi_v1_Echo_ServerStreamingEcho_read_async(reader->call, read_next, reader);
        if (status == WINAPI_OK) {
            return;
        }
        reader->end = status;
    }
    signal_fire(&reader->done, status);
}

static void finished(winapi_status status, const void *response, const winapi_error *error, void *user) {
    (void)response;
    (void)error;
    signal_fire(user, status);
}

bool test_stream_async(struct test_run *run) {
    winapi_v1_EchoStreamRequest request = {.text = winapi_str("x"), .count = 300};
    struct reader reader = {.call = winapi_v1_Echo_ServerStreamingEcho_async(run->channel, NULL, &request)};
    if (reader.call == NULL) {
        return failed(run, "out of memory");
    }
    signal_init(&reader.done);
    winapi_status status = winapi_v1_Echo_ServerStreamingEcho_read_async(reader.call, read_next, &reader);
    if (status != WINAPI_OK || !signal_wait(&reader.done, 1)) {
        return failed(run, "%u replies came, and no end (%s)", reader.count, winapi_status_name(status));
    }
    struct signal *done = &reader.done;
    status = winapi_v1_Echo_ServerStreamingEcho_finish_async(reader.call, finished, done);
    bool complete = status == WINAPI_OK && signal_wait(done, 2);
    bool good = complete && reader.count == 300 && reader.end == WINAPI_OK && done->status == WINAPI_OK
                    ? passed(run, "300 replies, the end and the status, each by callback")
                    : failed(run, "%u replies of 300, end %s, status %s", reader.count, winapi_status_name(reader.end),
                             winapi_status_name(done->status));
    if (complete) {
        signal_destroy(done);
    }
    return good;
}
