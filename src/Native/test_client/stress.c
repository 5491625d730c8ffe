/* Calls of all kinds from several threads on one connection, every reply checked. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "bodies.h"
#include "bytes.h"
#include "echoes.h"
#include "timing.h"
#include "winapi/v1/echo.winapi.h"

enum { THREADS = 4, KINDS = 5 };

struct stress {
    atomic_ullong next;
    atomic_ullong done;
    atomic_int failures;
    uint64_t iterations;
};

struct stress_thread {
    pthread_t thread;
    struct stress *stress;
    struct test_run run;
    bool reports;
};

static bool stream_some(struct test_run *run, uint32_t count) {
    winapi_v1_EchoStreamRequest request = {.text = winapi_str("stress"), .count = count};
    winapi_error error;
    winapi_v1_Echo_ServerStreamingEcho_call *call = winapi_v1_Echo_ServerStreamingEcho(run->channel, NULL, &request, &error);
    if (call == NULL) {
        return failed_call(run, "ServerStreamingEcho", error.code, &error);
    }
    const winapi_v1_EchoReply *reply;
    uint32_t came = 0;
    while (winapi_v1_Echo_ServerStreamingEcho_read(call, &reply) == WINAPI_OK && reply != NULL && reply->sequence == came) {
        came++;
    }
    winapi_status status = winapi_v1_Echo_ServerStreamingEcho_finish(call, &error);
    return status != WINAPI_OK ? failed_call(run, "ServerStreamingEcho", status, &error)
                               : came == count || failed(run, "%u replies of %u", came, count);
}

/* Ends in the middle, every other time by a cancel. */
static bool chat_some(struct test_run *run, bool cancel) {
    winapi_error error;
    winapi_v1_EchoRequest request = {.text = winapi_str("stress")};
    const winapi_v1_EchoReply *reply = NULL;
    winapi_v1_Echo_BidirectionalStreamingEcho_call *call =
        winapi_v1_Echo_BidirectionalStreamingEcho(run->channel, NULL, &error);
    if (call == NULL) {
        return failed_call(run, "BidirectionalStreamingEcho", error.code, &error);
    }
    bool good = true;
    for (int i = 0; i < 5 && good; i++) {
        good = winapi_v1_Echo_BidirectionalStreamingEcho_write(call, &request) == WINAPI_OK &&
               winapi_v1_Echo_BidirectionalStreamingEcho_read(call, &reply) == WINAPI_OK && reply != NULL;
    }
    if (cancel) {
        winapi_call_cancel(winapi_v1_Echo_BidirectionalStreamingEcho_base(call));
    }
    winapi_status status = winapi_v1_Echo_BidirectionalStreamingEcho_finish(call, &error);
    winapi_status expected = cancel ? WINAPI_CANCELLED : WINAPI_OK;
    return good && status == expected ? true : failed_call(run, "BidirectionalStreamingEcho", status, &error);
}

static bool write_buffer(struct test_run *run, uint32_t pattern) {
    winapi_buffer_t buffer;
    winapi_buffer_test_result_t result;
    if (winapi_alloc_buffer(&buffer, 100000) != WINAPI_OK) {
        return failed_function(run, "winapi_alloc_buffer");
    }
    bool called = winapi_buffer_test(run->handle, &buffer, 1, WINAPI_BUFFER_OP_WRITE, pattern, &result) == WINAPI_OK;
    bool good = called ? count_mismatches(buffer.data, buffer.size, pattern) == 0 || failed(run, "a buffer has wrong bytes")
                       : failed_function(run, "winapi_buffer_test");
    winapi_free_buffer(&buffer);
    return good;
}

static bool do_one(struct test_run *run, uint64_t index) {
    switch (index % KINDS) {
    case 0: return echo_size(run, run->channel, index * 31 % 5000);
    case 1: return echo_size(run, run->channel, 30000 + index * 7919 % 300000);
    case 2: return stream_some(run, (uint32_t)(index % 50));
    case 3: return chat_some(run, index % 2 == 0);
    default: return write_buffer(run, (uint32_t)index * 2654435761u);
    }
}

static void *work(void *user) {
    struct stress_thread *thread = user;
    struct stress *stress = thread->stress;
    for (;;) {
        uint64_t index = atomic_fetch_add(&stress->next, 1);
        if (index >= stress->iterations || atomic_load(&stress->failures) > 0) {
            return NULL;
        }
        if (!do_one(&thread->run, index)) {
            atomic_fetch_add(&stress->failures, 1);
            return NULL;
        }
        uint64_t done = atomic_fetch_add(&stress->done, 1) + 1;
        if (thread->reports) {
            show_progress(&thread->run, (double)done, (double)stress->iterations);
        }
    }
}

static void join(struct test_run *run, struct stress_thread *threads, int started) {
    for (int i = 0; i < started; i++) {
        (void)pthread_join(threads[i].thread, NULL);
        if (threads[i].run.seen[0] != '\0') {
            memcpy(run->seen, threads[i].run.seen, sizeof run->seen);
        }
    }
}

bool test_stress(struct test_run *run) {
    struct stress stress = {.iterations = run->options->iterations == 0 ? 1000 : run->options->iterations};
    struct stress_thread threads[THREADS];
    int started = 0;
    int64_t start = time_now();
    for (; started < THREADS; started++) {
        threads[started].stress = &stress;
        threads[started].run = *run;
        threads[started].reports = started == 0;
        if (pthread_create(&threads[started].thread, NULL, work, &threads[started]) != 0) {
            break;
        }
    }
    join(run, threads, started);
    uint64_t done = atomic_load(&stress.done);
    show_progress(run, 1, 1);
    if (started < THREADS) {
        return failed(run, "no thread");
    }
    if (atomic_load(&stress.failures) > 0 || done != stress.iterations) {
        char why[sizeof run->seen];
        memcpy(why, run->seen, sizeof why);
        return failed(run, "after %llu iterations: %.500s", (unsigned long long)done, why);
    }
    double elapsed = milliseconds_since(start);
    add_figure(run, "iterations", (double)done);
    add_figure(run, "iterations_per_second", (double)done / elapsed * 1e3);
    return passed(run, "%llu iterations of %d kinds on %d threads, %.0f a second", (unsigned long long)done, KINDS, THREADS,
                  (double)done / elapsed * 1e3);
}
