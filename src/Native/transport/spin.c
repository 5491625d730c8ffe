#define _GNU_SOURCE
#include "spin.h"

#include <sched.h>

#include "clock.h"

enum {
    LOOKS_AT_ONCE = 16, /* between two looks at the clock */
    YIELDS_AFTER = 5000, /* nanoseconds; from then on the other process may be waiting for this very processor */
    ENOUGH_FOR = 4,     /* times a wait that was short enough */
    LEAST_PART = 16,    /* of the most is always spent: a wait of next to nothing is common */
    WHOLE_EVERY = 16    /* waits: two sides that have both given up would never find out that they could do better */
};

void winapi_spin_init(struct spin *spin, int64_t most) {
    cpu_set_t processors;
    *spin = (struct spin){.most = most, .budget = most};
    spin->one_processor = sched_getaffinity(0, sizeof processors, &processors) == 0 && CPU_COUNT(&processors) == 1;
}

static inline void relax(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static bool look_some(winapi_spin_look *look, void *context, bool yields) {
    if (yields) {
        (void)sched_yield(); /* cannot fail on Linux */
        return look(context);
    }
    for (int i = 0; i < LOOKS_AT_ONCE; i++) {
        if (look(context)) {
            return true;
        }
        relax();
    }
    return false;
}

/* Generous towards waits like the last one. */
static void note_help(struct spin *spin, int64_t taken) {
    int64_t wanted = ENOUGH_FOR * taken + spin->most / LEAST_PART;
    wanted = wanted < spin->most ? wanted : spin->most;
    spin->budget = spin->budget > wanted ? spin->budget : wanted;
}

static void note_waste(struct spin *spin) {
    int64_t least = spin->most / LEAST_PART;
    spin->budget = spin->budget / 2 > least ? spin->budget / 2 : least;
}

bool winapi_spin(struct spin *spin, winapi_spin_look *look, void *context, int64_t until) {
    int64_t start = winapi_now(), now = start;
    if (spin->most == 0 || start >= until) {
        return look(context);
    }
    int64_t end = start + (++spin->waits % WHOLE_EVERY == 0 ? spin->most : spin->budget);
    do {
        if (look_some(look, context, spin->one_processor || now - start > YIELDS_AFTER)) {
            note_help(spin, now - start);
            return true;
        }
        now = winapi_now();
    } while (now < end && now < until);
    if (now >= end) {
        note_waste(spin);
    }
    return false;
}
