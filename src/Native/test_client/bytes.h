/* Bytes that are known to both ends of a check. */
#ifndef TEST_CLIENT_BYTES_H
#define TEST_CLIENT_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that depend on their place and the seed. */
void fill_bytes(uint8_t *bytes, size_t size, uint32_t seed);

/* How many of the bytes differ from the pattern, as the host writes it. */
size_t count_mismatches(const uint8_t *bytes, size_t size, uint32_t pattern);

/* IEEE 802.3, as in zlib; 0 to begin with. */
uint32_t crc32_of(uint32_t crc, const uint8_t *bytes, size_t size);

#endif
