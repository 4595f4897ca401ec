// SPDX-License-Identifier: MIT
/* Values of a frame as text and as numbers. */
#pragma once

#include "ocd.h"
#include "watch/rows/condition.h"
#include "watch/rows/line.h"

/* The number that a value is: of integers, floats, booleans, characters, enumerators and pointers.
 * NUMBER_NONE: of what has members or elements, and NULL. */
struct number value_number(const struct ocd_value *value);

/* As ocd_value_json(). False: memory is short. */
bool value_json(const struct ocd_value *value, struct line *out);
/* One field of CSV: a number, also for booleans (0 and 1) and characters; an enumerator's name;
 * text; nan, inf and -inf; the JSON of what has members or elements. */
bool value_csv(const struct ocd_value *value, struct line *out);
/* For people, as ocd_value_text(). */
bool value_text(const struct ocd_value *value, struct line *out);
