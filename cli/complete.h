// SPDX-License-Identifier: MIT
/* Names of the ELF files, and members, for the shell's completion. */
#pragma once

struct cli;

/* Calls `add` for each name that may complete the word; where it ends in a.b or p->b, for each
 * member, with what is before it. */
void complete_names(struct cli *cli, const char *word, void (*add)(const char *word));
