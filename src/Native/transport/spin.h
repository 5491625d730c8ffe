/*
 * Looking again and again for a while before a sleep, because to be woken costs more than many waits last. How long: the
 * whole budget where that has helped, half as long each time that it has not.
 */
#ifndef WINAPI_TRANSPORT_SPIN_H
#define WINAPI_TRANSPORT_SPIN_H

#include <stdbool.h>
#include <stdint.h>

struct spin {
    int64_t most; /* nanoseconds; 0: never */
    int64_t budget;
    int64_t started; /* the wait under way */
    uint32_t waits;
    bool yields; /* one processor: the other process runs only where this one lets it */
};

typedef bool winapi_spin_look(void *context);

void winapi_spin_init(struct spin *spin, int64_t most);

/* Looks until it is true, the budget is used up, or the time has come. */
bool winapi_spin(struct spin *spin, winapi_spin_look *look, void *context, int64_t until);

/* After a wait that went on asleep: tells from how long it was whether to spin longer next time. */
void winapi_spin_slept(struct spin *spin);

#endif
