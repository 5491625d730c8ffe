/* The leader's turn: looks at the rings, spins, sleeps in poll, and hands out what has come. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>

#include "call_state.h"
#include "channel_state.h"

#define LOOK_INTERVAL (WINAPI_SECOND / 1000)

struct led {
    struct connection *connection;
    bool wants_room;    /* in its ring */
    uint32_t room_seen; /* the host's count then */
    struct received received;
};

/* What is led in one turn. */
struct turn {
    struct winapi_channel *channel;
    struct led led[MOST_CONNECTIONS];
    struct pollfd descriptors[MOST_CONNECTIONS + 1];
    size_t count;
    size_t rings; /* how many of them have rings */
};

static void beat(struct winapi_channel *channel, int64_t now) {
    struct connection *connection = channel->connections;
    while (connection != NULL) {
        struct connection *next = connection->next; /* a connection that ends leaves the list, others stay */
        winapi_connection_beat(connection, now);
        connection = next;
    }
}

int64_t winapi_channel_next_beat(const struct winapi_channel *channel) {
    int64_t next = WINAPI_FOREVER;
    for (const struct connection *connection = channel->connections; connection != NULL; connection = connection->next) {
        int64_t due = winapi_connection_next_beat(connection);
        next = due < next ? due : next;
    }
    return next;
}

static void collect(struct winapi_channel *channel, struct turn *turn) {
    turn->channel = channel;
    turn->count = turn->rings = 0;
    for (struct connection *connection = channel->connections; connection != NULL && turn->count < MOST_CONNECTIONS;
         connection = connection->next) {
        bool rings = connection->agreed.rings;
        short events = (short)(POLLIN | (connection->wants_write && !rings ? POLLOUT : 0));
        winapi_connection_hold(connection);
        turn->rings += rings;
        turn->descriptors[turn->count] = (struct pollfd){.fd = connection->agreed.socket, .events = events};
        turn->led[turn->count++] = (struct led){connection, connection->wants_write && rings, connection->out.read, {-1, EAGAIN}};
    }
    turn->descriptors[turn->count] = (struct pollfd){.fd = channel->wake, .events = POLLIN};
}

static bool ring_has_news(const struct led *led) {
    const struct connection *connection = led->connection;
    return connection->agreed.rings && (winapi_ring_has_bytes(&connection->in) ||
                                        (led->wants_room && winapi_ring_has_moved(&connection->out, led->room_seen)));
}

static bool rings_have_news(const struct turn *turn) {
    for (size_t i = 0; i < turn->count; i++) {
        if (ring_has_news(&turn->led[i])) {
            return true;
        }
    }
    return false;
}

static bool look_up(void *context) {
    const struct turn *turn = context;
    return rings_have_news(turn) || __atomic_load_n(&turn->channel->kicked, __ATOMIC_RELAXED);
}

/* From here on the hosts ring. */
static void fall_asleep(struct turn *turn) {
    for (size_t i = 0; i < turn->count; i++) {
        struct connection *connection = turn->led[i].connection;
        if (connection->agreed.rings) {
            winapi_ring_fall_asleep(&connection->in.sleep);
        }
        if (turn->led[i].wants_room) {
            winapi_ring_fall_asleep(&connection->out.sleep);
        }
    }
}

static void wake_up(struct turn *turn) {
    for (size_t i = 0; i < turn->count; i++) {
        if (turn->led[i].connection->agreed.rings) {
            winapi_ring_wake_up(&turn->led[i].connection->in.sleep);
            winapi_ring_wake_up(&turn->led[i].connection->out.sleep);
        }
    }
}

/* How many descriptors are ready. */
static int poll_for(struct turn *turn, int timeout) {
    return poll(turn->descriptors, turn->count + 1, timeout);
}

static int sleep_until(struct turn *turn, int64_t until) {
    struct winapi_channel *channel = turn->channel;
    int timeout = winapi_poll_timeout(until);
    if (timeout == 0) {
        return poll_for(turn, 0);
    }
    fall_asleep(turn);
    __atomic_store_n(&channel->asleep, true, __ATOMIC_SEQ_CST);
    bool news = rings_have_news(turn) || __atomic_load_n(&channel->kicked, __ATOMIC_SEQ_CST);
    int ready = poll_for(turn, news ? 0 : timeout);
    __atomic_store_n(&channel->asleep, false, __ATOMIC_SEQ_CST);
    wake_up(turn);
    return ready;
}

