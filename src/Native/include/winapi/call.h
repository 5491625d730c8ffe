/* Calls of any kind; generated stubs are thin typed functions over these. */
#ifndef WINAPI_CALL_H
#define WINAPI_CALL_H

#include "winapi/arena.h"
#include "winapi/channel.h"
#include "winapi/message.h"
#include "winapi/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum winapi_call_kind {
    WINAPI_CALL_UNARY = 0,
    WINAPI_CALL_CLIENT_STREAMING = 1,
    WINAPI_CALL_SERVER_STREAMING = 2,
    WINAPI_CALL_BIDIRECTIONAL = 3
} winapi_call_kind;

/* A method of a service: a constant that generated code holds. It must outlive every call of it. */
typedef struct winapi_method {
    const char *path; /* "/winapi.v1.Echo/UnaryEcho" */
    winapi_call_kind kind;
    const winapi_message_type *request;
    const winapi_message_type *response;
    size_t request_size;  /* of the struct */
    size_t response_size; /* of the struct */
} winapi_method;

/*
 * One entry of headers or trailers. Keys are lower case letters, digits, '-', '_' and '.'; the value of a key that
 * ends in "-bin" is any bytes, any other is printable ASCII.
 */
typedef struct winapi_metadata {
    const char *key;
    const void *value;
    size_t size; /* of the value */
} winapi_metadata;

/* Zero means the default everywhere; copied before the call returns. */
typedef struct winapi_call_options {
    int64_t timeout_ns; /* until DEADLINE_EXCEEDED; 0: none */
    const winapi_metadata *metadata;
    size_t metadata_count;
    bool wait_for_ready; /* while no host is there, try again until the deadline instead of failing */
} winapi_call_options;

/*
 * A call under way. One thread may read it while another writes; cancel is safe from any. It ends with
 * winapi_stream_finish or winapi_stream_finish_async, or winapi_call_free for a call of winapi_unary_async.
 */
typedef struct winapi_call winapi_call;

/*
 * Calls and waits. response is filled, and what it points to belongs to the arena, only where OK is returned. error
 * and options may be NULL. The calling thread reads its own reply when no other does.
 */
winapi_status winapi_unary(winapi_channel *channel, const winapi_method *method, const winapi_call_options *options,
                           const void *request, void *response, winapi_arena *arena, winapi_error *error);

/*
 * The end of an asynchronous call, exactly once, also after winapi_call_cancel and winapi_channel_close. response is
 * NULL unless the status is OK; it and error are valid during the callback. Runs on the channel's thread or in
 * winapi_channel_process, never inside the function that started the call; it must not wait for another callback.
 */
typedef void winapi_done(winapi_status status, const void *response, const winapi_error *error, void *user);

/*
 * Starts a call; the request is encoded before it returns. NULL only when out of memory, and then done does not run.
 * Let go of the call with winapi_call_free, at any time, also in done: the call runs on until it ends.
 */
winapi_call *winapi_unary_async(winapi_channel *channel, const winapi_method *method, const winapi_call_options *options,
                                const void *request, winapi_done *done, void *user);

/* Lets go of a call of winapi_unary_async. NULL is harmless. */
void winapi_call_free(winapi_call *call);

/*
 * Gives the call up: it ends with CANCELLED unless it has ended already. Safe from any thread while the call is held.
 */
void winapi_call_cancel(winapi_call *call);

/*
 * Opens a streaming call; request is the one of a server-streaming call, else NULL. Waits for a connection; NULL where
 * the call cannot start, error says why. What goes wrong later is the status of winapi_stream_finish.
 */
winapi_call *winapi_stream_open(winapi_channel *channel, const winapi_method *method, const winapi_call_options *options,
                                const void *request, winapi_error *error);

/* Opens without waiting; a failure to connect shows as the outcome. NULL only when out of memory. */
winapi_call *winapi_stream_open_async(winapi_channel *channel, const winapi_method *method,
                                      const winapi_call_options *options, const void *request);

/*
 * Sends one request, waiting while the host does not keep up. Not OK: the call has ended, and its status is returned;
 * OK that the host ended early with shows as FAILED_PRECONDITION here.
 */
winapi_status winapi_stream_write(winapi_call *call, const void *request);

/* Tells the host that no more requests come. Harmless when told already. */
winapi_status winapi_stream_writes_done(winapi_call *call);

/* Waits for the next response, valid until the next read or the finish. OK and NULL at the good end. */
winapi_status winapi_stream_read(winapi_call *call, const void **response);

/*
 * Waits for the status and frees the call. response and arena: for the one of a client-streaming call, else NULL.
 * Where responses or requests are still to come it cancels nothing by itself: it says writes_done and drops what it
 * is sent. Cancel before to give up.
 */
winapi_status winapi_stream_finish(winapi_call *call, void *response, winapi_arena *arena, winapi_error *error);

/* The end of an asynchronous verb, exactly once. */
typedef void winapi_written(winapi_status status, void *user);
typedef void winapi_read(winapi_status status, const void *response /* NULL at the end */, void *user);

/* One of each at a time on a call: a second one while the first is under way is FAILED_PRECONDITION and has no callback. */
winapi_status winapi_stream_write_async(winapi_call *call, const void *request, winapi_written *written, void *user);
winapi_status winapi_stream_read_async(winapi_call *call, winapi_read *read, void *user);

/* The call is freed after done has run; nothing else may use it from now on. */
winapi_status winapi_stream_finish_async(winapi_call *call, winapi_done *done, void *user);

/*
 * The response headers, waited for; valid until the call is freed. The status of the call where it ended without any.
 */
winapi_status winapi_call_headers(winapi_call *call, const winapi_metadata **entries, size_t *count);

/* The trailers of a call that has ended (a read returned its end, or another status); none before. */
size_t winapi_call_trailers(winapi_call *call, const winapi_metadata **entries);

/* The value of a key, or NULL. Lower case keys. */
const winapi_metadata *winapi_metadata_find(const winapi_metadata *entries, size_t count, const char *key);

#ifdef __cplusplus
}
#endif

#endif
