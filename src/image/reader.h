// SPDX-License-Identifier: MIT
/* What the readers of the formats share. */
#pragma once

#include <stdarg.h>

#include "base/detail.h"
#include "image/image.h"
#include "image/index.h"
#include "image/source.h"

/* Bytes of an S-record's header, and its NUL. */
#define OCD_IMAGE_HEADER_MAX 256

/* One format. Both answer an ocd_err with the image's detail set. */
struct ocd_image_reader {
    enum ocd_image_format format;
    bool text; /* places are lines */
    /* Reads the whole file, checks it, and adds what it holds. */
    int (*scan)(struct ocd_image *im);
    /* The bytes from `addr` on, all of them inside the extent; calls for an extent ascend. */
    int (*fetch)(struct ocd_image *im, struct ocd_extent *extent, uint64_t addr, uint8_t *data,
                 size_t size);
};

struct ocd_image {
    struct ocd_detail detail;
    char *name;
    const struct ocd_image_reader *reader;
    struct ocd_source source;
    struct ocd_index index;
    struct ocd_image_options options; /* `sections` are the caller's until the file is open */
    struct ocd_image_info info;
    char header[OCD_IMAGE_HEADER_MAX];
    struct ocd_buffer warnings;
    bool reversed;  /* hexdump: values show the byte of their highest address first */
    size_t segment; /* that is being delivered */
    uint64_t at;    /* next address of it */
};

extern const struct ocd_image_reader ocd__reader_raw;
extern const struct ocd_image_reader ocd__reader_ihex;
extern const struct ocd_image_reader ocd__reader_srec;
extern const struct ocd_image_reader ocd__reader_elf;
extern const struct ocd_image_reader ocd__reader_hexdump;

/* --- Failures; all return the code --- */

/* The file is malformed at a line or offset. */
int ocd__image_malformed(struct ocd_image *im, uint64_t place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int ocd__image_vmalformed(struct ocd_image *im, uint64_t place, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));
/* Without a place. */
int ocd__image_fail(struct ocd_image *im, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* An error of the source. */
int ocd__image_io(struct ocd_image *im, int error);

/* Adds bytes at an address of the file, plus the offset of the options. `size` may be 0. */
int ocd__image_add(struct ocd_image *im, uint64_t addr, uint64_t size, const struct ocd_mark *mark,
                   uint64_t place, enum ocd_extent_kind kind);
/* Adds a line to the warnings. */
void ocd__image_warn(struct ocd_image *im, uint64_t place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* `fetch` of formats whose data are in the file as they are. */
int ocd__image_fetch_block(struct ocd_image *im, struct ocd_extent *extent, uint64_t addr,
                           uint8_t *data, size_t size);
