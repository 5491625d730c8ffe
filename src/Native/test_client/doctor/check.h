/* One layer that the doctor looks at. */
#ifndef TEST_CLIENT_CHECK_H
#define TEST_CLIENT_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "../options.h"
#include "winapi/channel.h"

enum { CHECK_COUNT = 10 };

typedef enum check_state { CHECK_NOT_REACHED = 0, CHECK_OK, CHECK_SKIPPED, CHECK_FAILED } check_state;

struct check {
    const char *name;
    check_state state;
    char seen[640];
    char cause[640]; /* where it failed, with the command that fixes it */
    char fix[320];
};

/* What the checks find out for each other. */
struct patient {
    const struct options *options;
    winapi_channel *channel;
    const char *endpoint;
    bool wsl2;
    bool no_host;
    winapi_status connected; /* how connecting ended */
    winapi_error error;
    winapi_connection_info info;
};

typedef void check_body(struct patient *patient, struct check *check);

__attribute__((format(printf, 2, 3))) void check_ok(struct check *check, const char *format, ...);

/* Nothing to look at, or nothing that stands in the way. */
__attribute__((format(printf, 2, 3))) void check_skip(struct check *check, const char *format, ...);

/* Sets what was seen; then the cause, and the command that fixes it. */
__attribute__((format(printf, 2, 3))) void check_fail(struct check *check, const char *format, ...);
__attribute__((format(printf, 2, 3))) void check_cause(struct check *check, const char *format, ...);
__attribute__((format(printf, 2, 3))) void check_fix(struct check *check, const char *format, ...);

/* The command that starts a host for this endpoint. */
void check_fix_start_host(const struct patient *patient, struct check *check);

/* Whether the endpoint begins so: "vsock:". */
bool patient_uses(const struct patient *patient, const char *scheme);

/* surroundings.c, in order */
check_body check_kernel, check_vsock, check_vm_id, check_bind;

/* connection.c */
check_body check_connect, check_token, check_memory, check_coherence;

/* speed.c */
check_body check_round_trip, check_bulk;

/* print.c */
void print_checks(const struct patient *patient, const struct check checks[CHECK_COUNT], bool all_well);

#endif
