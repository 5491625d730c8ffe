/* Small text files of the system, and of this user. */
#ifndef WINAPI_TRANSPORT_TEXT_FILE_H
#define WINAPI_TRANSPORT_TEXT_FILE_H

#include <stddef.h>

/*
 * All of a file, with a zero byte behind it, for the caller to free. NULL: errno says why; EFBIG where it is larger than
 * the limit.
 */
char *winapi_text_file_read(const char *path, size_t limit);

#endif
