#include "mounts.h"

#include <stddef.h>
#include <string.h>

#include "text_file.h"

enum { LARGEST_TABLE = 4 << 20 };

/* Spaces, tabs, line feeds and backslashes are written as three octal digits. */
static char unescape(const char **text) {
    const char *c = *text;
    bool escaped = c[0] == '\\' && c[1] >= '0' && c[1] <= '3' && c[2] >= '0' && c[2] <= '7' && c[3] >= '0' && c[3] <= '7';
    *text += escaped ? 4 : 1;
    return escaped ? (char)((c[1] - '0') * 64 + (c[2] - '0') * 8 + (c[3] - '0')) : *c;
}

/* False where there is no such field in the line, or it is too long. */
static bool take_field(const char **text, char *field, size_t capacity) {
    size_t size = 0;
    while (**text == ' ' || **text == '\t') {
        ++*text;
    }
    while (**text != '\0' && **text != ' ' && **text != '\t' && **text != '\n') {
        char c = unescape(text);
        if (size + 1 >= capacity) {
            return false;
        }
        field[size++] = c;
    }
    field[size] = '\0';
    return size > 0;
}

static bool take_line(const char **text, struct mount *mount) {
    bool good = take_field(text, mount->source, sizeof mount->source) &&
                take_field(text, mount->folder, sizeof mount->folder) &&
                take_field(text, mount->type, sizeof mount->type) &&
                take_field(text, mount->options, sizeof mount->options);
    const char *end = strchr(*text, '\n');
    *text = end == NULL ? *text + strlen(*text) : end + 1;
    return good;
}

bool winapi_mounts_next(const char **text, struct mount *mount) {
    while (**text != '\0') {
        if (take_line(text, mount)) {
            return true;
        }
    }
    return false;
}

/* Options are separated by commas, those of Plan 9's aname by semicolons. */
static bool has_option(const struct mount *mount, const char *option) {
    size_t length = strlen(option);
    for (const char *at = mount->options; (at = strstr(at, option)) != NULL; at++) {
        bool starts = at == mount->options || at[-1] == ',';
        bool ends = at[length] == '\0' || at[length] == ',' || at[length] == ';' || at[length] == '=';
        if (starts && ends) {
            return true;
        }
    }
    return false;
}

static bool names_a_drive(const char *source) {
    bool letter = (source[0] >= 'A' && source[0] <= 'Z') || (source[0] >= 'a' && source[0] <= 'z');
    return letter && source[1] == ':' && (source[2] == '\0' || source[2] == '\\');
}

bool winapi_mount_is_windows_drive(const struct mount *mount) {
    if (strcmp(mount->type, "drvfs") == 0) {
        return true;
    }
    bool possible = strcmp(mount->type, "9p") == 0 || strcmp(mount->type, "virtiofs") == 0;
    return possible && (has_option(mount, "aname=drvfs") || strncmp(mount->source, "drvfs", 5) == 0 ||
                        names_a_drive(mount->source));
}

bool winapi_mount_is_wslg_window(const struct mount *mount) {
    return strcmp(mount->type, "virtiofs") == 0 && strcmp(mount->source, "wslg") == 0 && has_option(mount, "dax") &&
           !has_option(mount, "dax=never");
}

char *winapi_mounts_read(void) {
    return winapi_text_file_read("/proc/mounts", LARGEST_TABLE);
}
