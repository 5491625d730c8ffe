/* The bytes of an input, one choice after the other; zeros when there are no more. */
#ifndef FUZZ_DISPATCH_INPUT_H
#define FUZZ_DISPATCH_INPUT_H

#include <stddef.h>
#include <stdint.h>

struct input {
    const uint8_t *data;
    size_t size;
};

static inline uint8_t take_byte(struct input *input) {
    if (input->size == 0) {
        return 0;
    }
    input->size--;
    return *input->data++;
}

static inline uint32_t take_number(struct input *input) {
    uint32_t number = 0;
    for (int i = 0; i < 4; i++) {
        number = number << 8 | take_byte(input);
    }
    return number;
}

static inline size_t take_bytes(struct input *input, const uint8_t **bytes, size_t most) {
    size_t size = most < input->size ? most : input->size;
    *bytes = input->data;
    input->data += size;
    input->size -= size;
    return size;
}

#endif
