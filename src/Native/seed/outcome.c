#include "outcome.h"

#include "../transport/clock.h"
#include "libwinapi.h"
#include "log.h"

/* Of each thread, as errno: functions without a handle have to say why they failed, too. */
static _Thread_local winapi_error last_failure;

struct operation winapi_operation_begin(const char *function) {
    return (struct operation){function, winapi_now()};
}

winapi_status winapi_operation_end(const struct operation *operation, winapi_status status, const winapi_error *error) {
    if (status == WINAPI_OK) {
        winapi_log(LOG_DEBUG, "%s: OK, %.1f us", operation->function, (double)(winapi_now() - operation->started) / 1e3);
        return status;
    }
    last_failure = *error;
    last_failure.code = status;
    winapi_log(LOG_ERROR, "%s: %s: %s", operation->function, winapi_status_name(status), error->message);
    return status;
}

const char *winapi_last_error(void) {
    return last_failure.message;
}

winapi_status winapi_last_status(void) {
    return last_failure.code;
}
