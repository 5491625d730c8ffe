/* Everything of libwinapi but the compatible functions of libwinapi.h. */
#ifndef WINAPI_H
#define WINAPI_H

#include "winapi/arena.h"
#include "winapi/buffer.h"
#include "winapi/call.h"
#include "winapi/channel.h"
#include "winapi/message.h"
#include "winapi/status.h"

#endif
