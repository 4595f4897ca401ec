// SPDX-License-Identifier: MIT
/* Writing all of something to a descriptor, with errors and never a signal: a caller of the library
 * need not know that it writes. */
#pragma once

#include <stddef.h>

/* 0 or an errno value. EPIPE: nobody reads from the pipe. EFBIG: a regular file would exceed the
 * process's limit for files (`ulimit -f`). */
int ocd__write(int fd, const void *data, size_t size);
