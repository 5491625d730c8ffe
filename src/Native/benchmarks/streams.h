/* Many messages in one call, one way: 64 B and 64 KiB, down and up. */
#ifndef BENCHMARKS_STREAMS_H
#define BENCHMARKS_STREAMS_H

#include "row.h"

bool streams_measure(struct bench *bench);

#endif
