// SPDX-License-Identifier: MIT
/* Makes ELF files of either class and byte order. */
#pragma once

#include <elf.h>

#include "base/buffer.h"
#include "support.h"

struct elf_segment {
    uint32_t type; /* 0: PT_LOAD */
    uint64_t vaddr;
    uint64_t paddr;
    const void *data;
    size_t size;
    uint64_t bss; /* bytes of memory beyond it */
};

/* Part of a segment, or, if `data` is given, of none. */
struct elf_section {
    const char *name;
    uint32_t type; /* 0: SHT_PROGBITS */
    uint64_t flags;
    uint64_t addr;
    unsigned segment;
    size_t offset; /* in the segment's data */
    size_t size;
    const void *data;
};

struct elf_spec {
    bool wide;
    bool big;
    uint16_t type; /* 0: ET_EXEC */
    uint64_t entry;
    const struct elf_segment *segments;
    unsigned segment_count;
    const struct elf_section *sections; /* without the first, empty one, and the one of names */
    unsigned section_count;
};

/* To be released with ocd__buffer_free(). */
struct ocd_buffer elf_make(const struct elf_spec *spec);

/* Fields of the headers, to be changed; the names are <elf.h>'s. */
enum elf_field {
    E_PHOFF,
    E_SHOFF,
    E_PHENTSIZE,
    E_PHNUM,
    E_SHENTSIZE,
    E_SHNUM,
    E_SHSTRNDX
};
void elf_poke(struct ocd_buffer *file, const struct elf_spec *spec, enum elf_field field,
              uint64_t value);
/* At any offset; `width` in bytes. */
void elf_poke_at(struct ocd_buffer *file, const struct elf_spec *spec, size_t offset,
                 unsigned width, uint64_t value);
/* Offset of a program or section header. */
size_t elf_segment_at(const struct elf_spec *spec, unsigned i);
size_t elf_section_at(const struct ocd_buffer *file, const struct elf_spec *spec, unsigned i);
