#define _GNU_SOURCE
#include "handshake.h"

#include <errno.h>
#include <sys/random.h>
#include <unistd.h>

#include "../failure.h"
#include "handshake_state.h"

static bool choose_nonces(struct handshake *handshake) {
    return getrandom(handshake->agreed->session, SESSION_BYTES, 0) == SESSION_BYTES &&
           getrandom(handshake->nonce, NONCE_BYTES, 0) == NONCE_BYTES;
}

static winapi_status run(struct handshake *handshake) {
    if (!winapi_socket_connect(handshake->attempt, &handshake->settings->endpoint)) {
        return winapi_handshake_broken(handshake, errno);
    }
    winapi_status status = winapi_handshake_check_listener(handshake);
    return status == WINAPI_OK ? winapi_handshake_converse(handshake) : status;
}

winapi_status winapi_handshake_converse(struct handshake *handshake) {
    if (!choose_nonces(handshake)) {
        return winapi_fail(handshake->error, WINAPI_INTERNAL, "the system gives no random bytes");
    }
    winapi_status status = winapi_handshake_say_hello(handshake);
    status = status == WINAPI_OK ? winapi_handshake_authenticate(handshake) : status;
    status = status == WINAPI_OK ? winapi_handshake_share_memory(handshake) : status;
    handshake->agreed->rings &= handshake->agreed->mapping.start != NULL;
    if (handshake->agreed->rings) {
        winapi_frame_reader_clear(&handshake->agreed->reader); /* what came after the last message is doorbells */
    }
    return status;
}

winapi_status winapi_handshake(struct attempt *attempt, const struct settings *settings, struct agreement *agreed,
                               winapi_error *error) {
    struct handshake handshake = {
        .attempt = attempt, .settings = settings, .agreed = agreed, .arena = winapi_arena_new(), .error = error};
    winapi_status status;
    *agreed = (struct agreement){.socket = -1, .mapping = NO_MAPPING};
    attempt->socket = -1;
    if (handshake.arena == NULL || !winapi_frame_reader_init(&agreed->reader, settings->limits.max_frame_bytes)) {
        status = winapi_fail(error, WINAPI_RESOURCE_EXHAUSTED, "out of memory for a connection");
    } else {
        status = run(&handshake);
    }
    winapi_arena_free(handshake.arena);
    explicit_bzero(handshake.session_key, sizeof handshake.session_key);
    agreed->socket = attempt->socket;
    if (status != WINAPI_OK) {
        winapi_frame_reader_free(&agreed->reader);
        winapi_mapping_free(&agreed->mapping);
        if (attempt->socket >= 0) {
            (void)close(attempt->socket);
        }
    }
    return status;
}
