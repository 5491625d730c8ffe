/* Numbers and layouts: QEMU's docs/interop/vhost-user.rst. */
#define _GNU_SOURCE
#include "vhost_user.h"

#include <errno.h>
#include <linux/virtio_config.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum request {
    GET_FEATURES = 1,
    SET_MEM_TABLE = 5,
    SET_VRING_NUM = 8,
    SET_VRING_ADDR = 9,
    SET_VRING_BASE = 10,
    GET_VRING_BASE = 11,
    SET_VRING_KICK = 12,
    SET_VRING_CALL = 13,
    GET_PROTOCOL_FEATURES = 15,
    GET_QUEUE_NUM = 17,
    SET_VRING_ENABLE = 18,
    GET_CONFIG = 24,
};

#define VERSION 1u
#define IS_REPLY 4u
#define WANTS_REPLY 8u
#define PROTOCOL_FEATURES (1ull << 30)
#define PROTOCOL_REPLY_ACK (1ull << 3)
#define PROTOCOL_CONFIG (1ull << 9)
#define QUEUE_INDEX 0xFFu

enum { CONFIG_BYTES = 256, DESCRIPTORS = 8 };

struct header {
    uint32_t request;
    uint32_t flags;
    uint32_t size;
};

struct ring_state {
    uint32_t queue;
    uint32_t number;
};

struct ring_addresses {
    uint32_t queue;
    uint32_t flags;
    uint64_t descriptors;
    uint64_t used;
    uint64_t available;
    uint64_t log;
};

struct memory_table {
    uint32_t count;
    uint32_t padding;
    struct guest_region regions[GUEST_REGIONS]; /* laid out as on the wire */
};

struct config {
    uint32_t offset;
    uint32_t size;
    uint32_t flags;
    uint8_t bytes[CONFIG_BYTES];
};

struct message {
    struct header header;
    union {
        uint64_t number;
        struct ring_state ring_state;
        struct ring_addresses ring_addresses;
        struct memory_table memory_table;
        struct config config;
    } body;
    int descriptors[DESCRIPTORS];
    size_t descriptor_count;
    bool has_answer;
};

static void take_descriptors(struct msghdr *received, struct message *message) {
    for (struct cmsghdr *control = CMSG_FIRSTHDR(received); control != NULL; control = CMSG_NXTHDR(received, control)) {
        if (control->cmsg_level == SOL_SOCKET && control->cmsg_type == SCM_RIGHTS) {
            size_t bytes = control->cmsg_len - CMSG_LEN(0);
            memcpy(message->descriptors, CMSG_DATA(control), bytes);
            message->descriptor_count = bytes / sizeof(int);
        }
    }
}

static bool receive(int socket, struct message *message) {
    union {
        struct cmsghdr alignment;
        char bytes[CMSG_SPACE(sizeof message->descriptors)];
    } control;
    struct iovec part = {.iov_base = &message->header, .iov_len = sizeof message->header};
    struct msghdr received = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = control.bytes,
        .msg_controllen = sizeof control.bytes,
    };
    memset(message, 0, sizeof *message);
    if (recvmsg(socket, &received, MSG_CMSG_CLOEXEC | MSG_WAITALL) != (ssize_t)sizeof message->header) {
        return false;
    }
    take_descriptors(&received, message);
    size_t size = message->header.size;
    return size <= sizeof message->body &&
           (size == 0 || recv(socket, &message->body, size, MSG_WAITALL) == (ssize_t)size);
}

static void answer(struct message *message, uint64_t number) {
    message->body.number = number;
    message->header.size = sizeof number;
    message->has_answer = true;
}

/* Keeps a descriptor that came with the message; the others are closed with it. */
static int keep_descriptor(struct message *message) {
    int descriptor = message->descriptor_count > 0 ? message->descriptors[0] : -1;
    if (message->descriptor_count > 0) {
        message->descriptors[0] = -1;
    }
    return descriptor;
}

static void close_descriptor(int descriptor) {
    if (descriptor >= 0) {
        (void)close(descriptor);
    }
}

static bool set_memory(struct message *message, struct guest_memory *memory) {
    const struct memory_table *table = &message->body.memory_table;
    guest_memory_unmap(memory);
    if (table->count > message->descriptor_count) {
        return false;
    }
    for (size_t i = 0; i < table->count; i++) {
        if (!guest_memory_map(memory, &table->regions[i], message->descriptors[i])) {
            fprintf(stderr, "the guest's memory cannot be mapped: %s\n", strerror(errno));
            return false;
        }
    }
    return true;
}

