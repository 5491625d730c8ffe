/*
 * A few functions that try out a host: echo, buffers in shared memory, speed. They need no message types; programs that
 * call services of their own use the generated stubs (winapi/call.h), on the same connection if they like:
 * winapi_get_channel.
 *
 * Functions are safe for use by many threads. A function that fails returns another status than WINAPI_OK (or NULL);
 * winapi_last_error says why. Link with -lwinapi -pthread.
 *
 *     winapi_handle_t h = winapi_init();
 *     char out[256];
 *     winapi_echo(h, "Hello Windows!", out, sizeof out);
 *     winapi_buffer_t b;
 *     winapi_buffer_test_result_t r;
 *     winapi_alloc_buffer(&b, 1024 * 1024);
 *     memset(b.data, 0xAA, b.size);
 *     winapi_buffer_test(h, &b, 1, WINAPI_BUFFER_OP_WRITE, 0xAABBCCDD, &r);
 *     winapi_free_buffer(&b);
 *     winapi_cleanup(h);
 *
 * What winapi_init reads from the environment:
 *   WINAPI_ENDPOINT         where the host is: unix:///path/to.sock, tcp://127.0.0.1:PORT or vsock://CID:PORT
 *   WINAPI_SOCKET_PORT      without WINAPI_ENDPOINT, on WSL2: the port of the Windows host, as in vsock://2:PORT; decimal,
 *                           or hexadecimal after 0x. 0x1234. Elsewhere unix://$XDG_RUNTIME_DIR/winapi/winapi.sock
 *   WINAPI_TOKEN_FILE       the only file to take the host's token from; winapi/channel.h says where it is found without
 *   WINAPI_SHARED_MEM       0, off or none: share no memory, bytes travel inline; 1, on or auto (the default): share it
 *                           where both sides can; a path (from /): as auto, and this file can be shared, of which the host
 *                           has a path too
 *   WINAPI_WSLG_DAX         the folder where WSLg's window of shared memory is mounted; without it /proc/mounts is searched
 *   WINAPI_SHARED_MEM_SIZE  bytes of shared memory, such as 64MiB; half of it takes the buffers of this process. 8 MiB
 *   WINAPI_RINGS            0: frames travel on the socket, never in rings in the shared memory. 1
 *   WINAPI_SPIN_US          with rings: how long a wait looks at the memory at most before it sleeps, in microseconds; 0:
 *                           not at all. 50
 *   WINAPI_LOG_LEVEL        what to write to stderr: ERROR (functions that failed), WARN (and copies that could be
 *                           avoided), INFO (and connections), DEBUG (and every function with its time) or TRACE (and
 *                           every frame as a line of JSON). Without it: nothing
 *   WINAPI_DEBUG            1 or true: as WINAPI_LOG_LEVEL=DEBUG, unless that is set too, and every frame
 */
#ifndef LIBWINAPI_H
#define LIBWINAPI_H

#include <stddef.h>
#include <stdint.h>

#include "winapi/buffer.h"
#include "winapi/channel.h"
#include "winapi/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct winapi_session *winapi_handle_t;

/*
 * Connects to the host. All handles of a process share one connection: the first winapi_init opens it, the last
 * winapi_cleanup closes it, and it comes back by itself when it was lost. NULL: no host (UNAVAILABLE), a variable that
 * makes no sense (INVALID_ARGUMENT), or variables that name another host or another size of memory than those of the
 * handles in use (FAILED_PRECONDITION; a program that talks to several hosts uses winapi_channel_new).
 */
winapi_handle_t winapi_init(void);

/* NULL is harmless. Once, when no function uses the handle any more; buffers may be freed before or after. */
void winapi_cleanup(winapi_handle_t handle);

/* Why the last function of this header that failed on this thread did; "" where none has. Valid until the next fails. */
const char *winapi_last_error(void);

/* The same as a status; WINAPI_OK where none has failed. */
winapi_status winapi_last_status(void);

/* The connection of the handle, for stubs and buffers. It belongs to the handle: valid until winapi_cleanup. */
winapi_channel *winapi_get_channel(winapi_handle_t handle);

/*
 * Sends text (UTF-8) to the host, which sends it back. reply gets it with its zero byte, or is "" where the call fails.
 * OUT_OF_RANGE: reply_size is too small. INVALID_ARGUMENT: no text, no reply, or a size of 0. INTERNAL: not UTF-8.
 */
