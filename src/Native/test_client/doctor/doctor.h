/* Walks the layers between this program and a host, in order, up to the first that fails. */
#ifndef TEST_CLIENT_DOCTOR_H
#define TEST_CLIENT_DOCTOR_H

#include "../options.h"

/* Gives the exit code: 0 all well, 2 an endpoint that is none, 3 no host, 1 else. */
int doctor_run(const struct options *options);

#endif
