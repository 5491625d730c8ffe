/* One virtio ring: the guest offers chains of buffers, the device gives them back used. */
#ifndef BEDS_VIRTQUEUE_H
#define BEDS_VIRTQUEUE_H

#include <linux/virtio_ring.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "guest_memory.h"

enum { CHAIN_PARTS = 64 };

/* Buffers that belong together, in guest memory. */
struct chain {
    uint16_t head;
    size_t count;
    struct iovec parts[CHAIN_PARTS];
};

struct virtqueue {
    const struct guest_memory *memory;
    unsigned int size;
    uint16_t next_available;
    uint16_t next_used;
    struct vring_desc *descriptors;
    struct vring_avail *available;
    struct vring_used *used;
    int kick; /* the guest rings here; -1: not set up */
    int call; /* rings in the guest; -1: not set up */
    bool enabled;
};

bool virtqueue_has_chain(const struct virtqueue *queue);

/* The next chain that the guest offers; false where there is none, or where it is nonsense. */
bool virtqueue_take(struct virtqueue *queue, struct chain *chain);

/* Leaves the chain that was taken last for later. */
void virtqueue_put_back(struct virtqueue *queue);

/* Gives a chain back with so many bytes written into it, and interrupts the guest unless it said not to. */
void virtqueue_give(struct virtqueue *queue, const struct chain *chain, uint32_t written);

size_t chain_size(const struct chain *chain);

/* Copies out of or into a chain, from an offset on; gives how many bytes there were. */
size_t chain_read(const struct chain *chain, size_t offset, void *target, size_t size);
size_t chain_write(const struct chain *chain, size_t offset, const void *source, size_t size);

#endif
