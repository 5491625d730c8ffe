#include "virtqueue.h"

#include <string.h>
#include <unistd.h>

bool virtqueue_has_chain(const struct virtqueue *queue) {
    return queue->enabled && queue->available != NULL && queue->size > 0 &&
           __atomic_load_n(&queue->available->idx, __ATOMIC_ACQUIRE) != queue->next_available;
}

static bool add_part(const struct virtqueue *queue, struct chain *chain, const struct vring_desc *descriptor) {
    void *start = guest_memory_at(queue->memory, descriptor->addr, descriptor->len);
    if (start == NULL || chain->count == CHAIN_PARTS) {
        return false;
    }
    chain->parts[chain->count++] = (struct iovec){.iov_base = start, .iov_len = descriptor->len};
    return true;
}

bool virtqueue_take(struct virtqueue *queue, struct chain *chain) {
    if (!virtqueue_has_chain(queue)) {
        return false;
    }
    uint16_t index = queue->available->ring[queue->next_available % queue->size];
    chain->head = index;
    chain->count = 0;
    for (;;) {
        if (index >= queue->size || !add_part(queue, chain, &queue->descriptors[index])) {
            return false;
        }
        if (!(queue->descriptors[index].flags & VRING_DESC_F_NEXT)) {
            break;
        }
        index = queue->descriptors[index].next;
    }
    queue->next_available++;
    return true;
}

void virtqueue_put_back(struct virtqueue *queue) {
    queue->next_available--;
}

static void interrupt(const struct virtqueue *queue) {
    /* The guest must see the used entry before we look whether it wants to be told. */
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    uint64_t once = 1;
    if (queue->call >= 0 && !(queue->available->flags & VRING_AVAIL_F_NO_INTERRUPT)) {
        /* Fails only where the counter is full, and then the guest has been told already. */
        ssize_t ignored = write(queue->call, &once, sizeof once);
        (void)ignored;
    }
}

void virtqueue_give(struct virtqueue *queue, const struct chain *chain, uint32_t written) {
    struct vring_used_elem *element = &queue->used->ring[queue->next_used % queue->size];
    element->id = chain->head;
    element->len = written;
    queue->next_used++;
    __atomic_store_n(&queue->used->idx, queue->next_used, __ATOMIC_RELEASE);
    interrupt(queue);
}

size_t chain_size(const struct chain *chain) {
    size_t size = 0;
    for (size_t i = 0; i < chain->count; i++) {
        size += chain->parts[i].iov_len;
    }
    return size;
}

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

size_t chain_read(const struct chain *chain, size_t offset, void *target, size_t size) {
    size_t done = 0;
    for (size_t i = 0; i < chain->count && done < size; i++) {
        const struct iovec *part = &chain->parts[i];
        if (offset >= part->iov_len) {
            offset -= part->iov_len;
            continue;
        }
        size_t count = smaller(part->iov_len - offset, size - done);
        memcpy((uint8_t *)target + done, (const uint8_t *)part->iov_base + offset, count);
        done += count;
        offset = 0;
    }
    return done;
}

size_t chain_write(const struct chain *chain, size_t offset, const void *source, size_t size) {
    size_t done = 0;
    for (size_t i = 0; i < chain->count && done < size; i++) {
        const struct iovec *part = &chain->parts[i];
        if (offset >= part->iov_len) {
            offset -= part->iov_len;
            continue;
        }
        size_t count = smaller(part->iov_len - offset, size - done);
        memcpy((uint8_t *)part->iov_base + offset, (const uint8_t *)source + done, count);
        done += count;
        offset = 0;
    }
    return done;
}