/* How many descriptors are ready: none where the only connection has something in its ring, its socket can wait then. */
static int wait_for_news(struct turn *turn, int64_t until) {
    if (rings_have_news(turn) || (turn->rings > 0 && winapi_spin(&turn->channel->spin, look_up, turn, until))) {
        return turn->count == 1 ? 0 : poll_for(turn, 0);
    }
    return sleep_until(turn, until);
}

/* Without the gate. */
static void wait_and_read(struct turn *turn, int64_t until) {
    eventfd_t ignored;
    wake_up(turn); /* where it was armed: what comes after this is rung for again once it is armed anew */
    int ready = wait_for_news(turn, until);
    for (size_t i = 0; i < turn->count; i++) {
        bool readable = ready > 0 && (turn->descriptors[i].revents & ~POLLOUT) != 0;
        turn->led[i].received = winapi_connection_receive(turn->led[i].connection, readable);
    }
    if (ready > 0 && turn->descriptors[turn->count].revents != 0) {
        (void)eventfd_read(turn->channel->wake, &ignored);
    }
}

static bool has_room(const struct turn *turn, size_t i) {
    return turn->led[i].wants_room ? winapi_ring_has_moved(&turn->led[i].connection->out, turn->led[i].room_seen)
                                   : (turn->descriptors[i].revents & POLLOUT) != 0;
}

static void hand_out(struct turn *turn, int64_t now) {
    for (size_t i = 0; i < turn->count; i++) {
        struct connection *connection = turn->led[i].connection;
        if (connection->wants_write && has_room(turn, i)) {
            connection->wants_write = false;
            winapi_channel_watch(connection->channel, connection, !connection->ended);
            winapi_channel_note(connection->channel, WANTS_ROOM);
        }
        winapi_connection_dispatch(connection, &turn->led[i].received, now);
        winapi_connection_drop(connection);
    }
}

void winapi_channel_lead(struct winapi_channel *channel, int64_t until) {
    struct turn turn;
    int64_t due = winapi_channel_next_beat(channel);
    if (channel->leading) {
        return;
    }
    /* Nothing lets go of the gate between the caller's last look and the wait: what happens then ends the wait. */
    collect(channel, &turn);
    channel->leading = true;
    channel->polling = true;
    __atomic_store_n(&channel->kicked, false, __ATOMIC_SEQ_CST);
    winapi_channel_unlock(channel);
    wait_and_read(&turn, due < until ? due : until);
    winapi_channel_lock(channel);
    int64_t now = winapi_now();
    channel->polling = false;
    hand_out(&turn, now);
    channel->leading = false;
    beat(channel, now);
    winapi_channel_progress(channel);
    winapi_channel_arm(channel);
}

/* True where something has come meanwhile. */
static bool arm(struct connection *connection) {
    winapi_ring_fall_asleep(&connection->in.sleep);
    if (connection->wants_write) {
        winapi_ring_fall_asleep(&connection->out.sleep);
    }
    return winapi_ring_has_bytes(&connection->in) ||
           (connection->wants_write && winapi_ring_has_moved(&connection->out, connection->out.read));
}

void winapi_channel_arm(struct winapi_channel *channel) {
    if (!channel->settings.event_loop || channel->leading) {
        return;
    }
    for (struct connection *connection = channel->connections; connection != NULL; connection = connection->next) {
        if (connection->agreed.rings && arm(connection)) {
            winapi_channel_wake_driver(channel);
        }
    }
}

void winapi_channel_look(struct winapi_channel *channel) {
    struct connection *connection = winapi_channel_usable(channel);
    int64_t now = winapi_now();
    if (channel->leading || connection == NULL || now - connection->looked_at < LOOK_INTERVAL ||
        now - connection->received_at < LOOK_INTERVAL) {
        return;
    }
    connection->looked_at = now;
    winapi_channel_lead(channel, now);
    winapi_channel_pass_lead(channel);
}
