// SPDX-License-Identifier: MIT
/* Files that hold memory, read and written piece by piece: raw binary, Intel HEX, Motorola
 * S-record, ELF, C array, hexdump.
 *
 * A file is checked from end to end when it is opened, so that a malformed one is refused before
 * anything has been done with its data. It is then delivered in ascending order, each address once,
 * whatever the order of its records: where records overlap the later one wins. Memory does not grow
 * with the file, only with the number of separate stretches that its records form. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ocd.h"

enum ocd_image_format {
    OCD_IMAGE_AUTO = 0, /* by content, and by the name where that says nothing */
    OCD_IMAGE_BIN,
    OCD_IMAGE_IHEX,
    OCD_IMAGE_SREC,
    OCD_IMAGE_ELF,     /* is read only */
    OCD_IMAGE_C_ARRAY, /* is written only */
    OCD_IMAGE_HEXDUMP,
};

/* Such as "Intel HEX". */
const char *ocd_image_format_title(enum ocd_image_format format);
/* The format that a word such as "ihex" or "s19" means, as --format has it. `address_bits` may be
 * NULL; it receives ocd_image_layout.address_bits, which "s19" to "s37" decide. False: none. */
bool ocd_image_format_named(const char *word, enum ocd_image_format *format,
                            unsigned *address_bits);
/* The same by the extension of a file's name. */
bool ocd_image_format_of_path(const char *path, enum ocd_image_format *format,
                              unsigned *address_bits);

/* --- Reading --- */

struct ocd_image;

/* More separate stretches than this are refused: their list is what is kept in memory, about 50 MB
 * at the very most. */
#define OCD_IMAGE_RUNS_MAX 262144u

struct ocd_image_options {
    enum ocd_image_format format;
    bool has_offset;
    uint64_t offset;   /* added to every address, modulo 2^64; a raw binary begins at it, and
                          cannot be read without */
    bool virtual_addr; /* ELF: the addresses at which the program runs, not those at which it is
                          stored */
    const char *const *sections; /* ELF: these, ended by NULL, instead of the load segments */
    ocd_progress_fn progress;    /* while the file is checked; bytes of the file */
    void *user;                  /* for `progress` */
};

struct ocd_image_range {
    uint64_t addr;
    uint64_t size;
};

/* What a file holds. It belongs to the image. A "place" is a line, counted from 1, in a text and an
 * offset in a binary file. */
struct ocd_image_info {
    enum ocd_image_format format;
    const struct ocd_image_range *ranges; /* ascending; they neither overlap nor touch */
    size_t range_count;
    uint64_t bytes; /* in all ranges */
    uint64_t first; /* lowest address; both are 0 when there are no bytes */
    uint64_t last;  /* highest address */
    bool has_entry;
    uint64_t entry; /* start address, as the file has it: ocd_image_options.offset is not added */
    const char *header; /* of S-records, other characters than ASCII shown as dots; "" if none */

    uint64_t overlap_bytes;  /* bytes that a later record replaces */
    uint64_t overlap_addr;   /* the lowest of them */
    uint64_t overlap_place;  /* where the records that replace it begin */
    uint64_t disorder;       /* times that records step back to lower addresses */
    uint64_t disorder_place; /* the first of them */
    uint64_t wrapped;        /* Intel HEX records that wrap around inside their segment */
    uint64_t wrapped_place;
    const char *warnings; /* the above in words, a line each; "" if there are none */
};

/* These answer OCD_OK, OCD_ERR_FORMAT (malformed), OCD_ERR_FILE (cannot be read), OCD_ERR_ARG (a
 * raw binary without an offset), OCD_ERR_NOMEM or OCD_ERR_CANCELLED (by `progress`). After a
 * failure `image` answers ocd_image_error() and nothing else, and must be closed too; it is NULL
 * only after OCD_ERR_NOMEM. `options` may be NULL. */
int ocd_image_open(struct ocd_image **image, const char *path,
                   const struct ocd_image_options *options);
/* `fd` stays the caller's, must stay open as long as the image, and is read from its offset on.
 * What is not a regular file is copied to a temporary one that has no name. `name` is for messages,
 * and for what its extension says. */
int ocd_image_open_fd(struct ocd_image **image, int fd, const char *name,
                      const struct ocd_image_options *options);
