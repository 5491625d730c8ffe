/* winapi_alloc_buffer, winapi_free_buffer, winapi_buffer_test. */
#include <stdlib.h>
#include <string.h>

#include "libwinapi.h"
#include "session.h"
#include "winapi/v1/buffer_test.winapi.h"

/* Rather an error than a program that waits for itself: nobody but its own threads can free buffers. */
static const winapi_buffer_options rent_options = {.timeout_ns = INT64_C(5000000000)};

int winapi_alloc_buffer(winapi_buffer_t *buffer, size_t size) {
    winapi_error error = {.code = WINAPI_RESOURCE_EXHAUSTED, .message = "out of memory"};
    if (buffer == NULL) {
        return winapi_seed_result("winapi_alloc_buffer", WINAPI_INVALID_ARGUMENT, &error);
    }
    memset(buffer, 0, sizeof *buffer);
    struct seed_buffer *owner = calloc(1, sizeof *owner);
    if (owner == NULL) {
        return winapi_seed_result("winapi_alloc_buffer", error.code, &error);
    }
    owner->session = winapi_session_join(&error);
    winapi_status status = owner->session == NULL ? error.code
                                                  : winapi_buffer_rent(winapi_session_channel(owner->session), size,
                                                                       &rent_options, &owner->shared, &error);
    if (status == WINAPI_OK) {
        *buffer = (winapi_buffer_t){winapi_buffer_data(owner->shared), size, owner};
    } else {
        if (owner->session != NULL) {
            winapi_session_leave(owner->session);
        }
        free(owner);
    }
    return winapi_seed_result("winapi_alloc_buffer", status, &error);
}

void winapi_free_buffer(winapi_buffer_t *buffer) {
    if (buffer == NULL || buffer->owner == NULL) {
        return;
    }
    struct seed_buffer *owner = buffer->owner;
    winapi_buffer_release(owner->shared);
    winapi_session_leave(owner->session);
    free(owner);
    memset(buffer, 0, sizeof *buffer);
}

/* One buffer of a call: itself, or a stand-in that its bytes are copied to and from. */
struct passed {
    winapi_buffer_t *buffer;
    winapi_shared_buffer *stand_in;
};

static bool goes_as_it_is(const struct winapi_handle *handle, const winapi_buffer_t *buffer) {
    const struct seed_buffer *owner = buffer->owner;
    return owner != NULL && owner->session == handle->session && winapi_buffer_is_current(owner->shared);
}

static winapi_status pass(struct winapi_handle *handle, struct passed *passed, winapi_BufferRef *reference,
                          uint64_t *copied, winapi_error *error) {
    winapi_buffer_t *buffer = passed->buffer;
    if (goes_as_it_is(handle, buffer)) {
        winapi_shared_buffer *shared = ((struct seed_buffer *)buffer->owner)->shared;
        *copied += winapi_buffer_is_shared(shared) ? 0 : buffer->size;
        winapi_buffer_ref(shared, reference);
        return WINAPI_OK;
    }
    winapi_status status = winapi_buffer_rent(winapi_session_channel(handle->session), buffer->size, &rent_options,
                                              &passed->stand_in, error);
    if (status == WINAPI_OK) {
        memcpy(winapi_buffer_data(passed->stand_in), buffer->data, buffer->size);
        winapi_buffer_ref(passed->stand_in, reference);
        *copied += buffer->size;
    }
    return status;
}

static void take_back(struct passed *passed, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (passed[i].stand_in != NULL) {
            memcpy(passed[i].buffer->data, winapi_buffer_data(passed[i].stand_in), passed[i].buffer->size);
            winapi_buffer_release(passed[i].stand_in);
        }
    }
}

static winapi_status call(struct winapi_handle *handle, const winapi_v1_BufferTestRequest *request,
                          winapi_buffer_test_result_t *result, winapi_error *error) {
    winapi_v1_BufferTestResult reply;
    winapi_arena *arena = winapi_arena_new();
    winapi_status status = arena == NULL ? WINAPI_RESOURCE_EXHAUSTED
                                         : winapi_v1_BufferTest_Run(winapi_session_channel(handle->session), NULL, request,
                                                                    &reply, arena, error);
    if (status == WINAPI_OK && result != NULL) {
        result->bytes_processed = reply.bytes_processed;
        result->checksum = reply.checksum;
        result->elapsed_ns = reply.elapsed_ns;
        result->mismatched_bytes = reply.mismatched_bytes;
    }
    winapi_arena_free(arena);
    return status;
}

static winapi_status run(struct winapi_handle *handle, struct passed *passed, size_t count,
                         winapi_v1_BufferTestRequest *request, winapi_buffer_test_result_t *result, winapi_error *error) {
    uint64_t copied = 0;
    winapi_status status = WINAPI_OK;
    for (size_t i = 0; i < count && status == WINAPI_OK; i++) {
        status = pass(handle, &passed[i], &request->buffers.items[i], &copied, error);
    }
    status = status != WINAPI_OK ? status : call(handle, request, result, error);
    take_back(passed, count);
    if (status == WINAPI_OK && result != NULL) {
        result->copied_bytes = copied;
    }
    return status;
}

int winapi_buffer_test(winapi_handle_t handle, winapi_buffer_t *buffers, size_t count, winapi_buffer_op_t operation,
                       uint32_t pattern, winapi_buffer_test_result_t *result) {
    winapi_error error = {.code = WINAPI_OK, .message = "handle and buffers must be given"};
    if (handle == NULL || buffers == NULL || count == 0) {
        return winapi_seed_result("winapi_buffer_test", WINAPI_INVALID_ARGUMENT, &error);
    }
    struct passed *passed = calloc(count, sizeof *passed);
    winapi_BufferRef *references = calloc(count, sizeof *references);
    winapi_status status = WINAPI_RESOURCE_EXHAUSTED;
    if (passed != NULL && references != NULL) {
        winapi_v1_BufferTestRequest request = {.operation = (int32_t)operation, .pattern = pattern};
        request.buffers.items = references;
        request.buffers.count = count;
        for (size_t i = 0; i < count; i++) {
            passed[i].buffer = &buffers[i];
        }
        status = run(handle, passed, count, &request, result, &error);
    }
    free(passed);
    free(references);
    return winapi_seed_result("winapi_buffer_test", status, &error);
}
