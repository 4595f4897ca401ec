// SPDX-License-Identifier: MIT
/* ELF: the contents of the sections that are loaded, at the addresses where they are stored.
 * objcopy and GDB write the same. The load segments also hold what is between the sections, and
 * often the ELF header itself, below the program: they are used only if the file has no sections
 * that are loaded. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "image/formats/elf_headers.h"

enum {
    NAME_SIZE_MAX = 256, /* of a section, with NUL; a longer name is not found */
};

static int add(struct ocd_elf *e, uint64_t addr, uint64_t size, uint64_t offset, const char *what,
               uint64_t place)
{
    struct ocd_image *im = e->im;

    if (size > im->source.size || offset > im->source.size - size)
        return ocd__image_malformed(im, place,
                                    "%s has 0x%" PRIX64 " bytes at offset 0x%" PRIX64
                                    ", but the file ends at 0x%" PRIX64,
                                    what, size, offset, im->source.size);
    if (!e->wide && addr + size > (uint64_t)1 << 32)
        return ocd__image_malformed(im, place, "%s goes beyond 4 GiB", what);
    return ocd__image_add(im, addr, size, &(struct ocd_mark){.offset = offset}, place,
                          OCD_EXTENT_BLOCK);
}

/* --- Segments --- */

static int add_segments(struct ocd_elf *e)
{
    for (size_t i = 0; i < e->kept; i++) {
        const Elf64_Phdr *p = &e->segments[i].p;
        uint64_t place = e->segments[i].place;
        if (p->p_type != PT_LOAD)
            continue;
        int rc = add(e, e->physical ? p->p_paddr : p->p_vaddr, p->p_filesz, p->p_offset,
                     "a segment", place);
        if (rc != OCD_OK)
            return rc;
        if (p->p_offset == 0)
            ocd__image_warn(e->im, place, "a segment begins with the ELF header itself");
    }
    return OCD_OK;
}

/* --- Sections --- */

static bool is_loaded(const Elf64_Shdr *s)
{
    return (s->sh_flags & SHF_ALLOC) != 0 && s->sh_type != SHT_NOBITS && s->sh_type != SHT_NULL &&
           s->sh_size > 0;
}

/* `size` bytes from `first` on lie within `limit` bytes from `start` on. */
static bool lies_within(uint64_t first, uint64_t size, uint64_t start, uint64_t limit)
{
    return first >= start && size <= limit && first - start <= limit - size;
}

/* The segment that holds the section in the file and in memory; NULL: none does. */
static struct ocd_elf_segment *segment_of(struct ocd_elf *e, const Elf64_Shdr *s)
{
    uint32_t type = (s->sh_flags & SHF_TLS) != 0 ? PT_TLS : PT_LOAD;

    for (size_t i = 0; i < e->kept; i++) {
        const Elf64_Phdr *p = &e->segments[i].p;
        if (p->p_type == type && lies_within(s->sh_offset, s->sh_size, p->p_offset, p->p_filesz) &&
            lies_within(s->sh_addr, s->sh_size, p->p_vaddr, p->p_memsz))
            return &e->segments[i];
    }
    return NULL;
}

static int add_section(struct ocd_elf *e, uint64_t i, const Elf64_Shdr *s, const char *name)
{
    uint64_t place = ocd__elf_section_place(e, i);
    struct ocd_elf_segment *segment = segment_of(e, s);
    uint64_t addr = s->sh_addr;

    if ((s->sh_flags & SHF_COMPRESSED) != 0)
        return ocd__image_malformed(e->im, place, "%s is compressed", name);
    if (segment != NULL) {
        segment->section_bytes += s->sh_size;
        if (e->physical)
            addr = segment->p.p_paddr + (s->sh_offset - segment->p.p_offset);
    }
    return add(e, addr, s->sh_size, s->sh_offset, name, place);
}

/* `*found`: there is one. */
static int add_loaded_sections(struct ocd_elf *e, bool *found)
{
    Elf64_Shdr s;

    *found = false;
    for (uint64_t i = 1; e->header.e_shoff != 0 && i < e->section_count; i++) {
        int rc = ocd__elf_read_section(e, i, &s);
        if (rc == OCD_OK && is_loaded(&s)) {
            *found = true;
            if (segment_of(e, &s) == NULL)
                ocd__image_warn(e->im, ocd__elf_section_place(e, i),
                                "a section at 0x%08" PRIX64 " is in no load segment", s.sh_addr);
            rc = add_section(e, i, &s, "a section");
        }
        if (rc != OCD_OK)
            return rc;
    }
    return OCD_OK;
}

