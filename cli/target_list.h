// SPDX-License-Identifier: MIT
/* OpenOCD's targets as lines and as JSON. */
#pragma once

#include <stdio.h>

#include "ocd.h"

/* A line each, the current one marked with a star; `prefix` is put before each. */
void target_list_text(FILE *stream, const char *prefix, const struct ocd_target *targets,
                      size_t count);
/* A JSON array without a line end. */
void target_list_json(FILE *stream, const struct ocd_target *targets, size_t count);
