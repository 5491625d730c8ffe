/*
 * Connects once and says what was agreed, or why not.
 * usage: connect ENDPOINT [auto|none|memfd|wslg|file [auto|required|none]]
 */
#include <stdio.h>
#include <string.h>

#include "winapi.h"

static int index_of(const char *word, const char *const *words, int count) {
    for (int i = 0; i < count; i++) {
        if (strcmp(word, words[i]) == 0) {
            return i;
        }
    }
    return count;
}

static void print_agreement(winapi_channel *channel) {
    winapi_connection_info info;
    if (winapi_channel_get_connection(channel, &info)) {
        (void)printf("memory %s, shared %d, turns %u\nreason %s\nauthentication %s\n", info.memory, info.memory_shared,
                     info.memory_turns, info.memory_reason, info.authentication);
    }
}

int main(int count, char **arguments) {
    static const char *const kinds[] = {"auto", "none", "memfd", "wslg", "file"};
    static const char *const modes[] = {"auto", "required", "none"};
    winapi_error error = {.code = WINAPI_OK};
    winapi_channel_options options = {
        .endpoint = count > 1 ? arguments[1] : NULL,
        .shared_memory = (winapi_shared_memory)index_of(count > 2 ? arguments[2] : "auto", kinds, 5),
        .authentication = (winapi_authentication)index_of(count > 3 ? arguments[3] : "auto", modes, 3),
        .connect_timeout_ns = INT64_C(20000000000),
    };
    winapi_channel *channel = winapi_channel_new(&options, &error);
    winapi_status status = channel == NULL ? error.code : winapi_channel_connect(channel, &error);
    (void)printf("%s %s\n", winapi_status_name(status), status == WINAPI_OK ? "" : error.message);
    if (status == WINAPI_OK) {
        print_agreement(channel);
    }
    winapi_channel_free(channel);
    return status == WINAPI_OK ? 0 : 1;
}
