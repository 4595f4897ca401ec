// SPDX-License-Identifier: MIT
/* A run of bytes inside somebody else's memory. */
#pragma once

#include <stddef.h>

struct ocd_slice {
    char *data;
    size_t size;
};
