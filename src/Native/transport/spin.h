/*
 * Looking again and again for a while before a sleep, because to be woken costs more than many waits last. How long: enough
 * for waits like those that it was enough for, half as long each time that it has not helped, and now and then the most
 * there may be, to find out. How long a sleep lasted tells nothing: where both processes share a processor, the other one
 * runs only because this one sleeps.
 */
#ifndef WINAPI_TRANSPORT_SPIN_H
#define WINAPI_TRANSPORT_SPIN_H

#include <stdbool.h>
#include <stdint.h>

struct spin {
    int64_t most; /* nanoseconds; 0: never */
    int64_t budget;
    uint32_t waits;
    bool one_processor; /* the other process runs only where this one lets it */
};

typedef bool winapi_spin_look(void *context);

void winapi_spin_init(struct spin *spin, int64_t most);

/* Looks until it is true, the budget is used up, or the time has come. */
bool winapi_spin(struct spin *spin, winapi_spin_look *look, void *context, int64_t until);

#endif
