// SPDX-License-Identifier: MIT
#pragma once

/* Prints the version, the commit and the optional parts of this build. Answers the exit code. */
int version_print(void);
