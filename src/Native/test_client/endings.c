#include <pthread.h>
#include <string.h>

#include "bodies.h"
#include "echoes.h"
#include "timing.h"
#include "waiting.h"
#include "winapi/v1/buffer_test.winapi.h"
#include "winapi/v1/echo.winapi.h"

enum { PROMPT_MS = 5000 }; /* generous: slow machines, valgrind */

typedef winapi_v1_Echo_BidirectionalStreamingEcho_call chat;

static winapi_status finish(chat *call, winapi_error *error) {
    return winapi_v1_Echo_BidirectionalStreamingEcho_finish(call, error);
}

static bool still_works(struct test_run *run) {
    char seen[sizeof run->seen];
    memcpy(seen, run->seen, sizeof seen);
    return echo_size(run, run->channel, 100) && passed(run, "%s", seen);
}

bool test_unary_deadline(struct test_run *run) {
    winapi_arena *arena = winapi_arena_new();
    winapi_call_options options = {.timeout_ns = 1};
    winapi_v1_EchoRequest request = {.text = winapi_str("too late")};
    winapi_v1_EchoReply reply;
    winapi_error error;
    winapi_status status = winapi_v1_Echo_UnaryEcho(run->channel, &options, &request, &reply, arena, &error);
    winapi_arena_free(arena);
    return ended_with(run, "a deadline of 1 ns", WINAPI_DEADLINE_EXCEEDED, status, &error) &&
           passed(run, "DEADLINE_EXCEEDED: %s", error.message) && still_works(run);
}

/* The host waits for requests that never come. */
bool test_stream_deadline(struct test_run *run) {
    winapi_call_options options = {.timeout_ns = 100000000};
    winapi_error error;
    int64_t start = time_now();
    chat *call = winapi_v1_Echo_BidirectionalStreamingEcho(run->channel, &options, &error);
    if (call == NULL) {
        return failed_call(run, "open", error.code, &error);
    }
    const winapi_v1_EchoReply *reply;
    winapi_status read = winapi_v1_Echo_BidirectionalStreamingEcho_read(call, &reply);
    winapi_status status = finish(call, &error);
    double elapsed = milliseconds_since(start);
    if (!ended_with(run, "finish", WINAPI_DEADLINE_EXCEEDED, status, &error)) {
        return false;
    }
    if (read != WINAPI_DEADLINE_EXCEEDED || elapsed < 99 || elapsed > PROMPT_MS) {
        return failed(run, "the read ended with %s after %.1f ms", winapi_status_name(read), elapsed);
    }
    return passed(run, "a deadline of 100 ms ended the waiting read after %.0f ms", elapsed) && still_works(run);
}

bool test_cancel_stream(struct test_run *run) {
    winapi_error error;
    winapi_v1_EchoRequest request = {.text = winapi_str("one")};
    const winapi_v1_EchoReply *reply;
    chat *call = winapi_v1_Echo_BidirectionalStreamingEcho(run->channel, NULL, &error);
    if (call == NULL) {
        return failed_call(run, "open", error.code, &error);
    }
    winapi_status first = winapi_v1_Echo_BidirectionalStreamingEcho_write(call, &request);
    first = first == WINAPI_OK ? winapi_v1_Echo_BidirectionalStreamingEcho_read(call, &reply) : first;
    winapi_call_cancel(winapi_v1_Echo_BidirectionalStreamingEcho_base(call));
    winapi_status write = winapi_v1_Echo_BidirectionalStreamingEcho_write(call, &request);
    winapi_status status = finish(call, &error);
    if (first != WINAPI_OK || write == WINAPI_OK) {
        return failed(run, "before the cancel: %s; a write after it: %s", winapi_status_name(first), winapi_status_name(write));
    }
    return ended_with(run, "finish", WINAPI_CANCELLED, status, &error) &&
           passed(run, "after a cancel in the middle: %s", error.message) && still_works(run);
}

struct canceller {
    winapi_call *call;
    struct signal go;
};

static void *cancel_when_told(void *user) {
    struct canceller *canceller = user;
    if (signal_wait(&canceller->go, 1)) {
        winapi_call_cancel(canceller->call);
    }
    return NULL;
}

