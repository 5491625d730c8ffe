/*
 * A program with its own event loop: no thread of the library's runs a callback. usage: event_loop ENDPOINT CALLS
 * Starts unary calls, a stream, a call that is cancelled and one whose deadline passes, and counts every callback.
 */
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "winapi.h"
#include "winapi/v1/echo.winapi.h"

enum { REPLIES = 50 };

struct counts {
    pthread_t thread;
    unsigned long good;
    unsigned long cancelled;
    unsigned long expired;
    unsigned long other;
    unsigned long strays; /* callbacks on another thread */
    unsigned long replies;
    unsigned long streams_ended;
    winapi_v1_Echo_ServerStreamingEcho_call *stream;
};

static void note(struct counts *counts, winapi_status status) {
    counts->strays += !pthread_equal(counts->thread, pthread_self());
    counts->good += status == WINAPI_OK;
    counts->cancelled += status == WINAPI_CANCELLED;
    counts->expired += status == WINAPI_DEADLINE_EXCEEDED;
    counts->other += status != WINAPI_OK && status != WINAPI_CANCELLED && status != WINAPI_DEADLINE_EXCEEDED;
}

static void on_reply(winapi_status status, const winapi_v1_EchoReply *reply, const winapi_error *error, void *user) {
    if ((status == WINAPI_OK) != (reply != NULL)) {
        (void)printf("a reply with status %s: %s\n", winapi_status_name(status), error->message);
    }
    note(user, status);
}

static void on_end(winapi_status status, const void *response, const winapi_error *error, void *user) {
    (void)response;
    struct counts *counts = user;
    if (status != WINAPI_OK) {
        (void)printf("%s\n", error->message);
    }
    counts->streams_ended++;
    counts->other += status != WINAPI_OK;
}

static void on_read(winapi_status status, const winapi_v1_EchoReply *reply, void *user) {
    struct counts *counts = user;
    counts->strays += !pthread_equal(counts->thread, pthread_self());
    counts->other += status != WINAPI_OK;
    if (reply == NULL) {
        counts->other += winapi_v1_Echo_ServerStreamingEcho_finish_async(counts->stream, on_end, counts) != WINAPI_OK;
        return;
    }
    counts->replies++;
    counts->other += winapi_v1_Echo_ServerStreamingEcho_read_async(counts->stream, on_read, counts) != WINAPI_OK;
}

static bool start_unary(winapi_channel *channel, const winapi_call_options *options, struct counts *counts, bool cancel) {
    winapi_v1_EchoRequest request = {.text = winapi_str("hello")};
    winapi_call *call = winapi_v1_Echo_UnaryEcho_async(channel, options, &request, on_reply, counts);
    if (call != NULL && cancel) {
        winapi_call_cancel(call);
    }
    winapi_call_free(call);
    return call != NULL;
}

static bool start_all(winapi_channel *channel, unsigned long calls, struct counts *counts) {
    static const winapi_call_options no_time = {.timeout_ns = 1};
    winapi_v1_EchoStreamRequest request = {.text = winapi_str("tick"), .count = REPLIES};
    bool good = start_unary(channel, NULL, counts, true) && start_unary(channel, &no_time, counts, false);
    for (unsigned long i = 0; i < calls; i++) {
        good = good && start_unary(channel, NULL, counts, false);
    }
    counts->stream = winapi_v1_Echo_ServerStreamingEcho_async(channel, NULL, &request);
    return good && counts->stream != NULL &&
           winapi_v1_Echo_ServerStreamingEcho_read_async(counts->stream, on_read, counts) == WINAPI_OK;
}

static unsigned long ended(const struct counts *counts) {
    return counts->good + counts->cancelled + counts->expired + counts->other;
}

int main(int count, char **arguments) {
    winapi_error error = {.code = WINAPI_OK};
    if (count != 3) {
        return 2;
    }
    unsigned long calls = strtoul(arguments[2], NULL, 10);
    struct counts counts = {.thread = pthread_self()};
    winapi_channel_options options = {.endpoint = arguments[1], .threading = WINAPI_THREADING_EVENT_LOOP};
    winapi_channel *channel = winapi_channel_new(&options, &error);
    if (channel == NULL || !start_all(channel, calls, &counts)) {
        return 1;
    }
    struct pollfd watched = {.fd = winapi_channel_fd(channel), .events = POLLIN};
    while (ended(&counts) < calls + 2 || counts.streams_ended == 0) {
        if (poll(&watched, 1, 20000) <= 0 || winapi_channel_process(channel) != WINAPI_OK) {
            break;
        }
    }
    winapi_channel_free(channel);
    (void)printf("good %lu cancelled %lu expired %lu other %lu strays %lu replies %lu\n", counts.good, counts.cancelled,
                 counts.expired, counts.other, counts.strays, counts.replies);
    return 0;
}
