/*
 * The rings in a mapping: one stream of bytes each way, and the words by which a side sleeps and is woken (docs/protocol.md,
 * "Rings"). Every word has one writer. The other process may write anything into any of them: each count is checked before
 * it is used, and bytes are copied out before anybody looks at them.
 */
#ifndef WINAPI_TRANSPORT_RING_H
#define WINAPI_TRANSPORT_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "memory/mapping.h"

enum ring_side { RING_CLIENT, RING_HOST };

/* This side's word: odd while it sleeps. */
struct ring_sleep {
    uint32_t *word;
    uint32_t value;
};

/* The other side's, and for which of its sleeps a doorbell was rung last. */
struct ring_bell {
    const uint32_t *word;
    uint32_t rung;
};

struct ring_producer {
    uint8_t *bytes;
    uint32_t *written_word;
    const uint32_t *read_word;
    uint32_t written;
    uint32_t read; /* as it was last seen */
    struct ring_sleep sleep; /* for room */
    struct ring_bell bell;   /* the consumer's */
};

struct ring_consumer {
    const uint8_t *bytes;
    uint32_t *read_word;
    const uint32_t *written_word;
    uint32_t read;
    struct ring_sleep sleep;
    struct ring_bell bell; /* the producer's */
};

/* The ring that this side writes, and the one that it reads, of a mapping whose header is fresh. */
void winapi_ring_producer_init(struct ring_producer *producer, uint8_t *mapping, enum ring_side side);
void winapi_ring_consumer_init(struct ring_consumer *consumer, uint8_t *mapping, enum ring_side side);

/* Writes what there is room for. False: the consumer's count is out of bounds. */
bool winapi_ring_write(struct ring_producer *producer, const uint8_t *data, size_t size, size_t *written);

/* Reads what is there. False: the producer's count is out of bounds. */
bool winapi_ring_read(struct ring_consumer *consumer, uint8_t *target, size_t size, size_t *read);

/* A look at one word, to wait by; nonsense counts as something to read. */
bool winapi_ring_has_bytes(const struct ring_consumer *consumer);

/* The same for room: whether the consumer has read on since this was its count. Safe while another thread writes. */
bool winapi_ring_has_moved(const struct ring_producer *producer, uint32_t read);

/* Before the last look, and the sleep. Harmless while it sleeps already. */
void winapi_ring_fall_asleep(struct ring_sleep *sleep);
void winapi_ring_wake_up(struct ring_sleep *sleep);

/* After bytes or room were published: whether the other side sleeps and no doorbell was rung for that. Counts as rung. */
bool winapi_ring_bell_due(struct ring_bell *bell);

#endif
