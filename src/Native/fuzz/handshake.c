/*
 * libFuzzer: all that a hostile host says in a handshake. The first byte chooses what the client wants; the rest is what the
 * host sends, there before the client reads. Random numbers are always the same, so that a kept input proves what it did.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "handshake/handshake_state.h"

enum { MEMORY_BYTES = 64 * 1024, MOST_BYTES = 64 * 1024 /* what a socket holds */ };

#define SHORTLY (WINAPI_SECOND / 200) /* for the turns in memory, in which nobody answers */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *count, char ***arguments);

ssize_t getrandom(void *target, size_t size, unsigned flags) {
    (void)flags;
    memset(target, 0x5A, size);
    return (ssize_t)size;
}

static void require(bool holds) {
    if (!holds) {
        abort();
    }
}

/* A file without a name, in the variable. It stays for good. */
static void name_file(const char *variable, const void *bytes, size_t size) {
    char path[32];
    int file = memfd_create(variable, 0);
    require(file >= 0 && (bytes == NULL ? ftruncate(file, (off_t)size) == 0 : write(file, bytes, size) == (ssize_t)size));
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    require(setenv(variable, path, 1) == 0);
}

int LLVMFuzzerInitialize(int *count, char ***arguments) {
    char token[64];
    (void)count;
    (void)arguments;
    memset(token, 'a', sizeof token);
    name_file("WINAPI_TOKEN_FILE", token, sizeof token);
    name_file("WINAPI_SHARED_MEM", NULL, 4 * MEMORY_BYTES + 4 * REGIONS_START);
    return unsetenv("WINAPI_WSLG_DAX");
}

/* The host has said it all and listens to nothing. */
static int connect_host(const uint8_t *data, size_t size, int *host) {
    int ends[2];
    require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
    require(send(ends[1], data, size, MSG_NOSIGNAL) == (ssize_t)size);
    require(shutdown(ends[1], SHUT_WR) == 0);
    *host = ends[1];
    return ends[0];
}

static void make_settings(struct settings *settings, uint8_t choice) {
    static const winapi_authentication authentication[] = {
        WINAPI_AUTHENTICATION_AUTO, WINAPI_AUTHENTICATION_AUTO, WINAPI_AUTHENTICATION_REQUIRED, WINAPI_AUTHENTICATION_NONE};
    winapi_channel_options options = {
        .endpoint = "unix:///fuzzed",
        .shared_memory = (winapi_shared_memory)(choice / 4 % 5),
        .shared_memory_bytes = MEMORY_BYTES,
        .authentication = authentication[choice % 4],
        .rings = choice >= 128 ? WINAPI_RINGS_NONE : WINAPI_RINGS_AUTO,
    };
    winapi_error error;
    require(winapi_settings_fill(settings, &options, &error) == WINAPI_OK);
}

/* What is agreed is in bounds, and what is not agreed has its reason. */
static void check(const struct agreement *agreed, const struct settings *settings, winapi_status status,
                  const winapi_error *error) {
    if (status != WINAPI_OK) {
        require(error->code == status && strlen(error->message) > 0);
        return;
    }
    require(agreed->version == 1 && winapi_piece_bytes(&agreed->peer) > 0);
    require(agreed->mapping.start == NULL || agreed->mapping.size == winapi_layout_total(&settings->layout));
    require(agreed->mapping.start != NULL || strcmp(agreed->memory, "none") == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct settings settings;
    struct agreement agreed = {.socket = -1, .mapping = NO_MAPPING};
    winapi_error error = {.code = WINAPI_OK};
    int host;
    if (size == 0 || size > MOST_BYTES) {
        return 0;
    }
    make_settings(&settings, data[0]);
    struct attempt attempt = {.socket = connect_host(data + 1, size - 1, &host), .stop = -1, .until = winapi_after(SHORTLY),
                              .connected = true};
    struct handshake handshake = {
        .attempt = &attempt, .settings = &settings, .agreed = &agreed, .arena = winapi_arena_new(), .error = &error};
    require(handshake.arena != NULL && winapi_frame_reader_init(&agreed.reader, settings.limits.max_frame_bytes));
    check(&agreed, &settings, winapi_handshake_converse(&handshake), &error);
    winapi_arena_free(handshake.arena);
    winapi_frame_reader_free(&agreed.reader);
    winapi_mapping_free(&agreed.mapping);
    (void)close(attempt.socket);
    (void)close(host);
    return 0;
}
