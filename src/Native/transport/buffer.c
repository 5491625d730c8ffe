#include "winapi/buffer.h"

#include <stdlib.h>

#include "channel_state.h"
#include "failure.h"

struct winapi_shared_buffer {
    struct winapi_channel *channel;
    struct connection *connection; /* kept, so that the memory stays mapped */
    uint64_t lease;
    uint64_t offset;
    uint64_t size;
    bool rented; /* else lent by the host */
};

/* Under the gate; NULL when out of memory. */
static struct winapi_shared_buffer *make_buffer(struct connection *connection, uint64_t lease, uint64_t offset,
                                                uint64_t size, bool rented) {
    struct winapi_shared_buffer *buffer = malloc(sizeof *buffer);
    if (buffer != NULL) {
        *buffer = (struct winapi_shared_buffer){connection->channel, connection, lease, offset, size, rented};
        winapi_connection_hold(connection);
        connection->channel->references++;
    }
    return buffer;
}

/* Takes a block of this connection, waiting while its region is full; OK without one: the connection has ended. */
static winapi_status take_block(struct connection *connection, uint64_t size, int64_t until, uint64_t *offset, bool *taken) {
    struct winapi_channel *channel = connection->channel;
    struct region_ticket ticket = {0};
    pthread_cond_t turn;
    winapi_status status = WINAPI_OK;
    *taken = winapi_region_take(&connection->region, size, &ticket, offset);
    if (*taken || !winapi_condition_init(&turn)) {
        (void)winapi_region_leave(&connection->region, &ticket);
        return *taken ? WINAPI_OK : WINAPI_RESOURCE_EXHAUSTED;
    }
    while (!connection->refuses && status == WINAPI_OK && !*taken) {
        channel->wants |= WANTS_REGION;
        winapi_channel_wait(channel, &turn, until);
        *taken = !connection->refuses && winapi_region_take(&connection->region, size, &ticket, offset);
        if (!*taken && winapi_now() >= until) {
            status = WINAPI_DEADLINE_EXCEEDED;
        }
    }
    if (winapi_region_leave(&connection->region, &ticket)) {
        winapi_channel_note(channel, WANTS_REGION);
    }
    winapi_channel_pass_lead(channel);
    (void)pthread_cond_destroy(&turn);
    return status;
}

static winapi_status rent_from(struct connection *connection, uint64_t size, int64_t until,
                               winapi_shared_buffer **buffer, winapi_error *error) {
    uint64_t offset;
    bool taken;
    winapi_status status = take_block(connection, size, until, &offset, &taken);
    if (status == WINAPI_DEADLINE_EXCEEDED) {
        return winapi_fail(error, status, "the region of %llu bytes stayed full: release buffers, or set shared_memory_bytes",
                           (unsigned long long)connection->region.length);
    }
    if (status != WINAPI_OK || !taken) {
        return status;
    }
    struct lease *lease = winapi_lease_add(connection, offset, size, true, 0);
    *buffer = lease == NULL ? NULL : make_buffer(connection, lease->node.id, offset, size, true);
    if (*buffer != NULL) {
        return winapi_succeed(error);
    }
    if (lease == NULL) {
        winapi_region_give(&connection->region, offset, size);
    } else {
        winapi_lease_end_rent(connection, lease);
    }
    return winapi_fail(error, WINAPI_RESOURCE_EXHAUSTED, "out of memory for a buffer");
}

static winapi_status rent(winapi_channel *channel, uint64_t size, int64_t until, winapi_shared_buffer **buffer,
                          winapi_error *error) {
    winapi_status status = WINAPI_OK;
    if (size > channel->settings.layout.request_bytes) {
        return winapi_fail(error, WINAPI_RESOURCE_EXHAUSTED,
                           "a buffer of %llu bytes does not fit the region of %llu bytes (half of shared_memory_bytes)",
                           (unsigned long long)size, (unsigned long long)channel->settings.layout.request_bytes);
    }
    while (*buffer == NULL && status == WINAPI_OK) {
        status = winapi_channel_ensure_connected(channel, false, WINAPI_FOREVER, error);
        struct connection *connection = winapi_channel_usable(channel);
        if (status == WINAPI_OK && connection != NULL) {
            winapi_connection_hold(connection);
            status = rent_from(connection, size, until, buffer, error);
            winapi_connection_drop(connection);
        }
    }
    return status;
}

