/* Lines on stderr, for whoever asks for them with WINAPI_LOG_LEVEL. */
#ifndef WINAPI_SEED_LOG_H
#define WINAPI_SEED_LOG_H

#include <stdbool.h>

enum log_level { LOG_NONE, LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG, LOG_TRACE };

/* In any case of letters; false where there is no such level. */
bool winapi_log_parse(const char *name, enum log_level *level);

void winapi_log_set_level(enum log_level level);

__attribute__((format(printf, 2, 3))) void winapi_log(enum log_level level, const char *format, ...);

#endif
