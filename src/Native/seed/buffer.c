#include <string.h>

#include "../transport/failure.h"
#include "libwinapi.h"
#include "outcome.h"
#include "session.h"

enum { RENT_TIMEOUT_NS = 1000 * 1000 * 1000 };

static winapi_status rent(winapi_channel *channel, size_t size, winapi_buffer_t *buffer, winapi_error *error) {
    winapi_buffer_options options = {.timeout_ns = RENT_TIMEOUT_NS};
    winapi_status status = winapi_buffer_rent(channel, size, &options, &buffer->shared, error);
    if (status == WINAPI_DEADLINE_EXCEEDED) {
        return winapi_fail(error, WINAPI_RESOURCE_EXHAUSTED,
                           "no room for %zu bytes in the shared memory: free buffers, or set WINAPI_SHARED_MEM_SIZE", size);
    }
    if (status == WINAPI_OK) {
        buffer->data = winapi_buffer_data(buffer->shared);
        buffer->size = size;
    }
    return status;
}

static winapi_status allocate(winapi_buffer_t *buffer, size_t size, winapi_error *error) {
    if (size == 0) {
        return winapi_fail(error, WINAPI_INVALID_ARGUMENT, "a buffer of 0 bytes cannot be allocated");
    }
    winapi_channel *channel = winapi_session_borrow();
    if (channel == NULL) {
        return winapi_fail(error, WINAPI_FAILED_PRECONDITION,
                           "there is no connection to share memory with: call winapi_init first");
    }
    winapi_status status = rent(channel, size, buffer, error);
    winapi_session_leave();
    return status;
}

winapi_status winapi_alloc_buffer(winapi_buffer_t *buffer, size_t size) {
    struct operation operation = winapi_operation_begin("winapi_alloc_buffer");
    winapi_error error = {.code = WINAPI_OK};
    if (buffer == NULL) {
        return winapi_operation_end(&operation, winapi_fail(&error, WINAPI_INVALID_ARGUMENT, "buffer is NULL"), &error);
    }
    memset(buffer, 0, sizeof *buffer);
    return winapi_operation_end(&operation, allocate(buffer, size, &error), &error);
}

void winapi_free_buffer(winapi_buffer_t *buffer) {
    if (buffer != NULL) {
        winapi_buffer_release(buffer->shared);
        memset(buffer, 0, sizeof *buffer);
    }
}
