#include <string.h>

#include "../transport/failure.h"
#include "libwinapi.h"
#include "outcome.h"
#include "session.h"
#include "winapi/v1/perf_test.winapi.h"

static void take_result(const winapi_v1_PerfTestResult *reply, winapi_perf_test_result_t *result) {
    *result = (winapi_perf_test_result_t){
        .throughput_mbps = reply->throughput_mbps,
        .min_latency_ns = reply->min_latency_ns,
        .avg_latency_ns = reply->avg_latency_ns,
        .p50_latency_ns = reply->p50_latency_ns,
        .p99_latency_ns = reply->p99_latency_ns,
        .max_latency_ns = reply->max_latency_ns,
        .iterations = reply->iterations,
        .bytes = reply->bytes,
        .elapsed_ns = reply->elapsed_ns,
    };
}

static winapi_status answer(winapi_v1_PerfTest_Run_call *call, uint64_t sequence) {
    winapi_v1_PerfProbe echo = {.sequence = sequence};
    winapi_v1_PerfTestMessage message = {.step = {.which = winapi_v1_PerfTestMessage_step_echo, .echo = &echo}};
    return winapi_v1_PerfTest_Run_write(call, &message);
}

/* Answers probes until the result is there; the status of the call itself is winapi_v1_PerfTest_Run_finish's. */
static bool converse(winapi_v1_PerfTest_Run_call *call, winapi_perf_test_result_t *result) {
    const winapi_v1_PerfTestMessage *message;
    while (winapi_v1_PerfTest_Run_read(call, &message) == WINAPI_OK && message != NULL) {
        if (message->step.which == winapi_v1_PerfTestMessage_step_result) {
            take_result(message->step.result, result);
            return true;
        }
        if (message->step.which == winapi_v1_PerfTestMessage_step_probe &&
            answer(call, message->step.probe->sequence) != WINAPI_OK) {
            return false;
        }
    }
    return false;
}

static winapi_status run(winapi_channel *channel, const winapi_v1_PerfTestRequest *request,
                         winapi_perf_test_result_t *result, winapi_error *error) {
    winapi_v1_PerfTest_Run_call *call = winapi_v1_PerfTest_Run(channel, NULL, error);
    if (call == NULL) {
        return error->code;
    }
    winapi_v1_PerfTestRequest start = *request;
    winapi_v1_PerfTestMessage message = {.step = {.which = winapi_v1_PerfTestMessage_step_start, .start = &start}};
    bool complete = winapi_v1_PerfTest_Run_write(call, &message) == WINAPI_OK && converse(call, result);
    (void)winapi_v1_PerfTest_Run_writes_done(call);
    winapi_status status = winapi_v1_PerfTest_Run_finish(call, error);
    return status != WINAPI_OK || complete
               ? status
               : winapi_fail(error, WINAPI_INTERNAL, "the host ended the test without a result");
}

winapi_status winapi_perf_test(winapi_handle_t handle, const winapi_perf_test_params_t *params,
                               winapi_perf_test_result_t *result) {
    struct operation operation = winapi_operation_begin("winapi_perf_test");
    winapi_error error = {.code = WINAPI_OK};
    if (result != NULL) {
        memset(result, 0, sizeof *result);
    }
    if (handle == NULL || params == NULL || result == NULL) {
        (void)winapi_fail(&error, WINAPI_INVALID_ARGUMENT, "it needs a handle, parameters and a place for the result");
        return winapi_operation_end(&operation, error.code, &error);
    }
    winapi_v1_PerfTestRequest request = {
        .test_type = (winapi_v1_PerfTestType)params->test_type,
        .iterations = params->iterations,
        .target_bytes = params->target_bytes,
    };
    return winapi_operation_end(&operation, run(handle->channel, &request, result, &error), &error);
}
