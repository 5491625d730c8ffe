/* Statuses: how calls and decoding end. */
#ifndef WINAPI_STATUS_H
#define WINAPI_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

/* The status codes of gRPC, with its numbers. */
typedef enum winapi_status {
    WINAPI_OK = 0,
    WINAPI_CANCELLED = 1,
    WINAPI_UNKNOWN = 2,
    WINAPI_INVALID_ARGUMENT = 3,
    WINAPI_DEADLINE_EXCEEDED = 4,
    WINAPI_NOT_FOUND = 5,
    WINAPI_ALREADY_EXISTS = 6,
    WINAPI_PERMISSION_DENIED = 7,
    WINAPI_RESOURCE_EXHAUSTED = 8,
    WINAPI_FAILED_PRECONDITION = 9,
    WINAPI_ABORTED = 10,
    WINAPI_OUT_OF_RANGE = 11,
    WINAPI_UNIMPLEMENTED = 12,
    WINAPI_INTERNAL = 13,
    WINAPI_UNAVAILABLE = 14,
    WINAPI_DATA_LOSS = 15,
    WINAPI_UNAUTHENTICATED = 16
} winapi_status;

/* What went wrong, for a person to read. The caller owns it; a function that takes one takes NULL too, fills it only
   where it fails, and keeps no pointer to it. */
typedef struct winapi_error {
    winapi_status code;
    char message[512]; /* UTF-8, always ends with a zero byte; cut where it is longer */
} winapi_error;

/* "UNAVAILABLE" and the like; "UNKNOWN" for a number that is no status code. Never NULL. Any thread. */
const char *winapi_status_name(winapi_status status);

#ifdef __cplusplus
}
#endif

#endif
