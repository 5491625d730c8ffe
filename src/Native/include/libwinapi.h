/*
 * The compatible functions: a handle, echo, shared buffers and measurements in a few calls. New programs do better with
 * winapi.h and the typed stubs; both can be used in one program.
 *
 * Settings come from the environment, read by winapi_init and winapi_alloc_buffer:
 *   WINAPI_ENDPOINT         where the host is: unix:///path, tcp://127.0.0.1:PORT, vsock://CID:PORT
 *   WINAPI_SOCKET_PORT      where WINAPI_ENDPOINT is not set: the Hyper-V socket port of the Windows host, as
 *                           vsock://2:PORT. Neither: unix://$XDG_RUNTIME_DIR/winapi/winapi.sock
 *   WINAPI_SHARED_MEM       0, off or none: no shared memory; 1, on or auto (the default): where it can be proved
 *   WINAPI_SHARED_MEM_SIZE  both regions together, as 8388608 or 64MiB; default 8 MiB. Half of it is for buffers
 *   WINAPI_DEBUG            1: log to standard error
 *   WINAPI_LOG_LEVEL        TRACE, DEBUG, INFO, WARN or ERROR: log to standard error what is at least so important
 *
 * How a buffer reaches the shared memory: all handles of a process that have the same settings share one connection,
 * made by whichever comes first, winapi_init or winapi_alloc_buffer. winapi_alloc_buffer takes its bytes straight from
 * that connection's mapping, so passing the buffer to winapi_buffer_test copies nothing. Where that is impossible, the
 * bytes are copied there and back for the call, and copied_bytes of the result says so: the handle has other settings
 * than the buffer, the connection was lost since (the buffer stays valid), no memory is shared, or data is memory of the
 * program's own.
 *
 * All functions are safe for use by many threads; one buffer is for one call at a time. They return 0 (WINAPI_OK) or a
 * status code of winapi/status.h; winapi_last_error says what was wrong.
 */
#ifndef LIBWINAPI_H
#define LIBWINAPI_H

#include <stddef.h>
#include <stdint.h>

#include "winapi/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct winapi_handle *winapi_handle_t;

typedef struct winapi_buffer {
    void *data;
    size_t size;
    void *owner; /* the library's; NULL: data is memory of the program's own */
} winapi_buffer_t;

typedef enum winapi_buffer_op {
    WINAPI_BUFFER_OP_WRITE = 1,   /* the host fills the buffers with the pattern */
    WINAPI_BUFFER_OP_READ = 2,    /* the host reads every byte */
    WINAPI_BUFFER_OP_VERIFY = 3,  /* the host compares the buffers with the pattern */
    WINAPI_BUFFER_OP_CHECKSUM = 4 /* the host takes the checksum alone */
} winapi_buffer_op_t;

typedef struct winapi_buffer_test_result {
    uint64_t bytes_processed;
    uint32_t checksum;   /* CRC-32 of all buffers in order, after the operation */
    uint64_t elapsed_ns; /* in the host */
    uint64_t mismatched_bytes;
    uint64_t copied_bytes; /* how much was copied because it was not in shared memory: 0 at best */
} winapi_buffer_test_result_t;

typedef enum winapi_perf_test_type {
    WINAPI_PERF_LATENCY = 1,   /* small round trips, one after another: iterations */
    WINAPI_PERF_THROUGHPUT = 2 /* large payloads until target_bytes are through */
} winapi_perf_test_type_t;

typedef struct winapi_perf_test_params {
    winapi_perf_test_type_t test_type;
    uint32_t iterations;
    uint64_t target_bytes;
} winapi_perf_test_params_t;

/* Measured by the host; latency is that of one round trip. */
typedef struct winapi_perf_test_result {
    double throughput_mbps; /* payload, 1 MB = 1,000,000 bytes */
    uint64_t min_latency_ns;
    uint64_t avg_latency_ns;
    uint64_t p50_latency_ns;
    uint64_t p99_latency_ns;
    uint64_t max_latency_ns;
    uint64_t iterations;
    uint64_t bytes;
    uint64_t elapsed_ns;
} winapi_perf_test_result_t;

/* Connects. NULL on failure. End it with winapi_cleanup. */
winapi_handle_t winapi_init(void);

/* Ends the handle; the connection goes with the last handle and buffer. NULL is harmless. */
void winapi_cleanup(winapi_handle_t handle);

/* Says the text to the host and copies the answer, with its zero. OUT_OF_RANGE: it does not fit; it is cut then. */
int winapi_echo(winapi_handle_t handle, const char *input, char *output, size_t output_size);

/* Takes so many bytes of shared memory; their content is undefined. End it with winapi_free_buffer. */
int winapi_alloc_buffer(winapi_buffer_t *buffer, size_t size);

/* Gives the bytes back and clears the struct. NULL and a cleared struct are harmless. */
void winapi_free_buffer(winapi_buffer_t *buffer);

/* Has the host carry out one operation on every buffer, in order. result may be NULL. */
int winapi_buffer_test(winapi_handle_t handle, winapi_buffer_t *buffers, size_t count, winapi_buffer_op_t operation,
                       uint32_t pattern, winapi_buffer_test_result_t *result);

int winapi_perf_test(winapi_handle_t handle, const winapi_perf_test_params_t *params, winapi_perf_test_result_t *result);

/* What went wrong last on this thread, for a person; "" if nothing did. Valid until the thread's next call of these. */
const char *winapi_last_error(void);

#ifdef __cplusplus
}
#endif

#endif
