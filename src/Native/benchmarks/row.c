#include "row.h"

#include <stdio.h>

#include "raw_socket.h"

void row_print(struct bench *bench, const struct row *row, const struct times *times) {
    (void)printf("%s\n    \"%s\": {\"count\": %zu, \"warm_up\": %zu, \"min_ns\": %lld, \"p50_ns\": %lld, \"p99_ns\": %lld, "
                 "\"mean_ns\": %lld, \"operations\": %zu, \"payload_bytes\": %zu, \"floor\": \"%s\"}",
                 bench->printed++ == 0 ? "" : ",", row->name, times->count, times->warm_up, (long long)times->min,
                 (long long)times->p50, (long long)times->p99, (long long)times->mean,
                 row->operations == 0 ? 1 : row->operations, row->payload, row->floor == NULL ? "" : row->floor);
    (void)fflush(stdout);
}

bool row_failed(struct bench *bench, const char *message) {
    (void)snprintf(bench->error.message, sizeof bench->error.message, "%s", message);
    return false;
}

bool row_measure(struct bench *bench, const struct row *row, step *make, void *context, size_t count) {
    struct times times;
    if (!measure(make, context, count, &times)) {
        return false;
    }
    row_print(bench, row, &times);
    return true;
}

bool row_measure_raw(struct bench *bench, const struct row *row, size_t batch, size_t batches, size_t back, size_t count) {
    struct times times;
    if (!measure_raw_socket(batch, batches, back, count, &times)) {
        return row_failed(bench, "the raw ping-pong failed");
    }
    row_print(bench, row, &times);
    return true;
}

const char *row_size(size_t bytes) {
    static char text[32];
    enum { KIBIBYTE = 1024, MEBIBYTE = 1024 * KIBIBYTE };
    size_t unit = bytes >= MEBIBYTE ? MEBIBYTE : bytes >= KIBIBYTE ? KIBIBYTE : 1;
    (void)snprintf(text, sizeof text, "%zu%s", bytes / unit, unit == 1 ? "B" : unit == KIBIBYTE ? "KiB" : "MiB");
    return text;
}
