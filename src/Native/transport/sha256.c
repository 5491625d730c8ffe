#include "sha256.h"

#include <string.h>

static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate(uint32_t value, int bits) {
    return value >> bits | value << (32 - bits);
}

static uint32_t get_big(const uint8_t *source) {
    return (uint32_t)source[0] << 24 | (uint32_t)source[1] << 16 | (uint32_t)source[2] << 8 | source[3];
}

static void put_big(uint8_t *target, uint32_t value) {
    target[0] = (uint8_t)(value >> 24);
    target[1] = (uint8_t)(value >> 16);
    target[2] = (uint8_t)(value >> 8);
    target[3] = (uint8_t)value;
}

static void expand(uint32_t words[64], const uint8_t *block) {
    for (int i = 0; i < 16; i++) {
        words[i] = get_big(block + 4 * i);
    }
    for (int i = 16; i < 64; i++) {
        uint32_t a = words[i - 15], b = words[i - 2];
        uint32_t s0 = rotate(a, 7) ^ rotate(a, 18) ^ a >> 3;
        uint32_t s1 = rotate(b, 17) ^ rotate(b, 19) ^ b >> 10;
        words[i] = words[i - 16] + s0 + words[i - 7] + s1;
    }
}

static void add_block(uint32_t state[8], const uint8_t *block) {
    uint32_t words[64], s[8];
    expand(words, block);
    memcpy(s, state, sizeof s);
    for (int i = 0; i < 64; i++) {
        uint32_t s1 = rotate(s[4], 6) ^ rotate(s[4], 11) ^ rotate(s[4], 25);
        uint32_t choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
        uint32_t t1 = s[7] + s1 + choice + constants[i] + words[i];
        uint32_t s0 = rotate(s[0], 2) ^ rotate(s[0], 13) ^ rotate(s[0], 22);
        uint32_t majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
        memmove(s + 1, s, 7 * sizeof s[0]);
        s[4] += t1;
        s[0] = t1 + s0 + majority;
    }
    for (int i = 0; i < 8; i++) {
        state[i] += s[i];
    }
}

void winapi_sha256_start(struct sha256 *hash) {
    static const uint32_t first[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    memcpy(hash->state, first, sizeof first);
    hash->length = 0;
}

void winapi_sha256_add(struct sha256 *hash, const void *data, size_t size) {
    const uint8_t *source = data;
    while (size > 0) {
        size_t used = hash->length % sizeof hash->block;
        size_t part = sizeof hash->block - used < size ? sizeof hash->block - used : size;
        memcpy(hash->block + used, source, part);
        hash->length += part;
        source += part;
        size -= part;
        if (used + part == sizeof hash->block) {
            add_block(hash->state, hash->block);
        }
    }
}

void winapi_sha256_end(struct sha256 *hash, uint8_t digest[WINAPI_SHA256_BYTES]) {
    static const uint8_t padding[WINAPI_SHA256_BLOCK_BYTES] = {0x80};
    uint64_t bits = hash->length * 8;
    size_t used = hash->length % sizeof hash->block;
    winapi_sha256_add(hash, padding, (used < 56 ? 56 : 120) - used);
    uint8_t length[8];
    put_big(length, (uint32_t)(bits >> 32));
    put_big(length + 4, (uint32_t)bits);
    winapi_sha256_add(hash, length, sizeof length);
    for (int i = 0; i < 8; i++) {
        put_big(digest + 4 * i, hash->state[i]);
    }
}

static void start_keyed(struct sha256 *hash, const uint8_t key[WINAPI_SHA256_BLOCK_BYTES], uint8_t mask) {
    uint8_t block[WINAPI_SHA256_BLOCK_BYTES];
    for (size_t i = 0; i < sizeof block; i++) {
        block[i] = key[i] ^ mask;
    }
    winapi_sha256_start(hash);
    winapi_sha256_add(hash, block, sizeof block);
}

void winapi_hmac_sha256(const void *key, size_t key_size, const void *data, size_t size,
                        uint8_t digest[WINAPI_SHA256_BYTES]) {
    uint8_t block[WINAPI_SHA256_BLOCK_BYTES] = {0};
    struct sha256 hash;
    if (key_size > sizeof block) {
        winapi_sha256_start(&hash);
        winapi_sha256_add(&hash, key, key_size);
        winapi_sha256_end(&hash, block);
    } else {
        memcpy(block, key, key_size);
    }
    start_keyed(&hash, block, 0x36);
    winapi_sha256_add(&hash, data, size);
    winapi_sha256_end(&hash, digest);
    start_keyed(&hash, block, 0x5c);
    winapi_sha256_add(&hash, digest, WINAPI_SHA256_BYTES);
    winapi_sha256_end(&hash, digest);
}

bool winapi_digest_equals(const uint8_t expected[WINAPI_SHA256_BYTES], const void *digest, size_t size) {
    const volatile uint8_t *bytes = digest;
    uint8_t difference = 0;
    if (size != WINAPI_SHA256_BYTES) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        difference |= (uint8_t)(expected[i] ^ bytes[i]);
    }
    return difference == 0;
}
