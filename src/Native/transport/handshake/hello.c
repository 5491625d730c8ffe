#define _GNU_SOURCE
#include <unistd.h>

#include "../failure.h"
#include "handshake_state.h"

enum { MIN_VERSION = 1, MAX_VERSION = 1 };

static winapi_status send_hello(struct handshake *handshake) {
    const struct settings *settings = handshake->settings;
    const struct limits *mine = &settings->limits;
    winapi_transport_PeerLimits limits = {
        .initial_window_bytes = mine->initial_window_bytes,
        .max_message_bytes = mine->max_message_bytes,
        .max_metadata_bytes = mine->max_metadata_bytes,
        .max_frame_bytes = mine->max_frame_bytes,
    };
    winapi_transport_ClientHello hello = {
        .min_version = MIN_VERSION,
        .max_version = MAX_VERSION,
        .session_id = winapi_bytes_of(handshake->agreed->session, SESSION_BYTES),
        .nonce = winapi_bytes_of(handshake->nonce, NONCE_BYTES),
        .request_region_bytes = settings->layout.request_bytes,
        .response_region_bytes = settings->layout.response_bytes,
        .limits = &limits,
        .agent = winapi_str(settings->agent),
        .process_id = (uint32_t)getpid(),
        .rings = settings->rings,
    };
    return winapi_handshake_send(handshake, &winapi_transport_ClientHello_type, &hello, true, -1);
}

static winapi_status check_limits(struct handshake *handshake, const winapi_transport_PeerLimits *theirs) {
    struct limits *limits = &handshake->agreed->peer;
    if (theirs != NULL) {
        *limits = (struct limits){theirs->max_concurrent_calls == 0 ? 1 : theirs->max_concurrent_calls,
                                  theirs->initial_window_bytes, theirs->max_message_bytes, theirs->max_metadata_bytes,
                                  theirs->max_frame_bytes};
    }
    if (theirs == NULL || winapi_piece_bytes(limits) == 0 || limits->initial_window_bytes == 0 ||
        limits->initial_window_bytes > INT32_MAX || limits->max_message_bytes == 0) {
        return winapi_handshake_stranger(handshake, "it announces limits that no call could keep");
    }
    return WINAPI_OK;
}

static winapi_status keep_proof(struct handshake *handshake, const winapi_transport_HostHello *host) {
    handshake->asks_for_token = host->nonce.size > 0;
    if (!handshake->asks_for_token) {
        return WINAPI_OK;
    }
    if (host->nonce.size != NONCE_BYTES || host->proof.size != WINAPI_SHA256_BYTES) {
        return winapi_handshake_stranger(handshake, "it asks for a token with a nonce or a proof of another length than 32");
    }
    memcpy(handshake->host_nonce, host->nonce.data, NONCE_BYTES);
    memcpy(handshake->host_proof, host->proof.data, WINAPI_SHA256_BYTES);
    return WINAPI_OK;
}

static winapi_status hear_hello(struct handshake *handshake) {
    winapi_transport_HostHello host;
    winapi_status status = winapi_handshake_receive(handshake, &winapi_transport_HostHello_type, &host);
    if (status != WINAPI_OK) {
        return status;
    }
    if (host.refusal != NULL) {
        return winapi_handshake_refused(handshake, host.refusal);
    }
    if (host.version < MIN_VERSION || host.version > MAX_VERSION) {
        return winapi_handshake_stranger(handshake, "it chose a protocol version that was not offered");
    }
    handshake->agreed->version = host.version;
    handshake->agreed->rings = host.rings && handshake->settings->rings;
    winapi_set_text(handshake->agreed->peer_agent, sizeof handshake->agreed->peer_agent, host.agent.data, host.agent.size);
    status = keep_proof(handshake, &host);
    return status == WINAPI_OK ? check_limits(handshake, host.limits) : status;
}

winapi_status winapi_handshake_say_hello(struct handshake *handshake) {
    winapi_status status = send_hello(handshake);
    return status == WINAPI_OK ? hear_hello(handshake) : status;
}
