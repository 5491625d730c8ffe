#include "backend.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

const struct memory_backend *const winapi_memory_backends[MEMORY_BACKENDS] = {
    &winapi_memfd_backend,
    &winapi_wslg_dax_backend,
    &winapi_file_backend,
};

bool winapi_memory_fail(struct offered_memory *memory, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(memory->reason, sizeof memory->reason, format, arguments);
    va_end(arguments);
    return false;
}

void winapi_memory_free(struct offered_memory *memory) {
    winapi_mapping_free(&memory->mapping);
    if (memory->passed >= 0) {
        (void)close(memory->passed);
        memory->passed = -1;
    }
}
