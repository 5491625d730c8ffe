#include <pthread.h>
#include <string.h>

#include "bodies.h"
#include "echoes.h"
#include "waiting.h"
#include "winapi/v1/echo.winapi.h"

bool test_unary(struct test_run *run) {
    static const size_t sizes[] = {0, 1, 100, 4096, 32767, 32768, 70000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        if (!echo_size(run, run->channel, sizes[i])) {
            return false;
        }
    }
    return passed(run, "payloads of 0 to 70000 bytes came back unchanged");
}

static void count_reply(winapi_status status, const winapi_v1_EchoReply *reply, const winapi_error *error, void *user) {
    (void)error;
    bool right = status == WINAPI_OK && winapi_string_equals(reply->text, winapi_str("later"));
    signal_fire(user, right ? WINAPI_OK : status == WINAPI_OK ? WINAPI_DATA_LOSS : status);
}

bool test_unary_async(struct test_run *run) {
    enum { CALLS = 200 };
    struct signal done;
    signal_init(&done);
    winapi_v1_EchoRequest request = {.text = winapi_str("later")};
    int started = 0;
    for (int i = 0; i < CALLS; i++) {
        winapi_call *call = winapi_v1_Echo_UnaryEcho_async(run->channel, NULL, &request, count_reply, &done);
        started += call != NULL;
        winapi_call_free(call);
    }
    bool complete = signal_wait(&done, started);
    bool good = complete && started == CALLS && done.status == WINAPI_OK
                    ? passed(run, "%d calls at once, %d callbacks", CALLS, signal_count(&done))
                    : failed(run, "%d of %d calls started, %d callbacks, the last with %s", started, CALLS,
                             signal_count(&done), winapi_status_name(done.status));
    if (complete) { /* otherwise a callback may still come */
        signal_destroy(&done);
    }
    return good;
}

/* Metadata of any kind is accepted, and headers are there before the reply is read. */
bool test_unary_headers(struct test_run *run) {
    static const uint8_t binary[] = {0, 255, 10};
    winapi_metadata entries[] = {{"x-test-text", "some text", 9}, {"x-test-bin", binary, sizeof binary}};
    winapi_call_options options = {.metadata = entries, .metadata_count = 2};
    winapi_v1_EchoStreamRequest request = {.text = winapi_str("x"), .count = 1};
    winapi_error error;
    winapi_v1_Echo_ServerStreamingEcho_call *call =
        winapi_v1_Echo_ServerStreamingEcho(run->channel, &options, &request, &error);
    if (call == NULL) {
        return failed_call(run, "open with metadata", error.code, &error);
    }
    const winapi_metadata *headers = NULL;
    size_t count = 0;
    winapi_status got = winapi_call_headers(winapi_v1_Echo_ServerStreamingEcho_base(call), &headers, &count);
    winapi_status status = winapi_v1_Echo_ServerStreamingEcho_finish(call, &error);
    if (got != WINAPI_OK || status != WINAPI_OK) {
        return failed_call(run, "headers", got != WINAPI_OK ? got : status, &error);
    }
    winapi_metadata no_key = {"not a key", "no", 2};
    winapi_call_options refused = {.metadata = &no_key, .metadata_count = 1};
    call = winapi_v1_Echo_ServerStreamingEcho(run->channel, &refused, &request, &error);
    status = call == NULL ? error.code : winapi_v1_Echo_ServerStreamingEcho_finish(call, &error);
    return ended_with(run, "a key with spaces", WINAPI_INVALID_ARGUMENT, status, &error) &&
           passed(run, "text and binary metadata sent, %zu response headers; refused: %s", count, error.message);
}

struct worker {
    pthread_t thread;
    struct test_run run; /* of its own, so that workers do not write over each other's line */
    bool good;
};

static void *echo_many(void *user) {
    struct worker *worker = user;
    worker->good = true;
    for (size_t i = 0; i < 100 && worker->good; i++) {
        worker->good = echo_size(&worker->run, worker->run.channel, i * 997 % 40000);
    }
    return NULL;
}

bool test_parallel(struct test_run *run) {
    enum { THREADS = 8 };
    struct worker workers[THREADS];
    int started = 0;
    for (; started < THREADS; started++) {
        workers[started].run = *run;
        if (pthread_create(&workers[started].thread, NULL, echo_many, &workers[started]) != 0) {
            break;
        }
    }
    bool good = started == THREADS || failed(run, "no thread");
    for (int i = 0; i < started; i++) {
        (void)pthread_join(workers[i].thread, NULL);
        if (!workers[i].good) {
            good = failed(run, "%s", workers[i].run.seen);
        }
    }
    return good && passed(run, "%d threads, 100 calls each on one connection, every reply its own", THREADS);
}

bool test_large_message(struct test_run *run) {
    return echo_size(run, run->channel, 1 << 20) && echo_size(run, run->channel, 16 << 20) &&
           passed(run, "messages of 1 MiB and 16 MiB came back unchanged");
}

bool test_too_large_message(struct test_run *run) {
    if (echo_size(run, run->channel, (64 << 20) + 1)) {
        return failed(run, "a message of more than 64 MiB was sent");
    }
    char refusal[sizeof run->seen];
    memcpy(refusal, run->seen, sizeof refusal);
    if (strstr(refusal, "RESOURCE_EXHAUSTED") == NULL) {
        return failed(run, "expected RESOURCE_EXHAUSTED, came %s", refusal);
    }
    return echo_size(run, run->channel, 10) && passed(run, "refused, and the next call works: %.400s", refusal);
}
