#include "in_flight.h"

#include <pthread.h>
#include <stdio.h>

#include "winapi/v1/echo.winapi.h"

enum { CALLS_OF_EACH = 16, DIVISOR = 100, MAX_NAME = 64 };

struct flight {
    struct bench *bench;
    size_t at_once;
    pthread_mutex_t lock;
    pthread_cond_t ended;
    size_t started, finished; /* of the calls of this step */
    bool failed;
};

static size_t calls_of(const struct flight *flight) {
    return flight->at_once * CALLS_OF_EACH;
}

static void done(winapi_status status, const winapi_v1_EchoReply *reply, const winapi_error *error, void *user);

static bool start(struct flight *flight) {
    static const uint8_t payload[SMALL_BYTES] = {1};
    winapi_v1_EchoRequest request = {.payload = winapi_bytes_of(payload, sizeof payload)};
    winapi_call *call = winapi_v1_Echo_UnaryEcho_async(flight->bench->channel, NULL, &request, done, flight);
    winapi_call_free(call);
    return call != NULL;
}

/* Counts a call that ended; true where another is to take its place. */
static bool count_end(struct flight *flight, winapi_status status, const winapi_error *error) {
    (void)pthread_mutex_lock(&flight->lock);
    flight->finished++;
    if (status != WINAPI_OK && !flight->failed) {
        flight->failed = true;
        flight->bench->error = *error;
    }
    bool another = !flight->failed && flight->started < calls_of(flight);
    flight->started += another;
    if (flight->finished == flight->started) {
        (void)pthread_cond_signal(&flight->ended);
    }
    (void)pthread_mutex_unlock(&flight->lock);
    return another;
}

static void start_or_fail(struct flight *flight) {
    static const winapi_error no_memory = {.code = WINAPI_RESOURCE_EXHAUSTED, .message = "out of memory"};
    if (!start(flight)) {
        (void)count_end(flight, no_memory.code, &no_memory);
    }
}

static void done(winapi_status status, const winapi_v1_EchoReply *reply, const winapi_error *error, void *user) {
    (void)reply;
    if (count_end(user, status, error)) {
        start_or_fail(user);
    }
}

static bool fly(void *context) {
    struct flight *flight = context;
    flight->started = flight->at_once; /* counted before: the first may end while the last is not yet begun */
    flight->finished = 0;
    for (size_t i = 0; i < flight->at_once; i++) {
        start_or_fail(flight);
    }
    (void)pthread_mutex_lock(&flight->lock);
    while (flight->finished < flight->started) {
        (void)pthread_cond_wait(&flight->ended, &flight->lock);
    }
    (void)pthread_mutex_unlock(&flight->lock);
    return !flight->failed;
}

static bool measure_level(struct flight *flight) {
    struct bench *bench = flight->bench;
    size_t batch = flight->at_once * SMALL_BYTES;
    char floor[MAX_NAME], name[MAX_NAME];
    (void)snprintf(floor, sizeof floor, "raw_socket_64_in_batches_of_%zu", flight->at_once);
    (void)snprintf(name, sizeof name, "unary_echo_64_async_%zu_in_flight", flight->at_once);
    struct row raw = {.name = floor, .floor = floor, .operations = flight->at_once, .payload = SMALL_BYTES};
    struct row row = {.name = name, .floor = floor, .operations = calls_of(flight), .payload = SMALL_BYTES};
    return row_measure_raw(bench, &raw, batch, 1, batch, bench->count / 10 + 1) &&
           row_measure(bench, &row, fly, flight, bench->count / DIVISOR + 1);
}

bool in_flight_measure(struct bench *bench) {
    static const size_t levels[] = {1, 4, 16, 64};
    struct flight flight = {.bench = bench, .lock = PTHREAD_MUTEX_INITIALIZER, .ended = PTHREAD_COND_INITIALIZER};
    bool good = true;
    for (size_t i = 0; i < sizeof levels / sizeof *levels && good; i++) {
        flight.at_once = levels[i];
        good = measure_level(&flight);
    }
    (void)pthread_cond_destroy(&flight.ended);
    (void)pthread_mutex_destroy(&flight.lock);
    return good;
}
