/* What the memory can do without any protocol: bytes there, bytes back, between two processes in the two rings. */
#ifndef BENCHMARKS_RAW_RING_H
#define BENCHMARKS_RAW_RING_H

#include "measure.h"

/* One step writes so many bytes, and waits for as many. Both sides spin for ever. */
bool measure_raw_ring(size_t size, size_t count, struct times *times);

#endif
