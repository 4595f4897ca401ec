// SPDX-License-Identifier: MIT
/* The headers of an ELF file. */
#pragma once

#include <libelf.h>

#include "image/reader.h"

/* A segment, which gives its sections their physical addresses. */
struct ocd_elf_segment {
    Elf64_Phdr p;
    uint64_t place;         /* of its header, for messages */
    uint64_t section_bytes; /* found in it so far */
};

/* A file's headers, in the wide form. */
struct ocd_elf {
    struct ocd_image *im;
    bool wide; /* ELF64 */
    unsigned encoding;
    Elf64_Ehdr header;
    uint64_t segment_count; /* program headers; the number need not fit into the header */
    uint64_t section_count;
    struct ocd_elf_segment *segments; /* those that are loaded and have data, and PT_TLS */
    size_t kept;
    size_t loads; /* PT_LOAD among them */
    bool physical;
};

/* All answer an ocd_err with the image's detail set. */

/* Identification, header and the sizes of both tables. */
int ocd__elf_read_header(struct ocd_elf *e);
/* Fills `segments`, to be freed, and `physical`. */
int ocd__elf_read_segments(struct ocd_elf *e);
int ocd__elf_read_section(struct ocd_elf *e, uint64_t i, Elf64_Shdr *s);
uint64_t ocd__elf_section_place(const struct ocd_elf *e, uint64_t i);
