/* SHA-256 (FIPS 180-4) and HMAC-SHA256 (RFC 2104), for the proofs of the handshake. */
#ifndef WINAPI_TRANSPORT_SHA256_H
#define WINAPI_TRANSPORT_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WINAPI_SHA256_BYTES = 32, WINAPI_SHA256_BLOCK_BYTES = 64 };

struct sha256 {
    uint32_t state[8];
    uint64_t length;
    uint8_t block[WINAPI_SHA256_BLOCK_BYTES];
};

void winapi_sha256_start(struct sha256 *hash);
void winapi_sha256_add(struct sha256 *hash, const void *data, size_t size);
void winapi_sha256_end(struct sha256 *hash, uint8_t digest[WINAPI_SHA256_BYTES]);

void winapi_hmac_sha256(const void *key, size_t key_size, const void *data, size_t size,
                        uint8_t digest[WINAPI_SHA256_BYTES]);

/* Takes the same time wherever they differ, so that nobody finds a digest out piece by piece. */
bool winapi_digest_equals(const uint8_t expected[WINAPI_SHA256_BYTES], const void *digest, size_t size);

#endif
