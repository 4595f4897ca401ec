// SPDX-License-Identifier: MIT
/* What to try after a failure. */
#pragma once

#include <stdio.h>

#include "cli.h"

/* Writes the hint for a result, with no brackets around it; nothing if there is none. */
void hint_print(FILE *stream, const struct cli *cli, int result, const struct ocd_error *error);
