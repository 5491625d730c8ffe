/* Whether this is WSL2. */
#ifndef WINAPI_TRANSPORT_WSL_H
#define WINAPI_TRANSPORT_WSL_H

#include <stdbool.h>

/* Whether a kernel of this release (/proc/sys/kernel/osrelease) is one of WSL2. */
bool winapi_is_wsl2_release(const char *release);

bool winapi_is_wsl2(void);

/* The release of this kernel, for the caller to free; NULL where it cannot be read. */
char *winapi_kernel_release(void);

#endif
