/* Rows: what is measured, under which name, and how it is printed. */
#ifndef BENCHMARKS_ROW_H
#define BENCHMARKS_ROW_H

#include "measure.h"
#include "winapi.h"

enum { SMALL_BYTES = 64 };

struct bench {
    winapi_channel *channel;
    winapi_arena *arena;
    size_t count; /* of small round trips */
    winapi_error error;
    size_t printed;
};

struct row {
    const char *name;
    const char *floor; /* the row that is the least this one could cost; NULL: none */
    size_t operations; /* in one step; 0: one */
    size_t payload;    /* of each operation, in bytes */
};

void row_print(struct bench *bench, const struct row *row, const struct times *times);

/* Measures so many steps and prints the row; false where a step failed, and the bench has the error. */
bool row_measure(struct bench *bench, const struct row *row, step *make, void *context, size_t count);

/* The same of batches there and bytes back over a raw socket. */
bool row_measure_raw(struct bench *bench, const struct row *row, size_t batch, size_t batches, size_t back, size_t count);

/* As people say it: 64B, 64KiB, 4MiB. The text holds until the next call. */
const char *row_size(size_t bytes);

/* Sets the error; false, to be returned. */
bool row_failed(struct bench *bench, const char *message);

#endif
