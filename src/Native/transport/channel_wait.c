/* Who leads, who waits, and how those who wait are woken. */
#define _GNU_SOURCE
#include <sys/eventfd.h>

#include "call_state.h"
#include "channel_state.h"

static void signal_fd(int descriptor) {
    (void)eventfd_write(descriptor, 1); /* full means that it is signalled already */
}

void winapi_channel_kick(struct winapi_channel *channel) {
    if (!channel->polling) {
        return;
    }
    __atomic_store_n(&channel->kicked, true, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&channel->asleep, __ATOMIC_SEQ_CST)) {
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

/* A host that does not read makes it stuck, and what answers its pings piles up. */
static bool wants_flush(const struct connection *connection) {
    return (winapi_connection_queued(connection) > 0 && !winapi_connection_is_stuck(connection)) ||
           winapi_connection_is_flooded(connection);
}

void winapi_channel_flush(struct winapi_channel *channel) {
    struct connection *connection = channel->connections;
    while (connection != NULL) {
        if (winapi_connection_is_left(connection)) {
            winapi_connection_say_goodbye(connection, "no call is left and none will come");
            connection = channel->connections;
        } else if (wants_flush(connection)) {
            winapi_connection_flush(connection); /* lets go of the gate: the list may be another one now */
            connection = channel->connections;
        } else {
            connection = connection->next;
        }
    }
}
