// SPDX-License-Identifier: MIT
/* Memory as text: the arguments of read_memory and write_memory, and values in replies. Pure. */
#pragma once

#include "base/buffer.h"
#include "base/view.h"
#include "rpc/where.h"
#include "transfer/plan.h"

/* How values lie in the caller's memory. */
enum ocd_layout {
    OCD_LAYOUT_HOST,   /* host byte order: arrays of uint16_t, uint32_t, uint64_t */
    OCD_LAYOUT_LITTLE, /* bytes as they are in the memory of a little-endian target */
    OCD_LAYOUT_BIG,    /* of a big-endian target */
};

/* Values of one read_memory and of one write_memory. On OpenOCD's development branch the time of a
 * read grows with the square of their number; with 256 it is near its best on all versions. A write
 * with more than 8192 leaves OpenOCD slower for all that follows. */
#define OCD_TEXT_READ_VALUES  256u
#define OCD_TEXT_WRITE_VALUES 2048u

/* Append the arguments of ocd__script_read_list: first the beginning, then each read, then the end.
 * With `stop` nothing is read after a failure. 0 or the buffer's error, sticky. */
int ocd__text_reads_begin(struct ocd_buffer *out, struct ocd_where where, bool stop);
int ocd__text_reads_add(struct ocd_buffer *out, struct ocd_chunk chunk);
int ocd__text_reads_end(struct ocd_buffer *out, struct ocd_where where);

/* Append a command as it is shown, and in the case of write_memory sent, with the values at `data`
 * in `layout`. */
int ocd__text_read(struct ocd_buffer *out, struct ocd_where where, struct ocd_chunk chunk);
int ocd__text_write(struct ocd_buffer *out, struct ocd_where where, struct ocd_chunk chunk,
                    const void *data, enum ocd_layout layout);

/* Takes the next read off the result of ocd__script_read_list: its status, and its values or its
 * error. OCD_OK, or OCD_ERR_PROTOCOL where there is none. */
int ocd__text_next(struct ocd_view *result, long *status, struct ocd_view *values);
/* Decodes exactly chunk.count values "0x..." that fit the width, separated by single blanks,
 * nothing before or after. OCD_OK or OCD_ERR_PROTOCOL. */
int ocd__text_values(struct ocd_view values, struct ocd_chunk chunk, void *data,
                     enum ocd_layout layout);

/* One element between the host's value and the caller's memory. */
void ocd__text_put(void *at, unsigned width, uint64_t value, enum ocd_layout layout);
uint64_t ocd__text_get(const void *at, unsigned width, enum ocd_layout layout);
