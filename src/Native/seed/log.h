/* Lines on standard error, for WINAPI_DEBUG and WINAPI_LOG_LEVEL; nothing where neither is set. */
#ifndef WINAPI_SEED_LOG_H
#define WINAPI_SEED_LOG_H

enum log_level { LOG_LEVEL_TRACE, LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARN, LOG_LEVEL_ERROR, LOG_LEVEL_NONE };

__attribute__((format(printf, 2, 3))) void winapi_log(enum log_level level, const char *format, ...);

#endif
