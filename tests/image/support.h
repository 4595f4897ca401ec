// SPDX-License-Identifier: MIT
/* What the tests of images share. Images are shown as text, a line for each range: "1000: 01 02".
 */
#pragma once

#include "../unit/support.h"
#include "base/buffer.h"
#include "image/image.h"

/* The options of most tests: every format says where it belongs. */
extern const struct ocd_image_options at_zero;

/* Opens a copy without any byte after its end. Released with close_copy(). `options` NULL: the
 * defaults, but files may be empty. */
struct copy {
    struct ocd_image *image;
    void *bytes;
};
int open_copy(struct copy *c, const void *data, size_t size, const char *name,
              const struct ocd_image_options *options);
void close_copy(struct copy *c);

/* What the image delivers in chunks of `max` bytes, from the lowest address. To be released with
 * free. Ranges, counts and summary are compared with it. */
char *show(struct ocd_image *image, size_t max);

/* A copy of the text in which each * that ends a record (a line that begins with ':' or 'S') is its
 * checksum. To be released with free. */
char *with_checksums(const char *text);

/* The text, with its checksums, is good and holds this. `options` may be NULL for at_zero. */
void expect(const char *text, const struct ocd_image_options *options, const char *shown);
void expect_bytes(const void *data, size_t size, const struct ocd_image_options *options,
                  const char *shown);
/* It is malformed at `place`, and the error's text ends in `words`. */
void expect_malformed(const char *text, const struct ocd_image_options *options, uint64_t place,
                      const char *words);
void expect_malformed_bytes(const void *data, size_t size, const struct ocd_image_options *options,
                            uint64_t place, const char *words);

/* A sparse image: chunks that ascend and do not touch. */
struct chunk {
    uint64_t addr;
    size_t size;
    uint8_t *data;
};
struct sparse {
    struct chunk *chunks;
    size_t count;
};
/* At most `count` chunks of at most `max` bytes, below `end`; many at 64 KiB borders. */
struct sparse random_sparse(uint64_t *seed, size_t count, size_t max, uint64_t end);
void free_sparse(struct sparse *s);
/* As show() would show it. */
char *show_sparse(const struct sparse *s);
/* What the writer makes of it. */
struct ocd_buffer write_sparse(const struct sparse *s, const struct ocd_image_layout *layout);
/* For ocd_image_writer_to_sink(): collects in a struct ocd_buffer. */
int collect(const void *data, size_t size, void *user);
