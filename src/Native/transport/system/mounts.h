/* What is mounted here, from text in the form of /proc/mounts. */
#ifndef WINAPI_TRANSPORT_MOUNTS_H
#define WINAPI_TRANSPORT_MOUNTS_H

#include <stdbool.h>

enum { MOUNT_PATH_BYTES = 512 };

struct mount {
    char source[128];
    char folder[MOUNT_PATH_BYTES];
    char type[32];
    char options[512];
};

/* The next mount of the text, which moves on behind it; lines that cannot be used are left out. False at the end. */
bool winapi_mounts_next(const char **text, struct mount *mount);

/* A drive of Windows: by Plan 9, or by virtiofs where the settings of WSL say so. */
bool winapi_mount_is_windows_drive(const struct mount *mount);

/* WSLg's window: memory of Windows, mapped into this machine (virtiofs with DAX). */
bool winapi_mount_is_wslg_window(const struct mount *mount);

/* The text of /proc/mounts, for the caller to free; NULL where there is none. */
char *winapi_mounts_read(void);

#endif