/* `data` is not copied. */
int ocd_image_open_memory(struct ocd_image **image, const void *data, size_t size, const char *name,
                          const struct ocd_image_options *options);
void ocd_image_close(struct ocd_image *image);

const struct ocd_image_info *ocd_image_info(const struct ocd_image *image);
/* Up to `max` bytes, at least 1, that follow each other, at the lowest address not delivered yet; a
 * piece ends at a gap. `size` 0: there are no more. OCD_OK, OCD_ERR_FILE (unreadable, or changed
 * since it was opened). */
int ocd_image_next(struct ocd_image *image, uint64_t *addr, void *data, size_t max, size_t *size);
/* Starts again at the lowest address. */
void ocd_image_rewind(struct ocd_image *image);
/* Hands over all from the lowest address on. OCD_ERR_CANCELLED: `data` did not answer 0. */
int ocd_image_each(struct ocd_image *image, ocd_data_fn data, void *user);

/* The last failure; its `text` begins with the file's name. It belongs to the image. */
const struct ocd_error *ocd_image_error(const struct ocd_image *image);
/* Where it is: a place as above; 0 in a text when it is no line's. */
uint64_t ocd_image_error_place(const struct ocd_image *image);

/* --- Writing --- */

struct ocd_image_writer;

/* The largest gap that a raw binary or a C array fills unless told otherwise, in bytes. */
#define OCD_IMAGE_GAP_MAX (16u * 1024 * 1024)

struct ocd_image_layout {
    enum ocd_image_format format; /* AUTO: by the name, raw binary where that says nothing */
    unsigned address_bits; /* Intel HEX: 16, 20 (segments) or 32; S-record: 16, 24, 32 (S19, S28,
                              S37); 0: 32. Others can hold any address */
    unsigned record_size;  /* Intel HEX, S-record: data bytes of a record, 1 to 255 (S-record: less
                              the address and 1). 0: 16 */
    uint8_t fill;          /* raw binary, C array: what gaps hold */
    uint64_t gap_max;      /* a larger gap is refused; 0: OCD_IMAGE_GAP_MAX */
    bool has_entry;
    uint64_t entry;     /* Intel HEX, S-record: the start address */
    const char *header; /* S-record: text of the header record; it is cut to what fits. NULL: "" */
    const char *name;   /* C array: its name. NULL: "data" */
};

/* Receives the file's bytes. Anything but 0 ends the writing, with OCD_ERR_CANCELLED. */
typedef int (*ocd_image_sink_fn)(const void *data, size_t size, void *user);

/* The highest address that a file of this layout can hold. */
uint64_t ocd_image_layout_last(const struct ocd_image_layout *layout);

/* These answer OCD_OK, OCD_ERR_ARG (a layout that does not exist), OCD_ERR_FORMAT (an entry that
 * the format cannot hold), OCD_ERR_FILE, OCD_ERR_NOMEM; `writer` is as `image` above. Strings of
 * the layout are copied. The file takes its name when the writer is finished. */
int ocd_image_writer_create(struct ocd_image_writer **writer, const char *path,
                            const struct ocd_image_layout *layout);
/* `fd` stays the caller's. */
int ocd_image_writer_to_fd(struct ocd_image_writer **writer, int fd, const char *name,
                           const struct ocd_image_layout *layout);
int ocd_image_writer_to_sink(struct ocd_image_writer **writer, ocd_image_sink_fn sink, void *user,
                             const struct ocd_image_layout *layout);
/* The layout that was chosen, with the defaults filled in. */
const struct ocd_image_layout *ocd_image_writer_layout(const struct ocd_image_writer *writer);
/* Pieces must ascend and not overlap; what lies between them stays a gap. OCD_ERR_FORMAT: the
 * format cannot hold these addresses, or the gap before them is too large; nothing of the piece has
 * been written. All failures are final. */
int ocd_image_writer_put(struct ocd_image_writer *writer, uint64_t addr, const void *data,
                         size_t size);
/* Writes what ends the file. */
int ocd_image_writer_finish(struct ocd_image_writer *writer);
/* An unfinished file is removed. */
void ocd_image_writer_close(struct ocd_image_writer *writer);
const struct ocd_error *ocd_image_writer_error(const struct ocd_image_writer *writer);
