#include <string.h>

#include "bodies.h"
#include "bytes.h"

static bool echo_text(struct test_run *run, const char *text) {
    char reply[256];
    if (winapi_echo(run->handle, text, reply, sizeof reply) != WINAPI_OK) {
        return failed_function(run, "winapi_echo");
    }
    if (strcmp(text, reply) != 0) {
        return failed(run, "\"%s\" came back as \"%s\"", text, reply);
    }
    return passed(run, "\"%s\" came back", reply);
}

bool test_echo(struct test_run *run) {
    char reply[8];
    if (winapi_echo(run->handle, "Hello Windows!", reply, sizeof reply) != WINAPI_OUT_OF_RANGE) {
        return failed(run, "a reply larger than its buffer did not end with OUT_OF_RANGE");
    }
    return echo_text(run, "") && echo_text(run, "Hello Windows!");
}

bool test_echo_unicode(struct test_run *run) {
    return echo_text(run, "\xC3\x84\xC3\x96 \xE2\x82\xAC \xE6\xBC\xA2\xE5\xAD\x97 \xF0\x9F\x8E\x89");
}

static bool check_written(struct test_run *run, const winapi_buffer_t *buffer, const winapi_buffer_test_result_t *result) {
    size_t mismatches = count_mismatches(buffer->data, buffer->size, 0xAABBCCDD);
    uint32_t crc = crc32_of(0, buffer->data, buffer->size);
    if (result->bytes_processed != buffer->size || mismatches != 0 || crc != result->checksum) {
        return failed(run, "the host says %llu bytes, CRC-32 %08x; here are %zu bytes, %08x, and %zu are not the pattern",
                      (unsigned long long)result->bytes_processed, (unsigned)result->checksum, buffer->size, (unsigned)crc,
                      mismatches);
    }
    return passed(run, "the host wrote %zu bytes, CRC-32 %08x on both sides, %llu bytes copied", buffer->size,
                  (unsigned)crc, (unsigned long long)result->copied_bytes);
}

bool test_buffer_write(struct test_run *run) {
    winapi_buffer_t buffer;
    winapi_buffer_test_result_t result;
    if (winapi_alloc_buffer(&buffer, 1024 * 1024) != WINAPI_OK) {
        return failed_function(run, "winapi_alloc_buffer");
    }
    memset(buffer.data, 0xAA, buffer.size);
    winapi_status status = winapi_buffer_test(run->handle, &buffer, 1, WINAPI_BUFFER_OP_WRITE, 0xAABBCCDD, &result);
    bool good = status == WINAPI_OK ? check_written(run, &buffer, &result) : failed_function(run, "winapi_buffer_test");
    winapi_free_buffer(&buffer);
    return good;
}

static bool verify(struct test_run *run, const winapi_buffer_t *buffers, uint64_t expected) {
    winapi_buffer_test_result_t result;
    if (winapi_buffer_test(run->handle, buffers, 2, WINAPI_BUFFER_OP_VERIFY, 0x01020304, &result) != WINAPI_OK) {
        return failed_function(run, "winapi_buffer_test");
    }
    return result.mismatched_bytes == expected ||
           failed(run, "the host found %llu bytes that differ, not %llu", (unsigned long long)result.mismatched_bytes,
                  (unsigned long long)expected);
}

/* The second buffer is the program's own memory. */
static bool verify_both(struct test_run *run, winapi_buffer_t *buffers) {
    winapi_buffer_test_result_t result;
    if (winapi_buffer_test(run->handle, buffers, 2, WINAPI_BUFFER_OP_WRITE, 0x01020304, &result) != WINAPI_OK) {
        return failed_function(run, "winapi_buffer_test");
    }
    if (!verify(run, buffers, 0)) {
        return false;
    }
    ((uint8_t *)buffers[0].data)[17]++;
    ((uint8_t *)buffers[1].data)[99]++;
    return verify(run, buffers, 2) &&
           passed(run, "the host finds the 2 bytes of %zu that were changed, in shared and in own memory",
                  buffers[0].size + buffers[1].size);
}

bool test_buffer_verify(struct test_run *run) {
    uint8_t own[1000] = {0};
    winapi_buffer_t buffers[2] = {{0}, {.data = own, .size = sizeof own}};
    if (winapi_alloc_buffer(&buffers[0], 100003) != WINAPI_OK) {
        return failed_function(run, "winapi_alloc_buffer");
    }
    bool good = verify_both(run, buffers);
    winapi_free_buffer(&buffers[0]);
    return good;
}

bool test_host_latency(struct test_run *run) {
    winapi_perf_test_params_t params = {.test_type = WINAPI_PERF_LATENCY, .iterations = 2000};
    winapi_perf_test_result_t result;
    if (winapi_perf_test(run->handle, &params, &result) != WINAPI_OK) {
        return failed_function(run, "winapi_perf_test");
    }
    add_figure(run, "p50_latency_ns", (double)result.p50_latency_ns);
    add_figure(run, "p99_latency_ns", (double)result.p99_latency_ns);
    if (result.iterations != params.iterations || result.avg_latency_ns == 0) {
        return failed(run, "%llu round trips of %u", (unsigned long long)result.iterations, params.iterations);
    }
    return passed(run, "%u round trips: p50 %.1f us, p99 %.1f us, average %.1f us", params.iterations,
                  (double)result.p50_latency_ns / 1e3, (double)result.p99_latency_ns / 1e3,
                  (double)result.avg_latency_ns / 1e3);
}

bool test_host_throughput(struct test_run *run) {
    winapi_perf_test_params_t params = {.test_type = WINAPI_PERF_THROUGHPUT, .target_bytes = 100000000};
    winapi_perf_test_result_t result;
    if (winapi_perf_test(run->handle, &params, &result) != WINAPI_OK) {
        return failed_function(run, "winapi_perf_test");
    }
    add_figure(run, "throughput_mbps", result.throughput_mbps);
    if (result.bytes < params.target_bytes) {
        return failed(run, "%llu bytes came through of %llu", (unsigned long long)result.bytes,
                      (unsigned long long)params.target_bytes);
    }
    return passed(run, "%llu bytes in %.1f ms, %.0f MB/s", (unsigned long long)result.bytes, (double)result.elapsed_ns / 1e6,
                  result.throughput_mbps);
}
