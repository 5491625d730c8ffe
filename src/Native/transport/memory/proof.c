#define _GNU_SOURCE
#include "proof.h"

#include <string.h>
#include <sys/random.h>

#include "../bytes.h"

enum { CHUNK_BYTES = 2 * 1024 * 1024, MAX_CHUNKS = 8, ENTRY_BYTES = 8 + PROOF_NONCE_BYTES };

static bool fill_random(void *target, size_t size) {
    return getrandom(target, size, 0) == (ssize_t)size;
}

static void add_offset(uint64_t offsets[PROOF_MAX_PROBES], size_t *count, uint64_t offset) {
    for (size_t i = 0; i < *count; i++) {
        if (offsets[i] == offset) {
            return;
        }
    }
    offsets[(*count)++] = offset;
}

bool winapi_proof_choose(const struct proof_region *region, uint64_t offsets[PROOF_MAX_PROBES], size_t *count) {
    uint32_t random[MAX_CHUNKS];
    *count = 0;
    if (!fill_random(random, sizeof random)) {
        return false;
    }
    add_offset(offsets, count, region->start);
    add_offset(offsets, count, region->start + region->length - PAGE_BYTES);
    for (uint64_t i = 0; i < MAX_CHUNKS && i * CHUNK_BYTES < region->length; i++) {
        uint64_t left = region->length - i * CHUNK_BYTES;
        uint64_t pages = (left < CHUNK_BYTES ? left : CHUNK_BYTES) / PAGE_BYTES;
        add_offset(offsets, count, region->start + i * CHUNK_BYTES + random[i] % pages * PAGE_BYTES);
    }
    return true;
}

bool winapi_proof_write(const struct proof_region *region, const uint64_t *offsets, size_t count,
                        uint8_t digest[WINAPI_SHA256_BYTES]) {
    uint8_t seen[PROOF_MAX_PROBES * ENTRY_BYTES];
    for (size_t i = 0; i < count; i++) {
        uint8_t *entry = seen + i * ENTRY_BYTES;
        winapi_put64(entry, offsets[i]);
        if (!fill_random(entry + 8, PROOF_NONCE_BYTES)) {
            return false;
        }
        memcpy(region->mapping + offsets[i], entry + 8, PROOF_NONCE_BYTES);
    }
    __sync_synchronize(); /* the nonces before the challenge that follows on the socket */
    winapi_hmac_sha256(region->key, region->key_size, seen, count * ENTRY_BYTES, digest);
    return true;
}

bool winapi_proof_answer(const struct proof_region *region, const uint64_t *offsets, size_t count,
                         uint8_t digest[WINAPI_SHA256_BYTES]) {
    uint8_t seen[PROOF_MAX_PROBES * ENTRY_BYTES];
    if (count == 0 || count > PROOF_MAX_PROBES) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (offsets[i] < region->start || offsets[i] > region->start + region->length - PROOF_NONCE_BYTES) {
            return false;
        }
        winapi_put64(seen + i * ENTRY_BYTES, offsets[i]);
        memcpy(seen + i * ENTRY_BYTES + 8, region->mapping + offsets[i], PROOF_NONCE_BYTES);
    }
    winapi_hmac_sha256(region->key, region->key_size, seen, count * ENTRY_BYTES, digest);
    return true;
}
