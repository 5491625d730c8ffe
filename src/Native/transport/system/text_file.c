#define _GNU_SOURCE
#include "text_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "../bytes.h"

enum { STEP = 4096 };

/* Files in /proc have no size to ask for: read until the end. */
static bool read_all(int descriptor, size_t limit, struct bytes *text) {
    for (;;) {
        if (text->size > limit) {
            errno = EFBIG;
            return false;
        }
        if (!winapi_bytes_reserve(text, STEP + 1)) {
            errno = ENOMEM;
            return false;
        }
        ssize_t count = read(descriptor, text->data + text->size, STEP);
        if (count == 0) {
            text->data[text->size] = '\0';
            return true;
        }
        if (count < 0 && errno != EINTR) {
            return false;
        }
        text->size += count > 0 ? (size_t)count : 0;
    }
}

char *winapi_text_file_read(const char *path, size_t limit) {
    struct bytes text = {0};
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO must not hold the connection up */
    if (descriptor < 0) {
        return NULL;
    }
    bool good = read_all(descriptor, limit, &text);
    int failure = errno;
    (void)close(descriptor);
    if (!good) {
        winapi_bytes_free(&text);
        errno = failure;
        return NULL;
    }
    return (char *)text.data;
}
