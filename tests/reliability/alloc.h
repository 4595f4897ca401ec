// SPDX-License-Identifier: MIT
/* Counts what a program has allocated, and lets an allocation fail. For programs that are linked
 * with the library reliability_alloc: its linker options replace malloc,
 * calloc, realloc, free, strdup, strndup, realpath, opendir, getaddrinfo and memfd_create, in the
 * program and in the static libocd. What shared libraries allocate for themselves does not count.
 * For one thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Allocations that have not been released. */
long alloc_live(void);
/* Their bytes, and the most that there have been since alloc_begin_peak. */
size_t alloc_bytes(void);
size_t alloc_peak(void);
void alloc_begin_peak(void);

/* From now on the allocation number `n`, counted from 1, fails; if `all`, those after it too. 0:
 * none does. */
void alloc_fail(unsigned long n, bool all);
/* Whether one has failed since. */
bool alloc_has_failed(void);
