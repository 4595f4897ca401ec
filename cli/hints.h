// SPDX-License-Identifier: MIT
/* What to try after a failure. */
#pragma once

#include <stdio.h>

#include "cli.h"

/* Writes the hint for a result, with no brackets around it; nothing if there is none. */
void hint_print(FILE *stream, const struct cli *cli, int result, const struct ocd_error *error);

/* Whether a host of the settings is this one; NULL is. */
bool hint_is_local(const char *host);
