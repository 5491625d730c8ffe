/*
 * Calls until the host dies, then says with which status, and goes on with the next host, kind after kind.
 * usage: until_dead ENDPOINT HOSTS call|write|read|async|buffer...
 * Prints "calling N" once it does, and "ended N" with the name of the status at the end of each host.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "winapi.h"
#include "winapi/v1/buffer_test.winapi.h"
#include "winapi/v1/echo.winapi.h"

struct ending {
    pthread_mutex_t gate;
    pthread_cond_t came;
    int times;
    winapi_status status;
};

static int life; /* which host this is */

/* A call that is lost says so; it must not come to this. */
#define TOO_LONG INT64_C(120000000000)

/* Only what asks whether the next host is there waits for it: it starts once the end of this one was told. */
static const winapi_call_options of_call = {.timeout_ns = TOO_LONG};
static const winapi_call_options of_first_call = {.wait_for_ready = true, .timeout_ns = TOO_LONG};

static void say_calling(void) {
    (void)printf("calling %d\n", life);
    (void)fflush(stdout);
}

/* Requests and replies as fast as they go. */
static winapi_status write_and_read(winapi_v1_Echo_BidirectionalStreamingEcho_call *call) {
    static const uint8_t payload[60000];
    winapi_v1_EchoRequest request = {.payload = {payload, sizeof payload}};
    const winapi_v1_EchoReply *reply;
    winapi_status status = WINAPI_OK;
    for (int i = 0; status == WINAPI_OK; i++) {
        status = winapi_v1_Echo_BidirectionalStreamingEcho_write(call, &request);
        status = status != WINAPI_OK ? status : winapi_v1_Echo_BidirectionalStreamingEcho_read(call, &reply);
        if (i == 10) {
            say_calling();
        }
    }
    return status;
}

/* Waits for a reply that never comes. */
static winapi_status only_read(winapi_v1_Echo_BidirectionalStreamingEcho_call *call) {
    winapi_v1_EchoRequest request = {.text = winapi_str("one")};
    const winapi_v1_EchoReply *reply;
    (void)winapi_v1_Echo_BidirectionalStreamingEcho_write(call, &request);
    winapi_status status = winapi_v1_Echo_BidirectionalStreamingEcho_read(call, &reply);
    say_calling();
    return status != WINAPI_OK ? status : winapi_v1_Echo_BidirectionalStreamingEcho_read(call, &reply);
}

static void on_read(winapi_status status, const winapi_v1_EchoReply *reply, void *user) {
    struct ending *ending = user;
    (void)reply;
    (void)pthread_mutex_lock(&ending->gate);
    ending->times++;
    ending->status = status;
    (void)pthread_cond_signal(&ending->came);
    (void)pthread_mutex_unlock(&ending->gate);
}

static winapi_status read_async(winapi_v1_Echo_BidirectionalStreamingEcho_call *call) {
    struct ending ending = {.gate = PTHREAD_MUTEX_INITIALIZER, .came = PTHREAD_COND_INITIALIZER};
    if (winapi_v1_Echo_BidirectionalStreamingEcho_read_async(call, on_read, &ending) != WINAPI_OK) {
        return WINAPI_INTERNAL;
    }
    say_calling();
    (void)pthread_mutex_lock(&ending.gate);
    while (ending.times == 0) {
        (void)pthread_cond_wait(&ending.came, &ending.gate);
    }
    (void)pthread_mutex_unlock(&ending.gate);
    return ending.status;
}

static winapi_status stream(winapi_channel *channel, const char *how, winapi_error *error) {
    winapi_v1_Echo_BidirectionalStreamingEcho_call *call = winapi_v1_Echo_BidirectionalStreamingEcho(channel, &of_call, error);
    if (call == NULL) {
        return error->code;
    }
    winapi_status status = strcmp(how, "write") == 0 ? write_and_read(call)
                           : strcmp(how, "read") == 0 ? only_read(call) : read_async(call);
    winapi_status end = winapi_v1_Echo_BidirectionalStreamingEcho_finish(call, error);
    return status == end ? end : WINAPI_INTERNAL;
}

/* Calls with a buffer by reference, which stays readable after the host is gone. */
static winapi_status lend(winapi_channel *channel, winapi_error *error) {
    winapi_shared_buffer *buffer;
    winapi_BufferRef reference;
    winapi_v1_BufferTestRequest request = {
        .buffers = {&reference, 1}, .operation = winapi_v1_BUFFER_OPERATION_WRITE, .pattern = 0x01020304};
    winapi_v1_BufferTestResult result;
    winapi_arena *arena = winapi_arena_new();
    winapi_status status = winapi_buffer_rent(channel, 1 << 20, NULL, &buffer, error);
    if (status == WINAPI_OK) {
        winapi_buffer_ref(buffer, &reference);
    }
    for (int i = 0; status == WINAPI_OK; i++) {
        winapi_arena_reset(arena);
        status = winapi_v1_BufferTest_Run(channel, &of_call, &request, &result, arena, error);
        if (i == 10) {
            say_calling();
        }
    }
    if (buffer != NULL && ((uint8_t *)winapi_buffer_data(buffer))[0] != 0x04) {
        status = WINAPI_DATA_LOSS;
    }
    winapi_buffer_release(buffer);
    winapi_arena_free(arena);
    return status;
}

/* Requests and replies of growing size. */
static winapi_status call(winapi_channel *channel, winapi_error *error) {
    static const uint8_t payload[300000];
    winapi_arena *arena = winapi_arena_new();
    winapi_status status = WINAPI_OK;
    for (int i = 0; status == WINAPI_OK; i++) {
        winapi_v1_EchoRequest request = {.payload = {payload, (size_t)i * 997 % sizeof payload}};
        winapi_v1_EchoReply reply;
        winapi_arena_reset(arena);
        status = winapi_v1_Echo_UnaryEcho(channel, &of_call, &request, &reply, arena, error);
        if (i == 10) {
            say_calling();
        }
    }
    winapi_arena_free(arena);
    return status;
}

/* Waits for the next host: a buffer can be rented only where there is one. */
static winapi_status connect_again(winapi_channel *channel, winapi_error *error) {
    winapi_v1_EchoRequest request = {.text = winapi_str("here?")};
    winapi_v1_EchoReply reply;
    winapi_arena *arena = winapi_arena_new();
    winapi_status status = winapi_v1_Echo_UnaryEcho(channel, &of_first_call, &request, &reply, arena, error);
    winapi_arena_free(arena);
    return status;
}

static winapi_status run(winapi_channel *channel, const char *how, winapi_error *error) {
    winapi_status status = connect_again(channel, error);
    return status != WINAPI_OK            ? status
           : strcmp(how, "call") == 0     ? call(channel, error)
           : strcmp(how, "buffer") == 0   ? lend(channel, error)
                                          : stream(channel, how, error);
}

int main(int count, char **arguments) {
    winapi_error error = {.code = WINAPI_OK};
    if (count < 4) {
        return 2;
    }
    winapi_channel_options options = {.endpoint = arguments[1]};
    winapi_channel *channel = winapi_channel_new(&options, &error);
    for (int hosts = atoi(arguments[2]); channel != NULL && life < hosts; life++) {
        winapi_status status = run(channel, arguments[3 + life % (count - 3)], &error);
        (void)printf("ended %d %s: %s\n", life, winapi_status_name(status), error.message);
        (void)fflush(stdout);
    }
    winapi_channel_free(channel);
    return channel == NULL ? 1 : 0;
}
