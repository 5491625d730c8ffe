#define _GNU_SOURCE
#include "token_search.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../system/mounts.h"
#include "../system/text_file.h"

#define IN_PROFILE "AppData/Local/WinAPI/token"
#define FOR_ALL_USERS "ProgramData/WinAPI/token"

enum { LARGEST_FILE = 4096 };

static int hex_digit(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

bool winapi_token_parse(const char *text, uint8_t token[TOKEN_BYTES]) {
    text += strspn(text, " \t\r\n");
    for (size_t i = 0; i < TOKEN_BYTES; i++) {
        int high = hex_digit(text[2 * i]);
        int low = high < 0 ? -1 : hex_digit(text[2 * i + 1]);
        if (low < 0) {
            return false;
        }
        token[i] = (uint8_t)(high * 16 + low);
    }
    text += (size_t)2 * TOKEN_BYTES;
    return text[strspn(text, " \t\r\n")] == '\0';
}

static void note(struct token_search *search, const char *path, const char *found) {
    size_t used = strlen(search->looked_at);
    (void)snprintf(search->looked_at + used, sizeof search->looked_at - used, "%s%s (%s)", used == 0 ? "" : ", ", path, found);
}

static bool look(struct token_search *search, const char *path) {
    char *text = winapi_text_file_read(path, LARGEST_FILE);
    if (text == NULL) {
        note(search, path, errno == ENOENT || errno == ENOTDIR ? "not there" : strerror(errno));
        return false;
    }
    bool held = winapi_token_parse(text, search->token);
    free(text);
    search->tokens += held;
    if (held && search->matches(search->token, search->user)) {
        (void)snprintf(search->path, sizeof search->path, "%s", path);
        return true;
    }
    note(search, path, held ? "another token" : "no token: it must be 64 hexadecimal digits");
    return false;
}

/* A path that does not fit is no path of a token. */
static bool join(char path[TOKEN_PATH_BYTES], const char *folder, const char *name) {
    int length = snprintf(path, TOKEN_PATH_BYTES, "%s/%s", folder, name);
    return length > 0 && length < TOKEN_PATH_BYTES;
}

static bool look_in(struct token_search *search, const char *folder, const char *name) {
    char path[TOKEN_PATH_BYTES];
    return join(path, folder, name) && look(search, path);
}

/* Only what is there: a drive has the folders of many users, and most have no token. */
static bool look_in_profile(struct token_search *search, const char *users, const char *user) {
    char profile[TOKEN_PATH_BYTES], path[TOKEN_PATH_BYTES];
    if (user[0] == '.' || !join(profile, users, user) || !join(path, profile, IN_PROFILE)) {
        return false;
    }
    char *text = winapi_text_file_read(path, LARGEST_FILE);
    if (text == NULL && (errno == ENOENT || errno == ENOTDIR || errno == EACCES)) {
        return false;
    }
    free(text);
    return look(search, path);
}

static bool look_in_profiles(struct token_search *search, const char *drive) {
    char users[TOKEN_PATH_BYTES];
    DIR *folder = join(users, drive, "Users") ? opendir(users) : NULL;
    bool found = false;
    size_t before = strlen(search->looked_at);
    if (folder == NULL) {
        return false; /* a drive without Windows on it */
    }
    for (struct dirent *entry; !found && (entry = readdir(folder)) != NULL;) {
        found = look_in_profile(search, users, entry->d_name);
    }
    (void)closedir(folder);
    if (!found && strlen(search->looked_at) == before) {
        char all[TOKEN_PATH_BYTES];
        note(search, join(all, users, "*/" IN_PROFILE) ? all : users, "none that can be read");
    }
    return found || look_in(search, drive, FOR_ALL_USERS);
}

static bool look_on_drives(struct token_search *search, const char *mounts) {
    struct mount mount;
    while (winapi_mounts_next(&mounts, &mount)) {
        if (winapi_mount_is_windows_drive(&mount) && look_in_profiles(search, mount.folder)) {
            return true;
        }
    }
    return false;
}

static bool is_set(const char *variable) {
    return variable != NULL && *variable != '\0';
}

bool winapi_token_search(struct token_search *search, const struct token_places *places) {
    if (is_set(places->named)) {
        return look(search, places->named);
    }
    if (is_set(places->config_home) ? look_in(search, places->config_home, "winapi/token")
                                    : is_set(places->home) && look_in(search, places->home, ".config/winapi/token")) {
        return true;
    }
    return places->mounts != NULL && look_on_drives(search, places->mounts);
}