static void warn_of_bare_segments(struct ocd_elf *e)
{
    for (size_t i = 0; i < e->kept; i++) {
        const struct ocd_elf_segment *g = &e->segments[i];
        if (g->p.p_type == PT_LOAD && g->section_bytes == 0)
            ocd__image_warn(e->im, g->place,
                            "a segment of %" PRIu64 " bytes is left out: no section holds them",
                            g->p.p_filesz);
    }
}

static int add_program(struct ocd_elf *e)
{
    bool sections;

    if (e->loads == 0)
        return ocd__image_fail(e->im, OCD_ERR_FORMAT, "ELF: there is no load segment with data%s",
                               e->segment_count == 0 ? ": name the sections that are meant" : "");
    int rc = add_loaded_sections(e, &sections);
    if (rc != OCD_OK)
        return rc;
    if (!sections)
        return add_segments(e);
    warn_of_bare_segments(e);
    return OCD_OK;
}

/* --- Sections by name --- */

/* Whether a section has the name. */
static int compare_name(struct ocd_elf *e, const Elf64_Shdr *strings, const Elf64_Shdr *s,
                        const char *name, bool *same)
{
    char found[NAME_SIZE_MAX];
    size_t size = strlen(name) + 1;

    *same = false;
    if (size > sizeof(found) || s->sh_name > strings->sh_size ||
        size > strings->sh_size - s->sh_name)
        return OCD_OK;
    int error = ocd__source_read(&e->im->source, strings->sh_offset + s->sh_name, found, size);
    if (error != 0)
        return ocd__image_io(e->im, error);
    *same = memcmp(found, name, size) == 0;
    return OCD_OK;
}

static int add_chosen(struct ocd_elf *e, uint64_t i, const Elf64_Shdr *s, const char *name)
{
    uint64_t place = ocd__elf_section_place(e, i);

    if ((s->sh_flags & SHF_ALLOC) == 0)
        return ocd__image_malformed(e->im, place, "section %s is not one that is loaded", name);
    if (s->sh_type == SHT_NOBITS)
        return ocd__image_malformed(e->im, place, "section %s has no data in the file", name);
    return add_section(e, i, s, name);
}

static int add_named(struct ocd_elf *e, const Elf64_Shdr *strings, const char *name)
{
    bool found = false;
    Elf64_Shdr s;

    for (uint64_t i = 1; i < e->section_count; i++) {
        bool same = false;
        int rc = ocd__elf_read_section(e, i, &s);
        if (rc == OCD_OK)
            rc = compare_name(e, strings, &s, name, &same);
        if (rc == OCD_OK && same)
            rc = add_chosen(e, i, &s, name);
        if (rc != OCD_OK)
            return rc;
        found = found || same;
    }
    return found ? OCD_OK
                 : ocd__image_fail(e->im, OCD_ERR_FORMAT, "ELF: there is no section %s", name);
}

static int add_named_sections(struct ocd_elf *e)
{
    struct ocd_image *im = e->im;
    uint64_t index = e->header.e_shstrndx;
    Elf64_Shdr strings = {0};
    int rc = OCD_OK;

    if (index == SHN_XINDEX) {
        rc = ocd__elf_read_section(e, 0, &strings);
        index = strings.sh_link;
    }
    if (rc == OCD_OK && index >= e->section_count)
        return ocd__image_malformed(im, 0, "there is no table of section names");
    if (rc == OCD_OK)
        rc = ocd__elf_read_section(e, index, &strings);
    if (rc == OCD_OK && (strings.sh_type != SHT_STRTAB || strings.sh_size > im->source.size ||
                         strings.sh_offset > im->source.size - strings.sh_size))
        rc = ocd__image_malformed(im, ocd__elf_section_place(e, index),
                                  "this is no table of section names");
    for (const char *const *name = im->options.sections; rc == OCD_OK && *name != NULL; name++)
        rc = add_named(e, &strings, *name);
    return rc;
}

static int scan(struct ocd_image *im)
{
    struct ocd_elf e = {.im = im};
    int rc = ocd__elf_read_header(&e);

    if (rc == OCD_OK)
        rc = ocd__elf_read_segments(&e);
    if (rc == OCD_OK)
        rc = im->options.sections != NULL ? add_named_sections(&e) : add_program(&e);
    if (rc == OCD_OK && (e.header.e_type == ET_EXEC || e.header.e_type == ET_DYN)) {
        im->info.has_entry = e.header.e_entry != 0;
        im->info.entry = e.header.e_entry;
    }
    im->info.machine = e.header.e_machine;
    free(e.segments);
    return rc;
}

const struct ocd_image_reader ocd__reader_elf = {
    .format = OCD_IMAGE_ELF, .scan = scan, .fetch = ocd__image_fetch_block};
