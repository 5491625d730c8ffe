#include "doctor.h"

#include <stdio.h>

#include "check.h"

static const struct {
    const char *name;
    check_body *body;
} layers[CHECK_COUNT] = {
    {"kernel", check_kernel},
    {"vsock", check_vsock},
    {"vm_id", check_vm_id},
    {"bind", check_bind},
    {"connect", check_connect},
    {"token", check_token},
    {"memory", check_memory},
    {"coherence", check_coherence},
    {"round_trip", check_round_trip},
    {"bulk", check_bulk},
};

/* Those after the first that fails are not reached. */
static bool examine(struct patient *patient, struct check checks[CHECK_COUNT]) {
    bool well = true;
    for (int i = 0; i < CHECK_COUNT; i++) {
        checks[i] = (struct check){.name = layers[i].name};
        if (well) {
            layers[i].body(patient, &checks[i]);
            well = checks[i].state != CHECK_FAILED;
        }
    }
    return well;
}

int doctor_run(const struct options *options) {
    struct check checks[CHECK_COUNT];
    winapi_error error = {.code = WINAPI_OK};
    winapi_channel_options channel = {
        .connect_timeout_ns = INT64_C(5000000000), /* somebody waits for the answer */
        .shared_memory = options->memory,
        .agent = "test_client --doctor",
    };
    struct patient patient = {.options = options, .channel = winapi_channel_new(&channel, &error)};
    if (patient.channel == NULL) {
        (void)fprintf(stderr, "test_client: %s\n", error.message);
        return error.code == WINAPI_INVALID_ARGUMENT ? EXIT_BAD_USAGE : EXIT_FAILED;
    }
    patient.endpoint = winapi_channel_endpoint(patient.channel);
    bool well = examine(&patient, checks);
    print_checks(&patient, checks, well);
    winapi_channel_free(patient.channel);
    return well ? EXIT_PASSED : patient.no_host ? EXIT_NO_HOST : EXIT_FAILED;
}
