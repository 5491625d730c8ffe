/* Payloads from 64 B to 4 MiB that go to the host, which reads every byte: by message and by reference. */
#ifndef BENCHMARKS_LADDER_H
#define BENCHMARKS_LADDER_H

#include "row.h"

/* The largest payload. */
enum { LADDER_LARGEST = 4 << 20 };

bool ladder_measure(struct bench *bench);

#endif
