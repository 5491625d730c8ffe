/* Who reads, who waits, and how those who wait are woken. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "call_state.h"
#include "channel_state.h"

enum { MAX_POLLED = 16 }; /* the connection in use, and those that end their last calls */

#define LOOK_INTERVAL (WINAPI_SECOND / 1000)

struct polled {
    struct connection *connections[MAX_POLLED];
    struct pollfd descriptors[MAX_POLLED + 1];
    long received[MAX_POLLED];
    int failures[MAX_POLLED];
    size_t count;
};

static void signal_fd(int descriptor) {
    (void)eventfd_write(descriptor, 1); /* full means that it is signalled already */
}

void winapi_channel_kick(struct winapi_channel *channel) {
    if (channel->polling) {
        signal_fd(channel->wake);
    }
}

void winapi_channel_wake_driver(struct winapi_channel *channel) {
    if (channel->settings.event_loop) {
        signal_fd(channel->ready);
    } else {
        (void)pthread_cond_signal(&channel->thread_wake);
        winapi_channel_kick(channel);
    }
}

void winapi_channel_note(struct winapi_channel *channel, unsigned wants) {
    channel->changes++;
    if ((channel->wants & wants) == 0) {
        return;
    }
    channel->wants &= ~wants;
    for (struct waiter *waiter = channel->waiters; waiter != NULL; waiter = waiter->next) {
        (void)pthread_cond_broadcast(waiter->condition);
    }
    winapi_channel_kick(channel);
    winapi_channel_wake_driver(channel);
}

static void join_line(struct winapi_channel *channel, struct waiter *waiter) {
    waiter->next = channel->waiters;
    if (channel->waiters != NULL) {
        channel->waiters->previous = waiter;
    }
    channel->waiters = waiter;
}

static void leave_line(struct winapi_channel *channel, struct waiter *waiter) {
    if (waiter->previous != NULL) {
        waiter->previous->next = waiter->next;
    } else {
        channel->waiters = waiter->next;
    }
    if (waiter->next != NULL) {
        waiter->next->previous = waiter->previous;
    }
}

void winapi_channel_wait(struct winapi_channel *channel, pthread_cond_t *condition, int64_t until) {
    if (!channel->leading) {
        winapi_channel_lead(channel, until);
        return;
    }
    struct waiter waiter = {.condition = condition};
    join_line(channel, &waiter);
    winapi_condition_wait(condition, &channel->gate, until);
    leave_line(channel, &waiter);
}

void winapi_channel_pass_lead(struct winapi_channel *channel) {
    if (!channel->leading && channel->waiters != NULL) {
        (void)pthread_cond_broadcast(channel->waiters->condition);
    }
}

static void beat(struct winapi_channel *channel) {
    int64_t now = winapi_now();
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

static void collect(struct winapi_channel *channel, struct polled *polled) {
    polled->count = 0;
    for (struct connection *connection = channel->connections; connection != NULL && polled->count < MAX_POLLED;
         connection = connection->next) {
        short events = (short)(POLLIN | (connection->wants_write ? POLLOUT : 0));
        winapi_connection_hold(connection);
        polled->descriptors[polled->count] = (struct pollfd){.fd = connection->agreed.socket, .events = events};
        polled->connections[polled->count++] = connection;
    }
    polled->descriptors[polled->count] = (struct pollfd){.fd = channel->wake, .events = POLLIN};
}

/* Without the gate. */
static void poll_and_read(struct polled *polled, int wake, int64_t until) {
    eventfd_t ignored;
    int ready = poll(polled->descriptors, polled->count + 1, winapi_poll_timeout(until));
    for (size_t i = 0; i < polled->count; i++) {
        bool readable = ready > 0 && (polled->descriptors[i].revents & ~POLLOUT) != 0;
        polled->received[i] = readable ? winapi_connection_receive(polled->connections[i]) : -1;
        polled->failures[i] = readable ? errno : EAGAIN;
    }
    if (ready > 0 && polled->descriptors[polled->count].revents != 0) {
        (void)eventfd_read(wake, &ignored);
    }
}

static void hand_out(struct polled *polled) {
    for (size_t i = 0; i < polled->count; i++) {
        struct connection *connection = polled->connections[i];
        if ((polled->descriptors[i].revents & POLLOUT) != 0 && connection->wants_write) {
            connection->wants_write = false;
            winapi_channel_watch(connection->channel, connection, !connection->ended);
            winapi_channel_note(connection->channel, WANTS_ROOM);
        }
        winapi_connection_dispatch(connection, polled->received[i], polled->failures[i]);
        winapi_connection_drop(connection);
    }
}

void winapi_channel_lead(struct winapi_channel *channel, int64_t until) {
    struct polled polled;
    int64_t due = winapi_channel_next_beat(channel);
    if (channel->leading) {
        return;
    }
    /* Nothing lets go of the gate between the caller's last look and the poll: what happens then ends the poll. */
    collect(channel, &polled);
    channel->leading = true;
    channel->polling = true;
    winapi_channel_unlock(channel);
    poll_and_read(&polled, channel->wake, due < until ? due : until);
    winapi_channel_lock(channel);
    channel->polling = false;
    hand_out(&polled);
    channel->leading = false;
    beat(channel);
    winapi_channel_progress(channel);
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

void winapi_channel_flush(struct winapi_channel *channel) {
    struct connection *connection = channel->connections;
    while (connection != NULL) {
        bool busy = connection->is_sending || connection->wants_write;
        if (winapi_connection_is_left(connection)) {
            winapi_connection_say_goodbye(connection, "no call is left and none will come");
            connection = channel->connections;
        } else if (winapi_connection_queued(connection) > 0 && !busy && !connection->write_failed) {
            winapi_connection_flush(connection); /* lets go of the gate: the list may be another one now */
            connection = channel->connections;
        } else {
            connection = connection->next;
        }
    }
}
