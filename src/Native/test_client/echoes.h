/* One unary echo with a payload, checked. */
#ifndef TEST_CLIENT_ECHOES_H
#define TEST_CLIENT_ECHOES_H

#include "test.h"

/* The arena is reset first. */
bool echo_payload(struct test_run *run, winapi_channel *channel, winapi_arena *arena, const uint8_t *payload, size_t size);

/* The same with bytes of its own. */
bool echo_size(struct test_run *run, winapi_channel *channel, size_t size);

#endif
