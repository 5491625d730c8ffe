/* The last step of the proof: two processes take turns in memory alone, as fast as it carries a word there and back. */
#ifndef WINAPI_TRANSPORT_TURNS_H
#define WINAPI_TRANSPORT_TURNS_H

#include <stdbool.h>
#include <stdint.h>

#include "../socket.h"

enum { TURNS_MOST = 1000, TURNS_LEAST = 16 };

/*
 * The client's side: counts 1, 2, 3 ... in the first four bytes of its own region, each number once the host has written
 * the one before into the first four of the other. False: the host did not answer for five seconds, or until the attempt was
 * over. turns counts the numbers that came back.
 */
bool winapi_turns_lead(struct attempt *attempt, uint8_t *own, const uint8_t *other, uint32_t *turns);

#endif
