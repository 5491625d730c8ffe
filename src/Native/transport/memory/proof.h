/*
 * Shows that two processes see the same bytes and not two copies of them: one writes fresh random bytes at probe
 * offsets of its own region and sends the offsets alone; the other answers with a digest of what it reads there.
 */
#ifndef WINAPI_TRANSPORT_PROOF_H
#define WINAPI_TRANSPORT_PROOF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../sha256.h"
#include "mapping.h"

enum { PROOF_ROUNDS = 2, PROOF_MAX_PROBES = 16, PROOF_NONCE_BYTES = 16 };

struct proof_region {
    uint8_t *mapping;
    uint64_t start;
    uint64_t length;
    const uint8_t *key; /* of the session */
    size_t key_size;
};

/* The first page, the last page, and a random page in each of up to eight chunks of 2 MiB. False: no random bytes. */
bool winapi_proof_choose(const struct proof_region *region, uint64_t offsets[PROOF_MAX_PROBES], size_t *count);

/* Writes fresh nonces; digest is what a peer who sees them must answer. */
bool winapi_proof_write(const struct proof_region *region, const uint64_t *offsets, size_t count,
                        uint8_t digest[WINAPI_SHA256_BYTES]);

/* The digest of what is at the offsets now; false if one is outside the region. */
bool winapi_proof_answer(const struct proof_region *region, const uint64_t *offsets, size_t count,
                         uint8_t digest[WINAPI_SHA256_BYTES]);

#endif
