// SPDX-License-Identifier: MIT
/* Files that hold memory: see the group "Files" of ocd.h, and what else the library needs of them.
 */
#pragma once

#include "ocd.h"

/* A constant string for people, such as "Intel HEX". */
const char *ocd__image_format_title(enum ocd_image_format format);
/* ocd_image_next() begins at the lowest address again. */
void ocd__image_rewind(struct ocd_image *image);
/* The highest address that a file with this layout can hold. */
uint64_t ocd__image_layout_last(const struct ocd_image_layout *layout);
/* With the defaults filled in; it belongs to the writer. */
const struct ocd_image_layout *ocd__image_writer_layout(const struct ocd_image_writer *writer);