winapi_status winapi_echo(winapi_handle_t handle, const char *text, char *reply, size_t reply_size);

/* Bytes to work on with the host. Zeroed is a buffer of no bytes. */
typedef struct winapi_buffer_t {
    void *data;
    size_t size;                  /* may be lowered, to use fewer bytes */
    winapi_shared_buffer *shared; /* what data points into; NULL where the bytes are the program's own */
} winapi_buffer_t;

/*
 * Allocates bytes, not cleared, that start on a page. They lie in the memory that the connection of the winapi_init
 * handles shares with the host, so the host works on these very bytes; where no memory is shared they are copied with
 * each call. FAILED_PRECONDITION: no handle is in use. INVALID_ARGUMENT: no buffer, or a size of 0. RESOURCE_EXHAUSTED:
 * more than half of WINAPI_SHARED_MEM_SIZE, or still no room after a second.
 */
winapi_status winapi_alloc_buffer(winapi_buffer_t *buffer, size_t size);

/* Zeroes the buffer, too. Harmless on NULL, on a buffer that was freed, and on one that failed to allocate. */
void winapi_free_buffer(winapi_buffer_t *buffer);

/* What the host does with every byte of the buffers. */
typedef enum winapi_buffer_op_t {
    WINAPI_BUFFER_OP_WRITE = 1,   /* fills them with the pattern */
    WINAPI_BUFFER_OP_READ = 2,    /* reads them */
    WINAPI_BUFFER_OP_VERIFY = 3,  /* compares them with the pattern */
    WINAPI_BUFFER_OP_CHECKSUM = 4 /* takes the checksum alone */
} winapi_buffer_op_t;

typedef struct winapi_buffer_test_result_t {
    uint64_t bytes_processed;  /* of all buffers */
    uint32_t checksum;         /* CRC-32 (IEEE 802.3, as in zlib) of all buffers in order, after the operation */
    uint64_t elapsed_ns;       /* in the host; the checksum counts only where it is the operation */
    uint64_t mismatched_bytes; /* VERIFY: how many differ from the pattern; else 0 */
    uint64_t copied_bytes;     /* of the buffers, because the host could not reach them in place; 0 at best */
} winapi_buffer_test_result_t;

/*
 * Has the host carry out the operation on the buffers, in order. The pattern is four bytes, repeated, the least
 * significant first: 0xAABBCCDD is DD CC BB AA in memory. Buffers whose connection was lost meanwhile, and bytes that
 * winapi_alloc_buffer did not allocate (shared is NULL), work too: they are copied there and back.
 */
winapi_status winapi_buffer_test(winapi_handle_t handle, const winapi_buffer_t *buffers, size_t buffer_count,
                                 winapi_buffer_op_t operation, uint32_t pattern, winapi_buffer_test_result_t *result);

typedef enum winapi_perf_test_type_t {
    WINAPI_PERF_LATENCY = 1,   /* small round trips, one after another */
    WINAPI_PERF_THROUGHPUT = 2 /* large payloads from the host until target_bytes are through */
} winapi_perf_test_type_t;

typedef struct winapi_perf_test_params_t {
    winapi_perf_test_type_t test_type;
    uint32_t iterations;   /* LATENCY: how many round trips, 1 to 10,000,000 */
    uint64_t target_bytes; /* THROUGHPUT: how many payload bytes, 1 to 1 TiB */
} winapi_perf_test_params_t;

typedef struct winapi_perf_test_result_t {
    double throughput_mbps; /* payload bytes a second, in MB/s (1 MB = 1,000,000 bytes) */
    uint64_t min_latency_ns;
    uint64_t avg_latency_ns;
    uint64_t p50_latency_ns;
    uint64_t p99_latency_ns;
    uint64_t max_latency_ns;
    uint64_t iterations; /* round trips that were made */
    uint64_t bytes;      /* payload bytes that went through */
    uint64_t elapsed_ns; /* the whole test */
} winapi_perf_test_result_t;

/* Runs a test that the host times, and waits for its end. INVALID_ARGUMENT: params out of range. */
winapi_status winapi_perf_test(winapi_handle_t handle, const winapi_perf_test_params_t *params,
                               winapi_perf_test_result_t *result);

#ifdef __cplusplus
}
#endif

#endif
