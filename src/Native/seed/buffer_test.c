#include <string.h>

#include "../transport/failure.h"
#include "libwinapi.h"
#include "outcome.h"
#include "session.h"
#include "staging.h"
#include "winapi/v1/buffer_test.winapi.h"

static winapi_status call(winapi_channel *channel, const winapi_v1_BufferTestRequest *request,
                          winapi_buffer_test_result_t *result, winapi_error *error) {
    winapi_arena *arena = winapi_arena_new();
    if (arena == NULL) {
        return winapi_fail(error, WINAPI_RESOURCE_EXHAUSTED, "out of memory for the result");
    }
    winapi_v1_BufferTestResult reply;
    winapi_status status = winapi_v1_BufferTest_Run(channel, NULL, request, &reply, arena, error);
    if (status == WINAPI_OK) {
        *result = (winapi_buffer_test_result_t){
            .bytes_processed = reply.bytes_processed,
            .checksum = reply.checksum,
            .elapsed_ns = reply.elapsed_ns,
            .mismatched_bytes = reply.mismatched_bytes,
        };
    }
    winapi_arena_free(arena);
    return status;
}

static winapi_status run(winapi_channel *channel, const winapi_buffer_t *buffers, size_t count,
                         winapi_v1_BufferTestRequest *request, winapi_buffer_test_result_t *result, winapi_error *error) {
    struct staging staging = {0};
    winapi_status status = winapi_staging_begin(&staging, channel, buffers, count, error);
    if (status == WINAPI_OK) {
        request->buffers.items = staging.references;
        request->buffers.count = count;
        status = call(channel, request, result, error);
    }
    if (status == WINAPI_OK) {
        result->copied_bytes = staging.copied_bytes;
    }
    if (status == WINAPI_OK && request->operation == winapi_v1_BUFFER_OPERATION_WRITE) {
        winapi_staging_copy_back(&staging, buffers);
    }
    winapi_staging_end(&staging);
    return status;
}

winapi_status winapi_buffer_test(winapi_handle_t handle, const winapi_buffer_t *buffers, size_t buffer_count,
                                 winapi_buffer_op_t operation, uint32_t pattern, winapi_buffer_test_result_t *result) {
    struct operation record = winapi_operation_begin("winapi_buffer_test");
    winapi_error error = {.code = WINAPI_OK};
    if (result != NULL) {
        memset(result, 0, sizeof *result);
    }
    winapi_v1_BufferTestRequest request = {.operation = (winapi_v1_BufferOperation)operation, .pattern = pattern};
    bool usable = handle != NULL && buffers != NULL && buffer_count > 0 && result != NULL;
    winapi_status status = usable ? run(handle->channel, buffers, buffer_count, &request, result, &error)
                                  : winapi_fail(&error, WINAPI_INVALID_ARGUMENT,
                                                "it needs a handle, at least one buffer and a place for the result");
    return winapi_operation_end(&record, status, &error);
}