bool test_cancel_from_thread(struct test_run *run) {
    winapi_error error;
    chat *call = winapi_v1_Echo_BidirectionalStreamingEcho(run->channel, NULL, &error);
    if (call == NULL) {
        return failed_call(run, "open", error.code, &error);
    }
    struct canceller canceller = {.call = winapi_v1_Echo_BidirectionalStreamingEcho_base(call)};
    pthread_t thread;
    signal_init(&canceller.go);
    bool started = pthread_create(&thread, NULL, cancel_when_told, &canceller) == 0;
    int64_t start = time_now();
    signal_fire(&canceller.go, WINAPI_OK);
    const winapi_v1_EchoReply *reply;
    winapi_status read = started ? winapi_v1_Echo_BidirectionalStreamingEcho_read(call, &reply) : WINAPI_OK;
    double elapsed = milliseconds_since(start);
    if (started) {
        (void)pthread_join(thread, NULL);
    } else {
        winapi_call_cancel(canceller.call);
    }
    winapi_status status = finish(call, &error);
    signal_destroy(&canceller.go);
    if (!started || read != WINAPI_CANCELLED || status != WINAPI_CANCELLED || elapsed > PROMPT_MS) {
        return failed(run, "the read ended with %s after %.1f ms, the call with %s", winapi_status_name(read), elapsed,
                      winapi_status_name(status));
    }
    return passed(run, "another thread's cancel ended a read after %.1f ms", elapsed) && still_works(run);
}

static void count_end(winapi_status status, const winapi_v1_EchoReply *reply, const winapi_error *error, void *user) {
    (void)reply;
    (void)error;
    signal_fire(user, status == WINAPI_CANCELLED ? WINAPI_OK : status);
}

/* A cancelled call still ends, exactly once: with CANCELLED, or with its reply where that was faster. */
bool test_cancel_async(struct test_run *run) {
    enum { CALLS = 100 };
    struct signal done;
    signal_init(&done);
    winapi_v1_EchoRequest request = {.text = winapi_str("never mind")};
    int started = 0;
    for (int i = 0; i < CALLS; i++) {
        winapi_call *call = winapi_v1_Echo_UnaryEcho_async(run->channel, NULL, &request, count_end, &done);
        if (call != NULL) {
            started++;
            winapi_call_cancel(call);
            winapi_call_free(call);
        }
    }
    bool complete = signal_wait(&done, started);
    bool works = still_works(run); /* another round trip: a second callback would be there by now */
    bool good = complete && works && started == CALLS && signal_count(&done) == CALLS && done.status == WINAPI_OK
                    ? passed(run, "%d calls cancelled, %d callbacks", CALLS, signal_count(&done))
                    : failed(run, "%d calls, %d callbacks, the last with %s", started, signal_count(&done),
                             winapi_status_name(done.status));
    if (complete) {
        signal_destroy(&done);
    }
    return good;
}

bool test_error_of_service(struct test_run *run) {
    winapi_arena *arena = winapi_arena_new();
    winapi_v1_BufferTestRequest request = {.operation = winapi_v1_BUFFER_OPERATION_WRITE};
    winapi_v1_BufferTestResult result;
    winapi_error error;
    winapi_status status = winapi_v1_BufferTest_Run(run->channel, NULL, &request, &result, arena, &error);
    winapi_arena_free(arena);
    return ended_with(run, "no buffer", WINAPI_INVALID_ARGUMENT, status, &error) &&
           passed(run, "INVALID_ARGUMENT: %s", error.message) && still_works(run);
}

static bool call_unknown(struct test_run *run, const char *path) {
    winapi_method method = winapi_v1_Echo_UnaryEcho_method;
    method.path = path;
    winapi_arena *arena = winapi_arena_new();
    winapi_v1_EchoRequest request = {.text = winapi_str("anybody?")};
    winapi_v1_EchoReply reply;
    winapi_error error;
    winapi_status status = winapi_unary(run->channel, &method, NULL, &request, &reply, arena, &error);
    winapi_arena_free(arena);
    return ended_with(run, path, WINAPI_UNIMPLEMENTED, status, &error) && passed(run, "UNIMPLEMENTED: %s", error.message);
}

bool test_unknown_method(struct test_run *run) {
    return call_unknown(run, "/winapi.v1.Echo/NoSuchMethod") && call_unknown(run, "/no.such.Service/Method") &&
           still_works(run);
}

bool test_not_utf8(struct test_run *run) {
    char reply[16];
    if (winapi_echo(run->handle, "\xFF\xFE", reply, sizeof reply) == WINAPI_OK) {
        return failed(run, "a text that is not UTF-8 was sent");
    }
    return passed(run, "%s: %s", winapi_status_name(winapi_last_status()), winapi_last_error()) && still_works(run);
}
