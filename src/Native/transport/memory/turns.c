#define _GNU_SOURCE
#include "turns.h"

#include <endian.h>
#include <sched.h>

#include "../clock.h"

#define LAST_TURN UINT32_C(0x80000000)
#define ENOUGH (WINAPI_SECOND / 50)
#define PATIENCE (5 * WINAPI_SECOND)

enum { SPINS = 100, LOOKS_AT_ATTEMPT = 64 /* spins between two of these, which take a system call */ };

static void say(uint8_t *own, uint32_t turn) {
    __atomic_store_n((uint32_t *)(void *)own, htole32(turn), __ATOMIC_RELEASE); /* regions start on a page */
}

static bool hear(const uint8_t *other, uint32_t turn) {
    return __atomic_load_n((const uint32_t *)(const void *)other, __ATOMIC_ACQUIRE) == htole32(turn);
}

static bool wait_for(struct attempt *attempt, const uint8_t *other, uint32_t turn, int64_t until) {
    for (unsigned spins = 0; !hear(other, turn); spins++) {
        if (spins < SPINS) {
            continue;
        }
        if (winapi_now() > until || (spins % LOOKS_AT_ATTEMPT == 0 && winapi_attempt_is_over(attempt))) {
            return false;
        }
        (void)sched_yield(); /* cannot fail on Linux */
    }
    return true;
}

bool winapi_turns_lead(struct attempt *attempt, uint8_t *own, const uint8_t *other, uint32_t *turns) {
    int64_t start = winapi_now();
    bool answered = true;
    uint32_t turn = 0;
    while (answered && turn < TURNS_MOST && (turn < TURNS_LEAST || winapi_now() - start < ENOUGH)) {
        say(own, ++turn);
        answered = wait_for(attempt, other, turn, start + PATIENCE);
    }
    say(own, turn | LAST_TURN);
    *turns = answered ? turn : turn - 1;
    return answered;
}
