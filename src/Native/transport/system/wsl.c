#define _GNU_SOURCE
#include "wsl.h"

#include <stdlib.h>
#include <string.h>

#include "text_file.h"

/* WSL1 says Microsoft too, and has no virtual machine to leave; WSL2's own kernels say both. */
bool winapi_is_wsl2_release(const char *release) {
    return strcasestr(release, "microsoft") != NULL && strcasestr(release, "WSL2") != NULL;
}

char *winapi_kernel_release(void) {
    return winapi_text_file_read("/proc/sys/kernel/osrelease", 4096);
}

bool winapi_is_wsl2(void) {
    char *release = winapi_kernel_release();
    bool wsl2 = release != NULL && winapi_is_wsl2_release(release);
    free(release);
    return wsl2;
}
