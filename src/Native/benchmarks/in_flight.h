/* Asynchronous 64 B calls on one connection, several at once. */
#ifndef BENCHMARKS_IN_FLIGHT_H
#define BENCHMARKS_IN_FLIGHT_H

#include "row.h"

bool in_flight_measure(struct bench *bench);

#endif
