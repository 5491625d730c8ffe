/* Listens on a Unix socket as another user and connects to it as root. usage: foreign_listener PATH UID */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "winapi.h"

/* The kernel keeps whose process it is at this time. */
static int listen_as(uid_t user, const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || strlen(path) >= sizeof address.sun_path || seteuid(user) != 0) {
        return -1;
    }
    memcpy(address.sun_path, path, strlen(path));
    bool listens = bind(listener, (const struct sockaddr *)&address, sizeof address) == 0 && listen(listener, 4) == 0;
    return seteuid(0) == 0 && listens ? listener : -1;
}

int main(int count, char **arguments) {
    char endpoint[160];
    winapi_error error = {.code = WINAPI_OK};
    int listener = count == 3 ? listen_as((uid_t)atoi(arguments[2]), arguments[1]) : -1;
    if (listener < 0) {
        perror("foreign_listener");
        return 1;
    }
    (void)snprintf(endpoint, sizeof endpoint, "unix://%s", arguments[1]);
    winapi_channel_options options = {.endpoint = endpoint, .connect_timeout_ns = INT64_C(10000000000)};
    winapi_channel *channel = winapi_channel_new(&options, &error);
    winapi_status status = channel == NULL ? error.code : winapi_channel_connect(channel, &error);
    (void)printf("%s %s\n", winapi_status_name(status), error.message);
    winapi_channel_free(channel);
    (void)close(listener);
    return 0;
}
