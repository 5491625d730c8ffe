/* Connecting, and what the handshake has agreed. */
#include <string.h>

#include "check.h"

void check_connect(struct patient *patient, struct check *check) {
    patient->connected = winapi_channel_connect(patient->channel, &patient->error);
    if (patient->connected == WINAPI_OK && winapi_channel_get_connection(patient->channel, &patient->info)) {
        check_ok(check, "%s, protocol %u", patient->info.peer_agent, patient->info.protocol_version);
        return;
    }
    if (patient->connected == WINAPI_UNAUTHENTICATED) { /* that is what check_token tells */
        check_ok(check, "a host answers");
        return;
    }
    patient->no_host = patient->connected == WINAPI_UNAVAILABLE;
    check_fail(check, "%s", patient->no_host ? "no host" : winapi_status_name(patient->connected));
    check_cause(check, "%s", patient->error.message);
    check_fix_start_host(patient, check);
}

void check_token(struct patient *patient, struct check *check) {
    if (patient->connected == WINAPI_UNAUTHENTICATED) {
        check_fail(check, "UNAUTHENTICATED");
        check_cause(check, "%s", patient->error.message);
        check_fix(check, "%s", patient->wsl2 ? "mkdir -p ~/.config/winapi && cp /mnt/c/Users/NAME/AppData/Local/WinAPI/token "
                                               "~/.config/winapi/token"
                                             : "WINAPI_TOKEN_FILE=/path/to/the/token/of/the/host test_client --doctor");
    } else if (strcmp(patient->info.authentication, "none") == 0) {
        check_skip(check, "the host asks for none here");
    } else {
        check_ok(check, "both sides have proved that they know it: %s", patient->info.authentication);
    }
}

void check_memory(struct patient *patient, struct check *check) {
    const winapi_connection_info *info = &patient->info;
    if (info->memory_shared) {
        check_ok(check, "%s%s, %llu KiB for the client's buffers and %llu KiB for the host's%s%s", info->memory,
                 info->rings ? " with rings" : "", (unsigned long long)info->request_region_bytes / 1024,
                 (unsigned long long)info->response_region_bytes / 1024,
                 info->memory_reason[0] == '\0' ? "" : "; before it ", info->memory_reason);
        return;
    }
    if (patient->options->memory == WINAPI_SHARED_MEMORY_AUTO || patient->options->memory == WINAPI_SHARED_MEMORY_NONE) {
        check_skip(check, "none: bytes travel inline. %s", info->memory_reason);
        return;
    }
    check_fail(check, "the kind that --memory names cannot be used");
    check_cause(check, "%s", info->memory_reason);
    check_fix(check, "test_client --doctor --memory auto");
}

void check_coherence(struct patient *patient, struct check *check) {
    if (!patient->info.memory_shared) {
        check_skip(check, "no memory is shared");
        return;
    }
    check_ok(check, "proved: fresh bytes seen twice both ways, and %u turns in memory alone", patient->info.memory_turns);
}
