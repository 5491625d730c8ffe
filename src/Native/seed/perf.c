/* winapi_perf_test: the host measures, the client answers its probes. */
#include <string.h>

#include "libwinapi.h"
#include "session.h"
#include "winapi/v1/perf_test.winapi.h"

static void copy_result(const winapi_v1_PerfTestResult *from, winapi_perf_test_result_t *to) {
    *to = (winapi_perf_test_result_t){
        .throughput_mbps = from->throughput_mbps,
        .min_latency_ns = from->min_latency_ns,
        .avg_latency_ns = from->avg_latency_ns,
        .p50_latency_ns = from->p50_latency_ns,
        .p99_latency_ns = from->p99_latency_ns,
        .max_latency_ns = from->max_latency_ns,
        .iterations = from->iterations,
        .bytes = from->bytes,
        .elapsed_ns = from->elapsed_ns,
    };
}

static winapi_status answer_probe(winapi_v1_PerfTest_Run_call *call, uint64_t sequence) {
    winapi_v1_PerfProbe echo = {.sequence = sequence};
    winapi_v1_PerfTestMessage message = {.step = {.which = winapi_v1_PerfTestMessage_step_echo, {.echo = &echo}}};
    return winapi_v1_PerfTest_Run_write(call, &message);
}

static void answer_probes(winapi_v1_PerfTest_Run_call *call, winapi_perf_test_result_t *result, bool *has_result) {
    const winapi_v1_PerfTestMessage *message;
    winapi_status status = WINAPI_OK;
    while (status == WINAPI_OK && winapi_v1_PerfTest_Run_read(call, &message) == WINAPI_OK && message != NULL) {
        if (message->step.which == winapi_v1_PerfTestMessage_step_probe) {
            status = answer_probe(call, message->step.probe->sequence);
        } else if (message->step.which == winapi_v1_PerfTestMessage_step_result) {
            copy_result(message->step.result, result);
            *has_result = true;
        }
    }
}

int winapi_perf_test(winapi_handle_t handle, const winapi_perf_test_params_t *params, winapi_perf_test_result_t *result) {
    winapi_error error = {.code = WINAPI_OK, .message = "handle, params and result must be given"};
    bool has_result = false;
    if (handle == NULL || params == NULL || result == NULL) {
        return winapi_seed_result("winapi_perf_test", WINAPI_INVALID_ARGUMENT, &error);
    }
    winapi_v1_PerfTestRequest request = {
        .test_type = (int32_t)params->test_type, .iterations = params->iterations, .target_bytes = params->target_bytes};
    winapi_v1_PerfTestMessage start = {.step = {.which = winapi_v1_PerfTestMessage_step_start, {.start = &request}}};
    winapi_v1_PerfTest_Run_call *call = winapi_v1_PerfTest_Run(winapi_session_channel(handle->session), NULL, &error);
    if (call == NULL) {
        return winapi_seed_result("winapi_perf_test", error.code, &error);
    }
    if (winapi_v1_PerfTest_Run_write(call, &start) == WINAPI_OK) {
        answer_probes(call, result, &has_result);
    }
    winapi_status status = winapi_v1_PerfTest_Run_finish(call, &error);
    if (status == WINAPI_OK && !has_result) {
        status = WINAPI_INTERNAL;
        memcpy(error.message, "the host sent no result", sizeof "the host sent no result");
    }
    return winapi_seed_result("winapi_perf_test", status, &error);
}
