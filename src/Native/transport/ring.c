#define _GNU_SOURCE
#include "ring.h"

#include <endian.h>
#include <string.h>

/* Offsets in the mapping. A word is far enough from the next that two processors do not share a line of their caches. */
enum {
    CLIENT_WRITTEN = 1024,
    CLIENT_RING_READ = 1152,
    HOST_WRITTEN = 1280,
    HOST_RING_READ = 1408,
    CLIENT_CONSUMER_SLEEP = 1536,
    HOST_CONSUMER_SLEEP = 1664,
    CLIENT_PRODUCER_SLEEP = 1792,
    HOST_PRODUCER_SLEEP = 1920
};

/*
 * A copy of 4 KiB and more may become one string move, which is twenty times slower on some processors where the two
 * addresses are less than 32 bytes apart modulo 4,096. Shorter ones are not made that way.
 */
enum { COPY_AT_ONCE = 2048 };

static uint32_t *word_at(uint8_t *mapping, size_t offset) {
    return (uint32_t *)(void *)(mapping + offset);
}

static uint32_t load(const uint32_t *word) {
    return le32toh(__atomic_load_n(word, __ATOMIC_ACQUIRE));
}

static void store(uint32_t *word, uint32_t value) {
    __atomic_store_n(word, htole32(value), __ATOMIC_RELEASE);
}

void winapi_ring_producer_init(struct ring_producer *producer, uint8_t *mapping, enum ring_side side) {
    bool client = side == RING_CLIENT;
    *producer = (struct ring_producer){
        .bytes = mapping + (client ? CLIENT_RING_START : HOST_RING_START),
        .written_word = word_at(mapping, client ? CLIENT_WRITTEN : HOST_WRITTEN),
        .read_word = word_at(mapping, client ? CLIENT_RING_READ : HOST_RING_READ),
        .sleep = {.word = word_at(mapping, client ? CLIENT_PRODUCER_SLEEP : HOST_PRODUCER_SLEEP)},
        .bell = {.word = word_at(mapping, client ? HOST_CONSUMER_SLEEP : CLIENT_CONSUMER_SLEEP)},
    };
}

void winapi_ring_consumer_init(struct ring_consumer *consumer, uint8_t *mapping, enum ring_side side) {
    bool client = side == RING_CLIENT;
    *consumer = (struct ring_consumer){
        .bytes = mapping + (client ? HOST_RING_START : CLIENT_RING_START),
        .read_word = word_at(mapping, client ? HOST_RING_READ : CLIENT_RING_READ),
        .written_word = word_at(mapping, client ? HOST_WRITTEN : CLIENT_WRITTEN),
        .sleep = {.word = word_at(mapping, client ? CLIENT_CONSUMER_SLEEP : HOST_CONSUMER_SLEEP)},
        .bell = {.word = word_at(mapping, client ? HOST_PRODUCER_SLEEP : CLIENT_PRODUCER_SLEEP)},
    };
}

static void copy(uint8_t *target, const uint8_t *source, size_t size) {
    for (; size > COPY_AT_ONCE; size -= COPY_AT_ONCE) {
        memcpy(target, source, COPY_AT_ONCE);
        target += COPY_AT_ONCE;
        source += COPY_AT_ONCE;
    }
    memcpy(target, source, size);
}

/* How much of it lies before the end of the ring; the rest is at its start. */
static size_t before_end(uint32_t place, size_t size) {
    size_t left = RING_BYTES - place;
    return size < left ? size : left;
}

static size_t room_of(const struct ring_producer *producer) {
    return RING_BYTES - (uint32_t)(producer->written - producer->read);
}

bool winapi_ring_write(struct ring_producer *producer, const uint8_t *data, size_t size, size_t *written) {
    *written = 0;
    if (room_of(producer) < size) { /* else its word need not be fetched from the other processor */
        uint32_t read = load(producer->read_word);
        if ((uint32_t)(producer->written - read) > RING_BYTES) {
            return false;
        }
        producer->read = read;
    }
    size_t room = room_of(producer), place = producer->written % RING_BYTES;
    size = size < room ? size : room;
    if (size == 0) {
        return true;
    }
    size_t first = before_end((uint32_t)place, size);
    copy(producer->bytes + place, data, first);
    copy(producer->bytes, data + first, size - first);
    producer->written += (uint32_t)size;
    store(producer->written_word, producer->written);
    *written = size;
    return true;
}

bool winapi_ring_read(struct ring_consumer *consumer, uint8_t *target, size_t size, size_t *read) {
    uint32_t available = load(consumer->written_word) - consumer->read;
    *read = 0;
    if (available > RING_BYTES) {
        return false;
    }
    size = size < available ? size : available;
    if (size == 0) {
        return true;
    }
    size_t place = consumer->read % RING_BYTES;
    size_t first = before_end((uint32_t)place, size);
    copy(target, consumer->bytes + place, first);
    copy(target + first, consumer->bytes, size - first);
    consumer->read += (uint32_t)size;
    store(consumer->read_word, consumer->read);
    *read = size;
    return true;
}

bool winapi_ring_has_bytes(const struct ring_consumer *consumer) {
    return load(consumer->written_word) != consumer->read;
}

bool winapi_ring_has_moved(const struct ring_producer *producer, uint32_t read) {
    return load(producer->read_word) != read;
}

void winapi_ring_fall_asleep(struct ring_sleep *sleep) {
    if (sleep->value % 2 == 0) {
        store(sleep->word, ++sleep->value);
    }
    __sync_synchronize(); /* the word before the last look, as the other side publishes before it looks at the word */
}

void winapi_ring_wake_up(struct ring_sleep *sleep) {
    if (sleep->value % 2 != 0) {
        store(sleep->word, ++sleep->value);
    }
}

bool winapi_ring_bell_due(struct ring_bell *bell) {
    __sync_synchronize(); /* what was published before the look, as the other side writes its word before its last look */
    uint32_t sleep = load(bell->word);
    if (sleep % 2 == 0 || sleep == bell->rung) {
        return false;
    }
    bell->rung = sleep;
    return true;
}
