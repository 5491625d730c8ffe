#include "utf8.h"

#include <stdint.h>
#include <string.h>

static bool continues(unsigned char byte) {
    return (byte & 0xC0) == 0x80;
}

/* The length of the sequence that starts here, 0 where there is none. `left` is at least 1. */
static size_t sequence(const unsigned char *at, size_t left) {
    unsigned char lead = at[0];
    if (lead < 0x80) {
        return 1;
    }
    if (lead < 0xC2 || lead > 0xF4) {
        return 0;
    }
    if (lead < 0xE0) {
        return left >= 2 && continues(at[1]) ? 2 : 0;
    }
    if (lead < 0xF0) {
        unsigned char low = lead == 0xE0 ? 0xA0 : 0x80;
        unsigned char high = lead == 0xED ? 0x9F : 0xBF;
        return left >= 3 && at[1] >= low && at[1] <= high && continues(at[2]) ? 3 : 0;
    }
    unsigned char low = lead == 0xF0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xF4 ? 0x8F : 0xBF;
    return left >= 4 && at[1] >= low && at[1] <= high && continues(at[2]) && continues(at[3]) ? 4 : 0;
}

bool winapi_utf8_valid(const char *text, size_t size) {
    const unsigned char *at = (const unsigned char *)text;
    while (size > 0) {
        /* Text is mostly ASCII: eight bytes at a step while it is. */
        while (size >= 8) {
            uint64_t eight;
            memcpy(&eight, at, 8);
            if ((eight & UINT64_C(0x8080808080808080)) != 0) {
                break;
            }
            at += 8;
            size -= 8;
        }
        if (size == 0) {
            break;
        }
        size_t length = sequence(at, size);
        if (length == 0) {
            return false;
        }
        at += length;
        size -= length;
    }
    return true;
}
