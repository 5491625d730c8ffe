#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../failure.h"
#include "../system/mounts.h"
#include "../system/wsl.h"
#include "../token/token_search.h"
#include "handshake_state.h"

#define COPY_IT \
    "copy the host's token file (on Windows %%LOCALAPPDATA%%\\WinAPI\\token) to ~/.config/winapi/token, or name it in " \
    "WINAPI_TOKEN_FILE"

enum { PURPOSE_BYTES = 16 };

winapi_status winapi_handshake_check_listener(struct handshake *handshake) {
    struct ucred listener;
    socklen_t size = sizeof listener;
    if (handshake->settings->endpoint.kind != ENDPOINT_UNIX) {
        return WINAPI_OK;
    }
    if (getsockopt(handshake->attempt->socket, SOL_SOCKET, SO_PEERCRED, &listener, &size) != 0) {
        return winapi_handshake_broken(handshake, errno);
    }
    if (listener.uid == geteuid() || listener.uid == 0) {
        return WINAPI_OK;
    }
    return winapi_fail(handshake->error, WINAPI_UNAUTHENTICATED,
                       "what listens on %s belongs to user %u, and this process to user %u: only a host of the same user, or "
                       "of root, is trusted; start one as this user, or name its endpoint in WINAPI_ENDPOINT",
                       handshake->settings->endpoint.text, (unsigned)listener.uid, (unsigned)geteuid());
}

/* HMAC over the purpose and all that is fresh in this connection, so that a proof is worth nothing in another. */
static void digest_for(const struct handshake *handshake, const uint8_t token[TOKEN_BYTES], const char *purpose,
                       uint8_t digest[WINAPI_SHA256_BYTES]) {
    uint8_t text[PURPOSE_BYTES + SESSION_BYTES + 2 * NONCE_BYTES];
    size_t size = strlen(purpose);
    memcpy(text, purpose, size);
    memcpy(text + size, handshake->agreed->session, SESSION_BYTES);
    memcpy(text + size + SESSION_BYTES, handshake->nonce, NONCE_BYTES);
    memcpy(text + size + SESSION_BYTES + NONCE_BYTES, handshake->host_nonce, NONCE_BYTES);
    winapi_hmac_sha256(token, TOKEN_BYTES, text, size + SESSION_BYTES + 2 * NONCE_BYTES, digest);
}

static bool is_the_hosts(const uint8_t token[TOKEN_BYTES], void *user) {
    const struct handshake *handshake = user;
    uint8_t expected[WINAPI_SHA256_BYTES];
    digest_for(handshake, token, "winapi-host", expected);
    return winapi_digest_equals(expected, handshake->host_proof, sizeof handshake->host_proof);
}

static winapi_status find_token(struct handshake *handshake, struct token_search *search) {
    const char *endpoint = handshake->settings->endpoint.text;
    char *mounts = winapi_is_wsl2() ? winapi_mounts_read() : NULL;
    struct token_places places = {getenv("WINAPI_TOKEN_FILE"), getenv("XDG_CONFIG_HOME"), getenv("HOME"), mounts};
    bool found = winapi_token_search(search, &places);
    free(mounts);
    if (found) {
        return WINAPI_OK;
    }
    if (search->tokens == 0) {
        return winapi_fail(handshake->error, WINAPI_UNAUTHENTICATED,
                           "the host at %.100s asks for a token and none was found: " COPY_IT "; looked at %s", endpoint,
                           search->looked_at[0] == '\0' ? "nothing: HOME is not set" : search->looked_at);
    }
    return winapi_fail(handshake->error, WINAPI_UNAUTHENTICATED,
                       "no token found is that of the host at %.100s: " COPY_IT "; looked at %s", endpoint, search->looked_at);
}

static winapi_status prove(struct handshake *handshake, const uint8_t token[TOKEN_BYTES]) {
    uint8_t digest[WINAPI_SHA256_BYTES];
    winapi_transport_Admission admission;
    digest_for(handshake, token, "winapi-client", digest);
    winapi_transport_ClientProof proof = {.proof = winapi_bytes_of(digest, sizeof digest)};
    winapi_status status = winapi_handshake_send(handshake, &winapi_transport_ClientProof_type, &proof, false, -1);
    status = status != WINAPI_OK ? status
                                 : winapi_handshake_receive(handshake, &winapi_transport_Admission_type, &admission);
    if (status == WINAPI_OK && admission.refusal != NULL) {
        return winapi_handshake_refused(handshake, admission.refusal);
    }
    digest_for(handshake, token, "winapi-session", handshake->session_key);
    handshake->session_key_size = sizeof handshake->session_key;
    return status;
}

static winapi_status go_without(struct handshake *handshake) {
    const struct settings *settings = handshake->settings;
    if (settings->authentication == WINAPI_AUTHENTICATION_REQUIRED ||
        (settings->authentication == WINAPI_AUTHENTICATION_AUTO && settings->endpoint.kind == ENDPOINT_VSOCK)) {
        return winapi_fail(handshake->error, WINAPI_UNAUTHENTICATED,
                           "the host at %s asks for no token, and this channel requires it: start the host with "
                           "authentication, or make the channel with WINAPI_AUTHENTICATION_NONE", settings->endpoint.text);
    }
    memcpy(handshake->session_key, handshake->agreed->session, SESSION_BYTES);
    handshake->session_key_size = SESSION_BYTES;
    winapi_set_text(handshake->agreed->authentication, sizeof handshake->agreed->authentication, "none", 4);
    return WINAPI_OK;
}

winapi_status winapi_handshake_authenticate(struct handshake *handshake) {
    struct token_search search = {.matches = is_the_hosts, .user = handshake};
    if (!handshake->asks_for_token) {
        return go_without(handshake);
    }
    if (handshake->settings->authentication == WINAPI_AUTHENTICATION_NONE) {
        return winapi_fail(handshake->error, WINAPI_UNAUTHENTICATED,
                           "the host at %s asks for a token, and this channel is made never to prove one "
                           "(WINAPI_AUTHENTICATION_NONE)", handshake->settings->endpoint.text);
    }
    winapi_status status = find_token(handshake, &search);
    status = status == WINAPI_OK ? prove(handshake, search.token) : status;
    if (status == WINAPI_OK) {
        (void)snprintf(handshake->agreed->authentication, sizeof handshake->agreed->authentication, "token %.240s", search.path);
    }
    explicit_bzero(search.token, sizeof search.token);
    return status;
}
