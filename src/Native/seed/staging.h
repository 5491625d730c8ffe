/* References to the bytes of buffers, by way of a copy where the host cannot reach them in place. */
#ifndef WINAPI_SEED_STAGING_H
#define WINAPI_SEED_STAGING_H

#include "libwinapi.h"

/* Zeroed is valid. */
struct staging {
    size_t count;
    winapi_BufferRef *references;
    winapi_shared_buffer **copies; /* NULL where the bytes are used in place */
    uint64_t copied_bytes;
};

/* INVALID_ARGUMENT: a buffer that is no buffer. Whatever the status, end it with winapi_staging_end. */
winapi_status winapi_staging_begin(struct staging *staging, winapi_channel *channel, const winapi_buffer_t *buffers,
                                   size_t count, winapi_error *error);

/* Takes over what the host wrote into copies. */
void winapi_staging_copy_back(const struct staging *staging, const winapi_buffer_t *buffers);

void winapi_staging_end(struct staging *staging);

#endif
