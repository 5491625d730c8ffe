/* What is here before anything is connected. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/vm_sockets.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "check.h"

void check_kernel(struct patient *patient, struct check *check) {
    struct utsname kernel;
    if (uname(&kernel) != 0) {
        check_fail(check, "uname failed: %s", strerror(errno));
        return;
    }
    patient->wsl2 = strcasestr(kernel.release, "microsoft") != NULL && strcasestr(kernel.release, "WSL2") != NULL;
    check_ok(check, "%s %s %s, %s", kernel.sysname, kernel.release, kernel.machine, patient->wsl2 ? "WSL2" : "not WSL2");
}

/* Where the kernel tells: the transport of Hyper-V does not. */
static bool find_context(unsigned int *context) {
    int device = open("/dev/vsock", O_RDONLY | O_CLOEXEC);
    if (device < 0) {
        return false;
    }
    bool told = ioctl(device, IOCTL_VM_SOCKETS_GET_LOCAL_CID, context) == 0 && *context != VMADDR_CID_ANY;
    (void)close(device);
    return told;
}

void check_vsock(struct patient *patient, struct check *check) {
    unsigned int context;
    if (!patient_uses(patient, "vsock:")) {
        check_skip(check, "this endpoint does without");
        return;
    }
    int made = socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (made < 0) {
        check_fail(check, "a vsock socket cannot be made: %s", strerror(errno));
        check_cause(check, "this kernel has no vsock, or this program may not use it");
        check_fix(check, "%s", patient->wsl2 ? "on Windows: wsl --update" : "sudo modprobe vmw_vsock_virtio_transport");
        return;
    }
    (void)close(made);
    if (find_context(&context)) {
        check_ok(check, "there is vsock; this machine's context id is %u", context);
    } else {
        check_ok(check, "there is vsock, /dev/vsock %s", access("/dev/vsock", F_OK) == 0 ? "too" : "is missing");
    }
}

/* The first line of what the command prints; false where it fails. */
static bool ask(const char *command, char *answer, size_t capacity) {
    FILE *output = popen(command, "r");
    if (output == NULL) {
        return false;
    }
    bool read = fgets(answer, (int)capacity, output) != NULL;
    answer[read ? strcspn(answer, "\r\n") : 0] = '\0';
    return pclose(output) == 0 && read && answer[0] != '\0';
}

void check_vm_id(struct patient *patient, struct check *check) {
    char id[64];
    const char *named = getenv("WINAPI_VM_ID");
    if (named != NULL && *named != '\0') {
        check_ok(check, "%s (WINAPI_VM_ID)", named);
    } else if (!patient->wsl2) {
        check_skip(check, "only a machine of WSL2 has one");
    } else if (ask("wslinfo --vm-id -n 2>/dev/null", id, sizeof id)) {
        check_ok(check, "%s (wslinfo); a new one at each start of WSL", id);
    } else {
        check_skip(check, "wslinfo does not tell it (WSL 2.5.10 does); the host finds it out by itself");
    }
}

/* Undoes %XX, as libwinapi does. */
static void path_of(const char *endpoint, char path[160]) {
    const char *source = endpoint + strlen("unix://");
    size_t size = 0;
    for (; *source != '\0' && size + 1 < 160; source++) {
        unsigned int code;
        bool escaped = source[0] == '%' && sscanf(source + 1, "%2x", &code) == 1 && strlen(source) > 2;
        path[size++] = escaped ? (char)code : *source;
        source += escaped ? 2 : 0;
    }
    path[size] = '\0';
}

void check_bind(struct patient *patient, struct check *check) {
    char path[160];
    struct stat file;
    if (!patient_uses(patient, "unix:")) {
        check_skip(check, "%s", patient_uses(patient, "vsock:") ? "only the host can tell: its log names the machine it has bound"
                                                                : "only connecting shows it");
        return;
    }
    path_of(patient->endpoint, path);
    if (stat(path, &file) != 0) {
        check_fail(check, "%s: %s", path, strerror(errno));
        check_cause(check, "no host listens there: none was started, or it was given another endpoint");
        check_fix_start_host(patient, check);
        patient->no_host = true;
    } else if (!S_ISSOCK(file.st_mode)) {
        check_fail(check, "%s is no socket", path);
        check_cause(check, "something else has this name");
        check_fix(check, "test_client --doctor --endpoint URI, with the URI that the host prints after 'listening on'");
    } else {
        check_ok(check, "the socket file is there, of user %u", (unsigned)file.st_uid);
    }
}
