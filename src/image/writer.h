// SPDX-License-Identifier: MIT
/* What the writers of the formats share. */
#pragma once

#include "base/detail.h"
#include "base/hexdump.h"
#include "base/outfile.h"
#include "image/image.h"

#define OCD_RECORD_MAX 255 /* data bytes */

/* One format. All answer an ocd_err with the writer's detail set. */
struct ocd_image_encoder {
    enum ocd_image_format format;
    int (*begin)(struct ocd_image_writer *w); /* may be NULL */
    /* `gap` bytes are between this chunk and the one before; the addresses are valid. */
    int (*put)(struct ocd_image_writer *w, uint64_t addr, const uint8_t *data, size_t size,
               uint64_t gap);
    int (*end)(struct ocd_image_writer *w); /* may be NULL */
};

struct ocd_image_writer {
    struct ocd_detail detail;
    int failed; /* first failure: nothing follows it */
    bool finished;
    char *name;
    struct ocd_image_layout layout; /* with the defaults; its strings are the writer's own */
    char *header;
    char *symbol;
    const struct ocd_image_encoder *encoder;

    /* Where it goes. */
    ocd_image_sink_fn sink; /* NULL: to `file` */
    void *user;
    bool to_file;
    struct ocd_outfile file; /* or only the caller's descriptor in it */
    size_t fill;
    char out[16384];

    /* What has been put. */
    uint64_t first;
    uint64_t last;  /* inclusive */
    uint64_t bytes; /* with gaps that were filled; 0: nothing yet */

    /* The formats' own. */
    uint8_t record[OCD_RECORD_MAX];
    unsigned record_fill;
    uint64_t record_addr;
    uint64_t records;
    uint64_t base; /* Intel HEX: the address that the last base record gives */
    struct ocd_hexdump dump;
};

extern const struct ocd_image_encoder ocd__encoder_raw;
extern const struct ocd_image_encoder ocd__encoder_ihex;
extern const struct ocd_image_encoder ocd__encoder_srec;
extern const struct ocd_image_encoder ocd__encoder_c_array;
extern const struct ocd_image_encoder ocd__encoder_hexdump;

int ocd__writer_fail(struct ocd_image_writer *w, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int ocd__writer_out(struct ocd_image_writer *w, const void *data, size_t size);
int ocd__writer_printf(struct ocd_image_writer *w, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Writes the record that has been collected. */
typedef int ocd_record_fn(struct ocd_image_writer *w, uint64_t addr, const uint8_t *data,
                          unsigned size);

/* Cuts chunks into records at multiples of the record size, and at multiples of `page`, so that the
 * records of two files with the same bytes are the same. */
int ocd__records_put(struct ocd_image_writer *w, uint64_t addr, const uint8_t *data, size_t size,
                     uint64_t page, ocd_record_fn *emit);
int ocd__records_flush(struct ocd_image_writer *w, ocd_record_fn *emit);
/* Writes a line: `head`, `bytes`, and the byte that makes the sum of all bytes `sum`. */
int ocd__records_line(struct ocd_image_writer *w, const char *head, const uint8_t *bytes,
                      size_t count, uint8_t sum);
