#define _GNU_SOURCE
#include "spin.h"

#include <sched.h>

#include "clock.h"

enum {
    LOOKS_AT_ONCE = 16, /* between two looks at the clock */
    LEAST_PART = 16,    /* of the budget is always spent: a wait of nothing is common */
    WHOLE_EVERY = 32    /* waits: two sides that have both given up would never find out that they could do better */
};

void winapi_spin_init(struct spin *spin, int64_t most) {
    cpu_set_t processors;
    *spin = (struct spin){.most = most, .budget = most};
    spin->yields = sched_getaffinity(0, sizeof processors, &processors) == 0 && CPU_COUNT(&processors) == 1;
}

static inline void relax(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static bool look_some(const struct spin *spin, winapi_spin_look *look, void *context) {
    if (spin->yields) {
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

bool winapi_spin(struct spin *spin, winapi_spin_look *look, void *context, int64_t until) {
    spin->started = winapi_now();
    if (spin->most == 0 || spin->started >= until) {
        return look(context);
    }
    int64_t end = spin->started + (++spin->waits % WHOLE_EVERY == 0 ? spin->most : spin->budget), now;
    do {
        if (look_some(spin, look, context)) {
            spin->budget = spin->most;
            return true;
        }
        now = winapi_now();
    } while (now < end && now < until);
    if (now >= end) {
        spin->budget = spin->budget / 2 > spin->most / LEAST_PART ? spin->budget / 2 : spin->most / LEAST_PART;
    }
    return false;
}

void winapi_spin_slept(struct spin *spin) {
    if (spin->most > 0 && winapi_now() - spin->started < spin->most) {
        spin->budget = spin->most;
    }
}