winapi_status winapi_buffer_rent(winapi_channel *channel, size_t size, const winapi_buffer_options *options,
                                 winapi_shared_buffer **buffer, winapi_error *error) {
    int64_t timeout = options == NULL ? 0 : options->timeout_ns;
    int64_t until = timeout == 0 ? WINAPI_FOREVER : timeout < 0 ? winapi_now() : winapi_after(timeout);
    *buffer = NULL;
    winapi_channel_lock(channel);
    winapi_channel_start_thread(channel);
    winapi_channel_look(channel);
    winapi_status status = rent(channel, size, until, buffer, error);
    winapi_channel_progress(channel);
    winapi_channel_leave(channel);
    return status;
}

static winapi_status open_borrow(struct winapi_channel *channel, const winapi_BufferRef *reference,
                                 winapi_shared_buffer **buffer, winapi_error *error) {
    for (struct connection *connection = channel->connections; connection != NULL; connection = connection->next) {
        struct borrow *borrow = winapi_borrow_find(connection, reference->lease);
        if (borrow == NULL) {
            continue;
        }
        struct descriptor lent = {reference->lease, borrow->offset, borrow->length};
        if (!winapi_descriptor_covers(&lent, reference->offset, reference->length)) {
            break;
        }
        *buffer = make_buffer(connection, reference->lease, reference->offset, reference->length, false);
        borrow->opened += *buffer != NULL;
        return *buffer != NULL ? winapi_succeed(error)
                               : winapi_fail(error, WINAPI_RESOURCE_EXHAUSTED, "out of memory for a buffer");
    }
    return winapi_fail(error, WINAPI_INVALID_ARGUMENT,
                       "the buffer with lease %llu (%llu bytes at %llu) is not lent to this client: it was given back, the "
                       "connection has ended, or the reference was made by hand",
                       (unsigned long long)reference->lease, (unsigned long long)reference->length,
                       (unsigned long long)reference->offset);
}

winapi_status winapi_buffer_open(winapi_channel *channel, const winapi_BufferRef *reference,
                                 winapi_shared_buffer **buffer, winapi_error *error) {
    *buffer = NULL;
    winapi_channel_lock(channel);
    winapi_channel_start_thread(channel);
    winapi_status status = open_borrow(channel, reference, buffer, error);
    winapi_channel_leave(channel);
    return status;
}

void *winapi_buffer_data(const winapi_shared_buffer *buffer) {
    return buffer->connection->memory + buffer->offset;
}

size_t winapi_buffer_size(const winapi_shared_buffer *buffer) {
    return (size_t)buffer->size;
}

bool winapi_buffer_is_shared(const winapi_shared_buffer *buffer) {
    return buffer->connection->shared;
}

bool winapi_buffer_is_current(const winapi_shared_buffer *buffer) {
    winapi_channel_lock(buffer->channel);
    bool current = buffer->rented && winapi_channel_usable(buffer->channel) == buffer->connection;
    winapi_channel_leave(buffer->channel);
    return current;
}

void *winapi_buffer_at(const winapi_shared_buffer *buffer, size_t offset, size_t size) {
    return offset <= buffer->size && size <= buffer->size - offset
               ? buffer->connection->memory + buffer->offset + offset : NULL;
}

void winapi_buffer_ref(const winapi_shared_buffer *buffer, winapi_BufferRef *reference) {
    *reference = (winapi_BufferRef){.lease = buffer->lease, .offset = buffer->offset, .length = buffer->size};
}

bool winapi_buffer_slice(const winapi_shared_buffer *buffer, size_t offset, size_t size, winapi_BufferRef *reference) {
    if (winapi_buffer_at(buffer, offset, size) == NULL) {
        return false;
    }
    *reference = (winapi_BufferRef){.lease = buffer->lease, .offset = buffer->offset + offset, .length = size};
    return true;
}

void winapi_buffer_release(winapi_shared_buffer *buffer) {
    if (buffer == NULL) {
        return;
    }
    struct winapi_channel *channel = buffer->channel;
    struct connection *connection = buffer->connection;
    winapi_channel_lock(channel);
    if (!buffer->rented) {
        winapi_borrow_close(connection, buffer->lease);
    } else {
        struct lease *lease = winapi_lease_find(connection, buffer->lease);
        if (lease != NULL) {
            winapi_lease_end_rent(connection, lease);
        }
    }
    winapi_connection_drop(connection);
    free(buffer);
    channel->references--;
    winapi_channel_progress(channel);
    winapi_channel_leave(channel);
}
