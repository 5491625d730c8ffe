/* What the machine can do without any protocol: bytes there, bytes back, between two processes on a Unix socket. */
#ifndef BENCHMARKS_RAW_SOCKET_H
#define BENCHMARKS_RAW_SOCKET_H

#include "measure.h"

/* One step sends so many batches of bytes, each in one call if the system takes it, and waits for `back` bytes. */
bool measure_raw_socket(size_t batch, size_t batches, size_t back, size_t count, struct times *times);

#endif