static bool set_addresses(const struct ring_addresses *addresses, struct virtqueue *queue,
                          const struct guest_memory *memory) {
    queue->memory = memory;
    queue->descriptors = guest_memory_at_qemu_address(memory, addresses->descriptors);
    queue->available = guest_memory_at_qemu_address(memory, addresses->available);
    queue->used = guest_memory_at_qemu_address(memory, addresses->used);
    if (queue->descriptors == NULL || queue->available == NULL || queue->used == NULL) {
        return false;
    }
    queue->next_used = queue->used->idx;
    return true;
}

static void set_notifier(struct message *message, int *notifier) {
    close_descriptor(*notifier);
    *notifier = keep_descriptor(message);
}

static void get_config(struct message *message, uint64_t guest_cid) {
    struct config *config = &message->body.config;
    memset(config->bytes, 0, sizeof config->bytes);
    memcpy(config->bytes, &guest_cid, sizeof guest_cid);
    message->has_answer = true;
}

/* What concerns one ring. */
static bool act_on_queue(struct message *message, struct vsock *vsock, const struct guest_memory *memory) {
    uint32_t index = message->body.ring_state.queue & QUEUE_INDEX;
    uint32_t number = message->body.ring_state.number;
    if (index >= VSOCK_QUEUES) {
        return false;
    }
    struct virtqueue *queue = &vsock->queues[index];
    switch (message->header.request) {
    case SET_VRING_NUM:
        queue->size = number;
        return true;
    case SET_VRING_ADDR:
        return set_addresses(&message->body.ring_addresses, queue, memory);
    case SET_VRING_BASE:
        queue->next_available = (uint16_t)number;
        return true;
    case GET_VRING_BASE:
        queue->enabled = false;
        message->body.ring_state.number = queue->next_available;
        message->has_answer = true;
        return true;
    case SET_VRING_KICK:
        set_notifier(message, &queue->kick);
        return true;
    case SET_VRING_CALL:
        set_notifier(message, &queue->call);
        return true;
    default:
        queue->enabled = number != 0;
        return true;
    }
}

static bool act(struct message *message, struct vsock *vsock, struct guest_memory *memory) {
    switch (message->header.request) {
    case GET_FEATURES:
        answer(message, 1ull << VIRTIO_F_VERSION_1 | PROTOCOL_FEATURES);
        return true;
    case GET_PROTOCOL_FEATURES:
        answer(message, PROTOCOL_REPLY_ACK | PROTOCOL_CONFIG);
        return true;
    case GET_QUEUE_NUM:
        answer(message, VSOCK_QUEUES);
        return true;
    case GET_CONFIG:
        get_config(message, vsock->guest_cid);
        return true;
    case SET_MEM_TABLE:
        return set_memory(message, memory);
    case SET_VRING_NUM:
    case SET_VRING_ADDR:
    case SET_VRING_BASE:
    case GET_VRING_BASE:
    case SET_VRING_KICK:
    case SET_VRING_CALL:
    case SET_VRING_ENABLE:
        return act_on_queue(message, vsock, memory);
    default: /* asks nothing of a device as small as this */
        return true;
    }
}

static bool reply(int socket, struct message *message, bool done) {
    if (!message->has_answer && !(message->header.flags & WANTS_REPLY)) {
        return done;
    }
    if (!message->has_answer) {
        answer(message, done ? 0 : 1);
    }
    message->header.flags = VERSION | IS_REPLY;
    struct iovec parts[] = {
        {.iov_base = &message->header, .iov_len = sizeof message->header},
        {.iov_base = &message->body, .iov_len = message->header.size},
    };
    struct msghdr sent = {.msg_iov = parts, .msg_iovlen = 2};
    return sendmsg(socket, &sent, MSG_NOSIGNAL) == (ssize_t)(sizeof message->header + message->header.size) && done;
}

bool vhost_user_serve(int socket, struct vsock *vsock, struct guest_memory *memory) {
    struct message message;
    if (!receive(socket, &message)) {
        return false;
    }
    bool served = reply(socket, &message, act(&message, vsock, memory));
    for (size_t i = 0; i < message.descriptor_count; i++) {
        close_descriptor(message.descriptors[i]);
    }
    return served;
}
