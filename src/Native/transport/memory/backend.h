/* The ways in which two processes come to the same memory, from the client's side. */
#ifndef WINAPI_TRANSPORT_BACKEND_H
#define WINAPI_TRANSPORT_BACKEND_H

#include "mapping.h"
#include "winapi/channel.h"
#include "winapi/transport.winapi.h"

enum { REASON_BYTES = 200, LEAF_DIGITS = 32 };

/* Memory that is being offered to the host. */
struct offered_memory {
    const struct layout *layout;
    struct mapping mapping;
    int passed;                 /* a descriptor for the host, or -1 */
    char name[LEAF_DIGITS + 1]; /* for the host to find it by, or empty */
    char reason[REASON_BYTES];  /* where a step has failed: why, for a person */
};

struct memory_backend {
    const char *name; /* as people read it: "memfd" */
    winapi_shared_memory option;
    winapi_transport_MemoryKind kind;
    bool passes_descriptor; /* so it takes a Unix socket */

    /* Before the offer: whatever can be done without the host. False: reason is set. */
    bool (*prepare)(struct offered_memory *memory);

    /* The host has taken it: the mapping is ready to be used. False: reason is set. */
    bool (*take)(struct offered_memory *memory, uint64_t offset);
};

/* In the order in which they are offered. */
enum { MEMORY_BACKENDS = 3 };
extern const struct memory_backend *const winapi_memory_backends[MEMORY_BACKENDS];
extern const struct memory_backend winapi_memfd_backend;
extern const struct memory_backend winapi_wslg_dax_backend;
extern const struct memory_backend winapi_file_backend;

/* Sets the reason; false, for a step to return. */
__attribute__((format(printf, 2, 3))) bool winapi_memory_fail(struct offered_memory *memory, const char *format, ...);

/* Lets go of all of it. */
void winapi_memory_free(struct offered_memory *memory);

#endif
