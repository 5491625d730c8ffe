#include <string.h>

#include "bodies.h"
#include "bytes.h"
#include "winapi/v1/buffer_test.winapi.h"

static winapi_status write_pattern(struct test_run *run, winapi_BufferRef *references, size_t count,
                                   winapi_v1_BufferTestResult *result, winapi_error *error) {
    winapi_arena *arena = winapi_arena_new();
    winapi_v1_BufferTestRequest request = {.operation = winapi_v1_BUFFER_OPERATION_WRITE, .pattern = 0x11223344};
    request.buffers.items = references;
    request.buffers.count = count;
    winapi_status status = winapi_v1_BufferTest_Run(run->channel, NULL, &request, result, arena, error);
    winapi_arena_free(arena);
    return status;
}

static bool rent(struct test_run *run, size_t size, winapi_shared_buffer **buffer) {
    winapi_error error;
    winapi_buffer_options options = {.timeout_ns = 2000000000};
    winapi_status status = winapi_buffer_rent(run->channel, size, &options, buffer, &error);
    return status == WINAPI_OK || failed_call(run, "winapi_buffer_rent", status, &error);
}

static bool check_whole(struct test_run *run, winapi_shared_buffer *buffer) {
    winapi_BufferRef reference;
    winapi_v1_BufferTestResult result;
    winapi_error error;
    size_t size = winapi_buffer_size(buffer);
    winapi_buffer_ref(buffer, &reference);
    winapi_status status = write_pattern(run, &reference, 1, &result, &error);
    if (status != WINAPI_OK) {
        return failed_call(run, "BufferTest.Run", status, &error);
    }
    size_t mismatches = count_mismatches(winapi_buffer_data(buffer), size, 0x11223344);
    return mismatches == 0 && result.bytes_processed == size
               ? passed(run, "the host wrote %zu bytes, %s", size,
                        winapi_buffer_is_shared(buffer) ? "in the same memory" : "carried inline")
               : failed(run, "%zu of %zu bytes are not what the host says it wrote", mismatches, size);
}

bool test_reference(struct test_run *run) {
    winapi_shared_buffer *buffer;
    if (!rent(run, 2 << 20, &buffer)) {
        return false;
    }
    bool good = check_whole(run, buffer);
    winapi_buffer_release(buffer);
    return good;
}

/* Bytes before, between and after the slices must stay as they are. */
static bool check_slices(struct test_run *run, winapi_shared_buffer *buffer) {
    winapi_BufferRef parts[2], outside;
    uint8_t *bytes = winapi_buffer_data(buffer);
    memset(bytes, 0xEE, winapi_buffer_size(buffer));
    if (!winapi_buffer_slice(buffer, 4, 1000, &parts[0]) || !winapi_buffer_slice(buffer, 5000, 3000, &parts[1]) ||
        winapi_buffer_slice(buffer, 9000, 1001, &outside) || winapi_buffer_slice(buffer, SIZE_MAX, 2, &outside) ||
        winapi_buffer_at(buffer, 10001, 0) != NULL || winapi_buffer_at(buffer, 4, 1000) != bytes + 4) {
        return failed(run, "a slice inside was refused, or one outside was given");
    }
    winapi_v1_BufferTestResult result;
    winapi_error error;
    winapi_status status = write_pattern(run, parts, 2, &result, &error);
    if (status != WINAPI_OK) {
        return failed_call(run, "BufferTest.Run", status, &error);
    }
    size_t mismatches = count_mismatches(bytes, 4, 0xEEEEEEEE) + count_mismatches(bytes + 4, 1000, 0x11223344) +
                        count_mismatches(bytes + 1004, 3996, 0xEEEEEEEE) +
                        count_mismatches(bytes + 5000, 3000, 0x11223344) +
                        count_mismatches(bytes + 8000, 2000, 0xEEEEEEEE);
    return mismatches == 0 && result.bytes_processed == 4000
               ? passed(run, "two slices of one buffer were written, and nothing else in it")
               : failed(run, "%zu bytes are wrong, %llu were processed", mismatches,
                        (unsigned long long)result.bytes_processed);
}

bool test_reference_slices(struct test_run *run) {
    winapi_shared_buffer *buffer;
    if (!rent(run, 10000, &buffer)) {
        return false;
    }
    bool good = check_slices(run, buffer);
    winapi_buffer_release(buffer);
    return good;
}

bool test_reference_refused(struct test_run *run) {
    winapi_BufferRef made_up = {.lease = 0x1234567890, .offset = 4096, .length = 64};
    winapi_v1_BufferTestResult result;
    winapi_error error;
    winapi_status status = write_pattern(run, &made_up, 1, &result, &error);
    if (!ended_with(run, "a reference made by hand", WINAPI_INVALID_ARGUMENT, status, &error)) {
        return false;
    }
    winapi_shared_buffer *opened;
    winapi_error open_error;
    winapi_status open_status = winapi_buffer_open(run->channel, &made_up, &opened, &open_error);
    return ended_with(run, "opening what was not lent", WINAPI_INVALID_ARGUMENT, open_status, &open_error) &&
           passed(run, "INVALID_ARGUMENT: %s", error.message);
}

/* More than the region has, one after another: each must have come back from its call. */
bool test_buffers_return(struct test_run *run) {
    for (int i = 0; i < 40; i++) {
        winapi_shared_buffer *buffer;
        if (!rent(run, 1 << 20, &buffer)) {
            return false;
        }
        bool good = check_whole(run, buffer);
        winapi_buffer_release(buffer);
        if (!good) {
            return false;
        }
    }
    return passed(run, "40 MiB were lent from a smaller region, 1 MiB at a time");
}
