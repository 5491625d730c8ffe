/* Buffers in the memory that client and host share: passed by reference, never copied where memory is shared. */
#ifndef WINAPI_BUFFER_H
#define WINAPI_BUFFER_H

#include "winapi/buffer.winapi.h"
#include "winapi/channel.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Bytes in the mapping of one connection. They stay valid until winapi_buffer_release, whatever becomes of the
 * connection; a reference to a buffer of a connection that has ended is refused with INVALID_ARGUMENT. Functions are
 * safe for use by many threads; the bytes are the program's to guard.
 */
typedef struct winapi_shared_buffer winapi_shared_buffer;

typedef struct winapi_buffer_options {
    int64_t timeout_ns; /* how long to wait while the region is full: 0 without limit, negative not at all */
} winapi_buffer_options;

/*
 * Rents so many bytes of the client's region, to fill in place and pass by reference; connects if need be. options may
 * be NULL. The bytes are not cleared. RESOURCE_EXHAUSTED: more than the region has; DEADLINE_EXCEEDED: it stayed full;
 * UNAVAILABLE: no host.
 */
winapi_status winapi_buffer_rent(winapi_channel *channel, size_t size, const winapi_buffer_options *options,
                                 winapi_shared_buffer **buffer, winapi_error *error);

/*
 * Opens a buffer that the host lent in a reply. Release it to give it back: until then it takes up room in the host's
 * region, opened or not. INVALID_ARGUMENT: not lent on this connection, given back already, or out of its bounds.
 */
winapi_status winapi_buffer_open(winapi_channel *channel, const winapi_BufferRef *reference,
                                 winapi_shared_buffer **buffer, winapi_error *error);

/* The first byte. Rented bytes start on a page. */
void *winapi_buffer_data(const winapi_shared_buffer *buffer);

size_t winapi_buffer_size(const winapi_shared_buffer *buffer);

/* Whether host and client see these very bytes; false: the transport copies them with each call. */
bool winapi_buffer_is_shared(const winapi_shared_buffer *buffer);

/* Whether references to it can still be sent: its connection is the one that calls use now. */
bool winapi_buffer_is_current(const winapi_shared_buffer *buffer);

/* Size bytes at the offset in the buffer; NULL where they are not all inside. */
void *winapi_buffer_at(const winapi_shared_buffer *buffer, size_t offset, size_t size);

/* Fills a field of a message, to pass the whole buffer. */
void winapi_buffer_ref(const winapi_shared_buffer *buffer, winapi_BufferRef *reference);

/* The same for a part of it; false where that is not all inside. */
bool winapi_buffer_slice(const winapi_shared_buffer *buffer, size_t offset, size_t size, winapi_BufferRef *reference);

/*
 * Lets go of it; NULL is harmless. A rented one returns to the region when the calls it was lent to have ended, too.
 */
void winapi_buffer_release(winapi_shared_buffer *buffer);

#ifdef __cplusplus
}
#endif

#endif
