// SPDX-License-Identifier: MIT
/* Writes all bytes to a descriptor. Failures are errors, never signals: a program that uses the
 * library need not handle SIGPIPE or SIGXFSZ. */
#pragma once

#include <stddef.h>

/* 0 or an errno value. EPIPE: nobody reads from the pipe. EFBIG: a regular file would exceed the
 * process's limit for files (`ulimit -f`). */
int ocd__write(int fd, const void *data, size_t size);
