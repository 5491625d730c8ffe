/* What generated stubs hand over, seen from below: here the functions of winapi/call.h only write down what they got.
   Prints each check that fails; exit code 1 then. A leak of a stub is for the sanitizer to see. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kinds/service.winapi.h"

static int failures;

#define CHECK(condition)                                                      \
    do {                                                                      \
        if (!(condition)) {                                                   \
            printf("line %d: not so: %s\n", __LINE__, #condition);            \
            failures++;                                                       \
        }                                                                     \
    } while (0)

static struct {
    const char *verb;
    winapi_channel *channel;
    const winapi_method *method;
    const winapi_call_options *options;
    const void *request;
    winapi_call *call;
    void *response;
    winapi_arena *arena;
    winapi_done *done;
    winapi_read *read;
    winapi_written *written;
    void *user;
} seen;

static bool fail;
static char a_channel, a_call, a_user, an_arena;
static winapi_channel *const channel = (winapi_channel *)&a_channel;
static winapi_call *const call = (winapi_call *)&a_call;
static winapi_arena *const arena = (winapi_arena *)&an_arena;
static const kinds_imported_Point point = { .x = 4, .y = -4 };

static void note(const char *verb) {
    memset(&seen, 0, sizeof seen);
    seen.verb = verb;
}

static bool saw(const char *verb) {
    return seen.verb != NULL && strcmp(seen.verb, verb) == 0;
}

static winapi_status outcome(void) {
    return fail ? WINAPI_FAILED_PRECONDITION : WINAPI_OK;
}

winapi_status winapi_unary(winapi_channel *on, const winapi_method *method, const winapi_call_options *options,
                           const void *request, void *response, winapi_arena *in, winapi_error *error) {
    (void)error;
    note("unary");
    seen.channel = on;
    seen.method = method;
    seen.options = options;
    seen.request = request;
    seen.arena = in;
    memcpy(response, &point, sizeof point);
    return outcome();
}

winapi_call *winapi_unary_async(winapi_channel *on, const winapi_method *method, const winapi_call_options *options,
                                const void *request, winapi_done *done, void *user) {
    note("unary_async");
    seen.channel = on;
    seen.method = method;
    seen.options = options;
    seen.request = request;
    seen.done = done;
    seen.user = user;
    return fail ? NULL : call;
}

winapi_call *winapi_stream_open(winapi_channel *on, const winapi_method *method, const winapi_call_options *options,
                                const void *request, winapi_error *error) {
    (void)error;
    note("open");
    seen.channel = on;
    seen.method = method;
    seen.options = options;
    seen.request = request;
    return fail ? NULL : call;
}

winapi_call *winapi_stream_open_async(winapi_channel *on, const winapi_method *method,
                                      const winapi_call_options *options, const void *request) {
    (void)winapi_stream_open(on, method, options, request, NULL);
    seen.verb = "open_async";
    return fail ? NULL : call;
}

winapi_status winapi_stream_write(winapi_call *on, const void *request) {
    note("write");
    seen.call = on;
    seen.request = request;
    return outcome();
}

winapi_status winapi_stream_write_async(winapi_call *on, const void *request, winapi_written *written, void *user) {
    (void)winapi_stream_write(on, request);
    seen.verb = "write_async";
    seen.written = written;
    seen.user = user;
    return outcome();
}

winapi_status winapi_stream_writes_done(winapi_call *on) {
    note("writes_done");
    seen.call = on;
    return outcome();
}

winapi_status winapi_stream_read(winapi_call *on, const void **response) {
    note("read");
    seen.call = on;
    *response = fail ? NULL : &point;
    return outcome();
}

winapi_status winapi_stream_read_async(winapi_call *on, winapi_read *read, void *user) {
    note("read_async");
    seen.call = on;
    seen.read = read;
    seen.user = user;
    return outcome();
}

winapi_status winapi_stream_finish(winapi_call *on, void *response, winapi_arena *in, winapi_error *error) {
    (void)error;
    note("finish");
    seen.call = on;
    seen.response = response;
    seen.arena = in;
    return outcome();
}

winapi_status winapi_stream_finish_async(winapi_call *on, winapi_done *done, void *user) {
    note("finish_async");
    seen.call = on;
    seen.done = done;
    seen.user = user;
    return outcome();
}

static int calls_back;

static void done(winapi_status status, const kinds_imported_Point *reply, const winapi_error *error, void *user) {
    CHECK(status == WINAPI_OK && reply == &point && error == NULL && user == &a_user);
    calls_back++;
}

static void read_done(winapi_status status, const kinds_imported_Point *reply, void *user) {
    CHECK(status == WINAPI_OK && reply == &point && user == &a_user);
    calls_back++;
}

static void written(winapi_status status, void *user) {
    (void)status;
    (void)user;
}

static void untyped_done(winapi_status status, const void *reply, const winapi_error *error, void *user) {
    (void)status;
    (void)reply;
    (void)error;
    (void)user;
}

static const kinds_Inner request = { .number = 3 };
static const winapi_call_options options = { .timeout_ns = 5 };

static void methods_are_described(void) {
    CHECK(strcmp(kinds_Calls_One_method.path, "/kinds.Calls/One") == 0);
    CHECK(kinds_Calls_One_method.kind == WINAPI_CALL_UNARY);
    CHECK(kinds_Calls_Collect_method.kind == WINAPI_CALL_CLIENT_STREAMING);
    CHECK(kinds_Calls_Watch_method.kind == WINAPI_CALL_SERVER_STREAMING);
    CHECK(kinds_Calls_Chat_method.kind == WINAPI_CALL_BIDIRECTIONAL);
    CHECK(kinds_Calls_One_method.request == &kinds_Inner_type);
    CHECK(kinds_Calls_One_method.response == &kinds_imported_Point_type);
    CHECK(kinds_Calls_One_method.request_size == sizeof(kinds_Inner));
    CHECK(kinds_Calls_One_method.response_size == sizeof(kinds_imported_Point));
}

static void unary_hands_all_over(void) {
    kinds_imported_Point reply = { 0 };
    CHECK(kinds_Calls_One(channel, &options, &request, &reply, arena, NULL) == WINAPI_OK);
    CHECK(saw("unary") && seen.channel == channel && seen.method == &kinds_Calls_One_method);
    CHECK(seen.options == &options && seen.request == &request && seen.arena == arena && reply.x == 4);
}

static void typed_callback_runs_once_with_its_user(void) {
    calls_back = 0;
    CHECK(kinds_Calls_One_async(channel, &options, &request, done, &a_user) == call);
    CHECK(saw("unary_async") && seen.request == &request);
    seen.done(WINAPI_OK, &point, NULL, seen.user);
    CHECK(calls_back == 1);

    kinds_Calls_Collect_call *collect = kinds_Calls_Collect(channel, NULL, NULL);
    CHECK(kinds_Calls_Collect_finish_async(collect, done, &a_user) == WINAPI_OK);
    CHECK(saw("finish_async") && seen.call == call);
    seen.done(WINAPI_OK, &point, NULL, seen.user);
    CHECK(calls_back == 2);

    kinds_Calls_Watch_call *watch = kinds_Calls_Watch(channel, NULL, &request, NULL);
    CHECK(kinds_Calls_Watch_read_async(watch, read_done, &a_user) == WINAPI_OK);
    CHECK(saw("read_async") && seen.call == call);
    seen.read(WINAPI_OK, &point, seen.user);
    CHECK(calls_back == 3);
}

static void what_does_not_start_calls_nothing_back(void) {
    calls_back = 0;
    fail = true;
    CHECK(kinds_Calls_One_async(channel, NULL, &request, done, &a_user) == NULL);
    CHECK(kinds_Calls_Watch(channel, NULL, &request, NULL) == NULL);
    kinds_Calls_Chat_call *chat = (kinds_Calls_Chat_call *)(void *)call;
    CHECK(kinds_Calls_Chat_read_async(chat, read_done, &a_user) == WINAPI_FAILED_PRECONDITION);
    kinds_Calls_Collect_call *collect = (kinds_Calls_Collect_call *)(void *)call;
    CHECK(kinds_Calls_Collect_finish_async(collect, done, &a_user) == WINAPI_FAILED_PRECONDITION);
    const kinds_imported_Point *reply = &point;
    CHECK(kinds_Calls_Chat_read(chat, &reply) == WINAPI_FAILED_PRECONDITION && reply == NULL);
    fail = false;
    CHECK(calls_back == 0);
}

static void client_stream_verbs(void) {
    kinds_Calls_Collect_call *collect = kinds_Calls_Collect(channel, &options, NULL);
    CHECK(saw("open") && seen.method == &kinds_Calls_Collect_method && seen.request == NULL && seen.options == &options);
    CHECK(kinds_Calls_Collect_base(collect) == call);
    CHECK(kinds_Calls_Collect_async(channel, &options) == collect && saw("open_async") && seen.request == NULL);
    CHECK(kinds_Calls_Collect_write(collect, &request) == WINAPI_OK && saw("write") && seen.request == &request);
    CHECK(kinds_Calls_Collect_write_async(collect, &request, written, &a_user) == WINAPI_OK && saw("write_async"));
    CHECK(seen.written == written && seen.user == &a_user);
    CHECK(kinds_Calls_Collect_writes_done(collect) == WINAPI_OK && saw("writes_done") && seen.call == call);
    kinds_imported_Point reply;
    CHECK(kinds_Calls_Collect_finish(collect, &reply, arena, NULL) == WINAPI_OK && saw("finish"));
    CHECK(seen.response == &reply && seen.arena == arena);
}

static void host_stream_verbs(void) {
    kinds_Calls_Watch_call *watch = kinds_Calls_Watch(channel, &options, &request, NULL);
    CHECK(saw("open") && seen.method == &kinds_Calls_Watch_method && seen.request == &request);
    CHECK(kinds_Calls_Watch_async(channel, &options, &request) == watch && seen.request == &request);
    const kinds_imported_Point *reply = NULL;
    CHECK(kinds_Calls_Watch_read(watch, &reply) == WINAPI_OK && reply == &point);
    CHECK(kinds_Calls_Watch_finish(watch, NULL) == WINAPI_OK && saw("finish") && seen.response == NULL);
    CHECK(kinds_Calls_Watch_finish_async(watch, untyped_done, &a_user) == WINAPI_OK && seen.done == untyped_done);
}

static void both_streams_verbs(void) {
    kinds_Calls_Chat_call *chat = kinds_Calls_Chat(channel, &options, NULL);
    CHECK(seen.method == &kinds_Calls_Chat_method && seen.request == NULL);
    const kinds_imported_Point *reply = NULL;
    CHECK(kinds_Calls_Chat_write(chat, &request) == WINAPI_OK && kinds_Calls_Chat_writes_done(chat) == WINAPI_OK);
    CHECK(kinds_Calls_Chat_read(chat, &reply) == WINAPI_OK && reply == &point);
    CHECK(kinds_Calls_Chat_finish(chat, NULL) == WINAPI_OK && saw("finish"));
}

int main(void) {
    methods_are_described();
    unary_hands_all_over();
    typed_callback_runs_once_with_its_user();
    what_does_not_start_calls_nothing_back();
    client_stream_verbs();
    host_stream_verbs();
    both_streams_verbs();
    printf("%d failures\n", failures);
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
