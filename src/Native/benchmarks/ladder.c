#include "ladder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "winapi/v1/perf_test.winapi.h"

enum { FEWER_FROM = 1 << 20, DIVISOR = 10, BULK_DIVISOR = 50, PAYLOADS = 5 };

static const size_t payloads[PAYLOADS] = {64, 4 << 10, 64 << 10, 1 << 20, LADDER_LARGEST};

struct load {
    struct bench *bench;
    winapi_v1_PerfExchangeRequest request;
    size_t read; /* by the host, which says so */
};

static bool exchange(void *context) {
    struct load *load = context;
    struct bench *bench = load->bench;
    winapi_v1_PerfExchangeReply reply;
    winapi_arena_reset(bench->arena);
    return winapi_v1_PerfTest_Exchange(bench->channel, NULL, &load->request, &reply, bench->arena, &bench->error) ==
               WINAPI_OK &&
           (reply.bytes_read == load->read || row_failed(bench, "the host has not read all of the payload"));
}

static size_t count_of(const struct bench *bench, size_t payload) {
    return bench->count / (payload >= FEWER_FROM ? BULK_DIVISOR : DIVISOR) + 1;
}

struct name {
    char text[64];
};

static struct name floor_of(size_t payload) {
    struct name name;
    (void)snprintf(name.text, sizeof name.text, "raw_socket_%s_there_64_back", row_size(payload));
    return name;
}

static bool measure_load(struct load *load, const char *what) {
    struct name name, floor = floor_of(load->read);
    (void)snprintf(name.text, sizeof name.text, "%s_%s_all_read_by_host", what, row_size(load->read));
    struct row row = {.name = name.text, .floor = floor.text, .payload = load->read};
    return row_measure(load->bench, &row, exchange, load, count_of(load->bench, load->read));
}

static bool measure_raw(struct bench *bench, size_t payload) {
    struct name name = floor_of(payload);
    struct row row = {.name = name.text, .floor = name.text, .payload = payload};
    return row_measure_raw(bench, &row, payload, 1, SMALL_BYTES, count_of(bench, payload));
}

static bool measure_messages(struct bench *bench, const uint8_t *bytes) {
    for (size_t i = 0; i < PAYLOADS; i++) {
        struct load load = {
            .bench = bench, .request = {.payload = winapi_bytes_of(bytes, payloads[i])}, .read = payloads[i]};
        if (!measure_raw(bench, payloads[i]) || !measure_load(&load, "message")) {
            return false;
        }
    }
    return true;
}

static bool measure_references(struct bench *bench, const winapi_shared_buffer *buffer) {
    winapi_BufferRef reference;
    struct load load = {.bench = bench, .request = {.buffer = &reference}};
    for (size_t i = 0; i < PAYLOADS; i++) {
        load.read = payloads[i];
        if (!winapi_buffer_slice(buffer, 0, payloads[i], &reference) || !measure_load(&load, "by_reference")) {
            return false;
        }
    }

    /* The first byte alone: what the reference itself costs. */
    load.read = 1;
    struct row row = {.name = "by_reference_1_byte_read_by_host", .floor = "raw_socket_64", .payload = 1};
    return winapi_buffer_slice(buffer, 0, 1, &reference) && row_measure(bench, &row, exchange, &load, bench->count);
}

/* Messages first: the first buffer starts the channel's thread, and until then a call needs no other than its caller's. */
bool ladder_measure(struct bench *bench) {
    winapi_shared_buffer *buffer;
    uint8_t *bytes = malloc(LADDER_LARGEST);
    if (bytes == NULL) {
        return row_failed(bench, "out of memory");
    }
    memset(bytes, 1, LADDER_LARGEST);
    bool good = measure_messages(bench, bytes);
    free(bytes);
    if (!good || winapi_buffer_rent(bench->channel, LADDER_LARGEST, NULL, &buffer, &bench->error) != WINAPI_OK) {
        return false;
    }
    memset(winapi_buffer_data(buffer), 1, LADDER_LARGEST);
    good = measure_references(bench, buffer);
    winapi_buffer_release(buffer);
    return good;
}
