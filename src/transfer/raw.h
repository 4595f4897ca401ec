// SPDX-License-Identifier: MIT
/* Memory as raw bytes, through a file of the server: the arguments of ocd__script_read_file and
 * ocd__script_write_file. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/view.h"
#include "rpc/where.h"

/* Append the arguments of a request. 0 or the buffer's error. */
int ocd__raw_read(struct ocd_buffer *out, struct ocd_where where, uint64_t addr, uint64_t size);
int ocd__raw_write(struct ocd_buffer *out, struct ocd_where where, uint64_t addr, const void *data,
                   size_t size);
/* The same for a trace: what is done, and how many bytes instead of the bytes. */
int ocd__raw_show(struct ocd_buffer *out, bool write, struct ocd_where where, uint64_t addr,
                  uint64_t size);
/* Appends bytes as one double-quoted Tcl word that evaluates to them, whatever they are. Random
 * bytes grow by 3 %; many NULs in a row shrink. */
int ocd__raw_quote(struct ocd_buffer *out, const void *data, size_t size);
/* Whether load_image says that it has written exactly this number of bytes. */
bool ocd__raw_written(struct ocd_view result, uint64_t size);
