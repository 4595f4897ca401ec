// SPDX-License-Identifier: MIT
/* Which format a file has. Pure. */
#pragma once

#include "image/image.h"

/* Bytes at the beginning of a file that are enough to decide. */
#define OCD_FORMAT_SNIFF 1024u

/* By a file's first bytes; AUTO: they are not those of a format with a face of its own. `*certain`:
 * no raw binary looks like that, whatever the file is called. */
enum ocd_image_format ocd__format_of_content(const void *data, size_t size, bool *certain);
/* The name of a format that wraps a program and that is not read, by a file's first bytes; NULL: it
 * is none. */
const char *ocd__format_container(const void *data, size_t size);
