// SPDX-License-Identifier: MIT
/* Guesses which command a misspelt or foreign word means. Pure. */
#pragma once

#include <stdbool.h>

/* What to write for a word of another tool, such as "ocd resume" for "continue"; NULL: not known.
 */
const char *near_synonym(const char *word);
/* Whether two words differ in one letter, or two neighbouring ones that are swapped, or in two
 * letters where they are longer than five. */
bool near_match(const char *word, const char *command);
