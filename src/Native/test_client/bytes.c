#include "bytes.h"

void fill_bytes(uint8_t *bytes, size_t size, uint32_t seed) {
    uint32_t state = seed * 2654435761u + 1;
    for (size_t i = 0; i < size; i++) {
        state = state * 1664525u + 1013904223u;
        bytes[i] = (uint8_t)(state >> 24);
    }
}

size_t count_mismatches(const uint8_t *bytes, size_t size, uint32_t pattern) {
    size_t mismatches = 0;
    for (size_t i = 0; i < size; i++) {
        mismatches += bytes[i] != (uint8_t)(pattern >> (8 * (i % 4)));
    }
    return mismatches;
}

uint32_t crc32_of(uint32_t crc, const uint8_t *bytes, size_t size) {
    crc = ~crc;
    for (size_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
        }
    }
    return ~crc;
}
