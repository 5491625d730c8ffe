/*
 * What libwinapi makes of texts that it finds on a machine; "-" stands for nothing.
 * usage: surroundings mounts FILE | endpoint NAMED RELEASE PORT RUNTIME_DIR | diagnose URI ERRNO
 *        | token NAMED CONFIG_HOME HOME MOUNTS_FILE WANTED_TOKEN
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "endpoint_default.h"
#include "system/mounts.h"
#include "system/text_file.h"
#include "token/token_search.h"

static const char *given(const char *argument) {
    return strcmp(argument, "-") == 0 ? NULL : argument;
}

static char *read_file(const char *path) {
    return given(path) == NULL ? NULL : winapi_text_file_read(path, 1 << 20);
}

static int list_mounts(char **arguments) {
    struct mount mount;
    char *table = read_file(arguments[0]);
    for (const char *text = table; text != NULL && winapi_mounts_next(&text, &mount);) {
        (void)printf("%s %s\n",
                     winapi_mount_is_windows_drive(&mount) ? "drive"
                     : winapi_mount_is_wslg_window(&mount) ? "window"
                                                           : "other",
                     mount.folder);
    }
    free(table);
    return 0;
}

static int choose_endpoint(char **arguments) {
    struct endpoint endpoint;
    winapi_error error;
    struct endpoint_surroundings surroundings = {given(arguments[0]), given(arguments[1]), given(arguments[2]),
                                                 given(arguments[3]), "somebody"};
    winapi_status status = winapi_endpoint_choose(&surroundings, &endpoint, &error);
    (void)puts(status == WINAPI_OK ? endpoint.text : error.message);
    return status == WINAPI_OK ? 0 : 1;
}

static int diagnose(char **arguments) {
    struct endpoint endpoint;
    winapi_error error;
    if (winapi_endpoint_parse(arguments[0], &endpoint, &error) == WINAPI_OK) {
        winapi_endpoint_diagnose(&endpoint, atoi(arguments[1]), &error);
    }
    (void)puts(error.message);
    return 0;
}

static bool is_wanted(const uint8_t token[TOKEN_BYTES], void *user) {
    return memcmp(token, user, TOKEN_BYTES) == 0;
}

static int find_token(char **arguments) {
    uint8_t wanted[TOKEN_BYTES];
    struct token_search search = {.matches = is_wanted, .user = wanted};
    char *mounts = read_file(arguments[3]);
    struct token_places places = {given(arguments[0]), given(arguments[1]), given(arguments[2]), mounts};
    bool found = winapi_token_parse(arguments[4], wanted) && winapi_token_search(&search, &places);
    free(mounts);
    (void)printf("%s\nlooked at %s\ntokens %zu\n", found ? search.path : "none", search.looked_at, search.tokens);
    return 0;
}

int main(int count, char **arguments) {
    static const struct {
        const char *name;
        int arguments;
        int (*run)(char **arguments);
    } questions[] = {
        {"mounts", 1, list_mounts}, {"endpoint", 4, choose_endpoint}, {"diagnose", 2, diagnose}, {"token", 5, find_token}};
    for (size_t i = 0; i < sizeof questions / sizeof questions[0] && count > 1; i++) {
        if (strcmp(arguments[1], questions[i].name) == 0 && count == questions[i].arguments + 2) {
            return questions[i].run(arguments + 2);
        }
    }
    return 2;
}
