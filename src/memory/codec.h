// SPDX-License-Identifier: MIT
/* Memory commands as text, and their replies as values. Pure. */
#pragma once

#include "base/buffer.h"
#include "memory/plan.h"
#include "rpc/where.h"

/* How values lie in the caller's memory. */
enum ocd_layout {
    OCD_LAYOUT_HOST,   /* host byte order: arrays of uint16_t, uint32_t, uint64_t */
    OCD_LAYOUT_LITTLE, /* bytes as they stand in the memory of a little-endian target */
    OCD_LAYOUT_BIG,    /* … of a big-endian target */
};

/* Append the command for a chunk: `read_memory`, `mdw` and its kin (mdb, mdh, mdd), `write_memory`
 * with the values found at `data` in `layout`, many of them in decimal. 0 or the buffer's error. */
int ocd_codec_read_memory(struct ocd_buffer *out, struct ocd_where where, struct ocd_chunk chunk);
int ocd_codec_md(struct ocd_buffer *out, struct ocd_where where, struct ocd_chunk chunk);
int ocd_codec_write_memory(struct ocd_buffer *out, struct ocd_where where, struct ocd_chunk chunk,
                           const void *data, enum ocd_layout layout);

/* Decode the result of read_memory: exactly chunk.count values "0x…" that fit the width, separated
 * by single blanks, nothing before or after. Decode the result of md*: lines
 * "0x08000000: 20005000 080001a1 … \n" of 32 bytes, every address and digit count checked.
 * 0, or OCD_ERR_PROTOCOL; then the first *good elements at `data` are decoded. */
int ocd_codec_values(const char *text, size_t size, struct ocd_chunk chunk, void *data,
                     enum ocd_layout layout, uint32_t *good);
int ocd_codec_md_values(const char *text, size_t size, struct ocd_chunk chunk, void *data,
                        enum ocd_layout layout, uint32_t *good);

/* One element between the host's value and the caller's memory. */
void ocd_codec_put(void *at, unsigned width, uint64_t value, enum ocd_layout layout);
uint64_t ocd_codec_get(const void *at, unsigned width, enum ocd_layout layout);
