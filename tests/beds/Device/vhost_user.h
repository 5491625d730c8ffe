/* How QEMU sets up the device: the vhost-user protocol, over a Unix socket. */
#ifndef BEDS_VHOST_USER_H
#define BEDS_VHOST_USER_H

#include <stdbool.h>

#include "guest_memory.h"
#include "vsock.h"

/* Reads one message, acts on it and answers. False where QEMU has gone, or says what is not understood. */
bool vhost_user_serve(int socket, struct vsock *vsock, struct guest_memory *memory);

#endif
