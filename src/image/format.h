// SPDX-License-Identifier: MIT
/* Which format a file has. Pure. */
#pragma once

#include "image/image.h"

/* Bytes at the beginning of a file that are enough to decide. */
#define OCD_FORMAT_SNIFF 1024u

/* The format that a file's first bytes show; AUTO: none. `*certain`: no raw binary begins like
 * that, whatever the name of the file. */
enum ocd_image_format ocd__format_of_content(const void *data, size_t size, bool *certain);
/* The name of a format that is recognised by a file's first bytes but cannot be read; NULL:
 * none. */
const char *ocd__format_container(const void *data, size_t size);
