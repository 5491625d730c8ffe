#ifndef TYPES_H
#define TYPES_H

#include "winapi/message.h"

/* The types under test, in an order that the test that drives this program is told first. */
extern const winapi_message_type *const types[];
extern const size_t type_count;

#endif
