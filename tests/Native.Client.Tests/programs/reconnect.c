/*
 * Calls once for each line it reads, and says how each ended. usage: reconnect ENDPOINT [wait]
 * wait: calls wait for a host, for 20 s at most.
 */
#include <stdio.h>
#include <string.h>

#include "winapi.h"
#include "winapi/v1/echo.winapi.h"

int main(int count, char **arguments) {
    char line[128];
    winapi_error error = {.code = WINAPI_OK};
    winapi_channel_options options = {.endpoint = count > 1 ? arguments[1] : NULL};
    winapi_call_options call = {.wait_for_ready = count > 2, .timeout_ns = INT64_C(20000000000)};
    winapi_channel *channel = winapi_channel_new(&options, &error);
    winapi_arena *arena = winapi_arena_new();
    (void)printf("ready\n");
    (void)fflush(stdout);
    while (channel != NULL && fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        winapi_v1_EchoRequest request = {.text = winapi_str(line)};
        winapi_v1_EchoReply reply;
        winapi_arena_reset(arena);
        winapi_status status = winapi_v1_Echo_UnaryEcho(channel, &call, &request, &reply, arena, &error);
        (void)printf("%s %s\n", winapi_status_name(status), status == WINAPI_OK ? reply.text.data : error.message);
        (void)fflush(stdout);
    }
    winapi_arena_free(arena);
    winapi_channel_free(channel);
    return channel == NULL ? 1 : 0;
}
