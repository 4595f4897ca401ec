// SPDX-License-Identifier: MIT
#pragma once

/* Prints the version, the commit and the optional parts of this build. Returns the exit code. */
int version_print(void);
