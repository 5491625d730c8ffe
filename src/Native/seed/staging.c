#include "staging.h"

#include <stdlib.h>
#include <string.h>

#include "../transport/failure.h"
#include "log.h"

/* False where the bytes are not the ones of the rented buffer. */
static bool refer_in_place(const winapi_buffer_t *buffer, winapi_BufferRef *reference) {
    uintptr_t start = (uintptr_t)winapi_buffer_data(buffer->shared);
    uintptr_t first = (uintptr_t)buffer->data;
    return first >= start && winapi_buffer_slice(buffer->shared, first - start, buffer->size, reference);
}

static winapi_status copy_in(struct staging *staging, size_t index, winapi_channel *channel,
                             const winapi_buffer_t *buffer, winapi_error *error) {
    winapi_buffer_options options = {.timeout_ns = 1000 * 1000 * 1000};
    winapi_status status = winapi_buffer_rent(channel, buffer->size, &options, &staging->copies[index], error);
    if (status == WINAPI_OK) {
        winapi_log(LOG_WARN, "winapi_buffer_test: %zu bytes are copied: they are not in the memory of this connection",
                   buffer->size);
        memcpy(winapi_buffer_data(staging->copies[index]), buffer->data, buffer->size);
        staging->copied_bytes += buffer->size;
        winapi_buffer_ref(staging->copies[index], &staging->references[index]);
    }
    return status;
}

static winapi_status stage(struct staging *staging, size_t index, winapi_channel *channel,
                           const winapi_buffer_t *buffer, winapi_error *error) {
    if (buffer->data == NULL || buffer->size == 0) {
        return winapi_fail(error, WINAPI_INVALID_ARGUMENT, "buffer %zu has no bytes", index);
    }
    if (buffer->shared == NULL || !winapi_buffer_is_current(buffer->shared)) {
        return copy_in(staging, index, channel, buffer, error);
    }
    staging->copied_bytes += winapi_buffer_is_shared(buffer->shared) ? 0 : buffer->size;
    return refer_in_place(buffer, &staging->references[index])
               ? WINAPI_OK
               : winapi_fail(error, WINAPI_INVALID_ARGUMENT, "buffer %zu has another start or more bytes than it was allocated with",
                             index);
}

winapi_status winapi_staging_begin(struct staging *staging, winapi_channel *channel, const winapi_buffer_t *buffers,
                                   size_t count, winapi_error *error) {
    staging->references = calloc(count, sizeof *staging->references);
    staging->copies = calloc(count, sizeof *staging->copies);
    if (staging->references == NULL || staging->copies == NULL) {
        return winapi_fail(error, WINAPI_RESOURCE_EXHAUSTED, "out of memory for %zu references", count);
    }
    staging->count = count;
    winapi_status status = WINAPI_OK;
    for (size_t i = 0; i < count && status == WINAPI_OK; i++) {
        status = stage(staging, i, channel, &buffers[i], error);
    }
    return status;
}

void winapi_staging_copy_back(const struct staging *staging, const winapi_buffer_t *buffers) {
    for (size_t i = 0; i < staging->count; i++) {
        if (staging->copies[i] != NULL) {
            memcpy(buffers[i].data, winapi_buffer_data(staging->copies[i]), buffers[i].size);
        }
    }
}

void winapi_staging_end(struct staging *staging) {
    for (size_t i = 0; i < staging->count; i++) {
        winapi_buffer_release(staging->copies[i]);
    }
    free(staging->copies);
    free(staging->references);
}
