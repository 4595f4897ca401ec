// SPDX-License-Identifier: MIT
/* ELF: load segments, or sections by name. libelf translates the headers, one at a time, between
 * the file's class and byte order and ours; its own descriptors would take memory by the numbers
 * that the file states. */
#include <errno.h>
#include <inttypes.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>

#include "image/reader.h"

enum {
    NAME_SIZE_MAX = 256, /* of a section, with NUL; no longer one is found */
    SEGMENTS_MAX = 4096, /* program headers; what is loaded has a handful */
};

/* A segment that has data. */
struct load {
    Elf64_Phdr p;
    uint64_t place;
};

/* A file's headers, in the wide form. */
struct elf {
    struct ocd_image *im;
    bool wide; /* ELF64 */
    unsigned encoding;
    Elf64_Ehdr header;
    uint64_t segments; /* their number, which need not fit into the header */
    uint64_t sections;
    struct load *loads;
    size_t load_count;
    bool physical;
};

/* --- Headers --- */

static size_t file_size(const struct elf *e, Elf_Type type)
{
    return e->wide ? elf64_fsize(type, 1, EV_CURRENT) : elf32_fsize(type, 1, EV_CURRENT);
}

/* Reads the structure at `offset` in the form of the file's class. */
static int read_struct(struct elf *e, uint64_t offset, Elf_Type type, void *to, size_t size)
{
    struct ocd_image *im = e->im;
    uint8_t bytes[sizeof(Elf64_Ehdr)];
    size_t length = file_size(e, type);

    if (length > im->source.size || offset > im->source.size - length)
        return ocd_image_malformed(im, offset, "a header goes beyond the end of the file");
    int error = ocd_source_read(&im->source, offset, bytes, length);
    if (error != 0)
        return ocd_image_io(im, error);
    Elf_Data from = {.d_buf = bytes, .d_type = type, .d_version = EV_CURRENT, .d_size = length};
    Elf_Data into = {.d_buf = to, .d_type = type, .d_version = EV_CURRENT, .d_size = size};
    if ((e->wide ? elf64_xlatetom(&into, &from, e->encoding)
                 : elf32_xlatetom(&into, &from, e->encoding)) == NULL)
        return ocd_image_malformed(im, offset, "%s", elf_errmsg(-1));
    return OCD_OK;
}

static int read_header(struct elf *e)
{
    Elf32_Ehdr h;

    if (e->wide)
        return read_struct(e, 0, ELF_T_EHDR, &e->header, sizeof(e->header));
    int rc = read_struct(e, 0, ELF_T_EHDR, &h, sizeof(h));
    if (rc == OCD_OK)
        e->header = (Elf64_Ehdr){
            .e_type = h.e_type,
            .e_version = h.e_version,
            .e_entry = h.e_entry,
            .e_phoff = h.e_phoff,
            .e_shoff = h.e_shoff,
            .e_phentsize = h.e_phentsize,
            .e_phnum = h.e_phnum,
            .e_shentsize = h.e_shentsize,
            .e_shnum = h.e_shnum,
            .e_shstrndx = h.e_shstrndx,
        };
    return rc;
}

static int read_segment(struct elf *e, uint64_t offset, Elf64_Phdr *p)
{
    Elf32_Phdr h;

    if (e->wide)
        return read_struct(e, offset, ELF_T_PHDR, p, sizeof(*p));
    int rc = read_struct(e, offset, ELF_T_PHDR, &h, sizeof(h));
    if (rc == OCD_OK)
        *p = (Elf64_Phdr){
            .p_type = h.p_type,
            .p_offset = h.p_offset,
            .p_vaddr = h.p_vaddr,
            .p_paddr = h.p_paddr,
            .p_filesz = h.p_filesz,
            .p_memsz = h.p_memsz,
        };
    return rc;
}

static uint64_t section_offset(const struct elf *e, uint64_t i)
{
    return e->header.e_shoff + i * e->header.e_shentsize;
}

static int read_section(struct elf *e, uint64_t i, Elf64_Shdr *s)
{
    Elf32_Shdr h;

    if (e->wide)
        return read_struct(e, section_offset(e, i), ELF_T_SHDR, s, sizeof(*s));
    int rc = read_struct(e, section_offset(e, i), ELF_T_SHDR, &h, sizeof(h));
    if (rc == OCD_OK)
        *s = (Elf64_Shdr){
            .sh_name = h.sh_name,
            .sh_type = h.sh_type,
            .sh_flags = h.sh_flags,
            .sh_addr = h.sh_addr,
            .sh_offset = h.sh_offset,
            .sh_size = h.sh_size,
            .sh_link = h.sh_link,
            .sh_info = h.sh_info,
        };
    return rc;
}

static int check_table(struct elf *e, const char *what, uint64_t offset, uint64_t count,
                       uint64_t entry, uint64_t expected)
{
    struct ocd_image *im = e->im;

    if (count == 0)
        return OCD_OK;
    if (entry != expected)
        return ocd_image_malformed(im, 0, "a %s header has %" PRIu64 " bytes, not %" PRIu64, what,
                                   expected, entry);
    if (offset > im->source.size || count > (im->source.size - offset) / entry)
        return ocd_image_malformed(
            im, offset, "%" PRIu64 " %s headers go beyond the end of the file", count, what);
    return OCD_OK;
}

/* Numbers that are too large for the header stand in the section header 0. */
static int count_tables(struct elf *e)
{
    Elf64_Shdr zero = {0};
    int rc = OCD_OK;

    e->segments = e->header.e_phnum;
    e->sections = e->header.e_shnum;
    if (e->header.e_shoff != 0 && (e->segments == PN_XNUM || e->sections == 0)) {
        rc = read_section(e, 0, &zero);
        if (e->segments == PN_XNUM)
            e->segments = zero.sh_info;
        if (e->sections == 0)
            e->sections = zero.sh_size;
    }
    if (rc == OCD_OK)
        rc = check_table(e, "program", e->header.e_phoff, e->segments, e->header.e_phentsize,
                         file_size(e, ELF_T_PHDR));
    if (rc == OCD_OK && e->im->options.sections != NULL)
        rc = check_table(e, "section", e->header.e_shoff, e->sections, e->header.e_shentsize,
                         file_size(e, ELF_T_SHDR));
    return rc;
}

static int identify(struct elf *e)
{
    struct ocd_image *im = e->im;
    uint8_t ident[EI_NIDENT] = {0};

    if (im->source.size < EI_NIDENT)
        return ocd_image_malformed(im, 0, "the file is shorter than an ELF header");
    int error = ocd_source_read(&im->source, 0, ident, sizeof(ident));
    if (error != 0)
        return ocd_image_io(im, error);
    if (memcmp(ident, ELFMAG, SELFMAG) != 0)
        return ocd_image_malformed(im, 0, "the file does not begin with 7F 'ELF'");
    if (ident[EI_CLASS] != ELFCLASS32 && ident[EI_CLASS] != ELFCLASS64)
        return ocd_image_malformed(im, EI_CLASS, "there is no class %u", ident[EI_CLASS]);
    if (ident[EI_DATA] != ELFDATA2LSB && ident[EI_DATA] != ELFDATA2MSB)
        return ocd_image_malformed(im, EI_DATA, "there is no byte order %u", ident[EI_DATA]);
    if (ident[EI_VERSION] != EV_CURRENT)
        return ocd_image_malformed(im, EI_VERSION, "there is no version %u", ident[EI_VERSION]);
    e->wide = ident[EI_CLASS] == ELFCLASS64;
    e->encoding = ident[EI_DATA];
    return OCD_OK;
}

/* --- Data --- */

static int add(struct elf *e, uint64_t addr, uint64_t size, uint64_t offset, const char *what,
               uint64_t place)
{
    struct ocd_image *im = e->im;

    if (size > im->source.size || offset > im->source.size - size)
        return ocd_image_malformed(im, place,
                                   "%s has 0x%" PRIX64 " bytes at offset 0x%" PRIX64
                                   ", but the file ends at 0x%" PRIX64,
                                   what, size, offset, im->source.size);
    if (!e->wide && addr + size > (uint64_t)1 << 32)
        return ocd_image_malformed(im, place, "%s goes beyond 4 GiB", what);
    return ocd_image_add(im, addr, size, &(struct ocd_mark){.offset = offset}, place,
                         OCD_RUN_BLOCK);
}

/* Some linkers leave all physical addresses 0: OpenOCD (target/image.c) and binutils then take the
 * virtual ones, too. */
static int read_loads(struct elf *e)
{
    struct ocd_image *im = e->im;
    Elf64_Phdr p;

    if (e->segments > SEGMENTS_MAX)
        return ocd_image_malformed(im, 0, "%" PRIu64 " program headers are more than %d",
                                   e->segments, SEGMENTS_MAX);
    e->loads = calloc(e->segments + 1, sizeof(*e->loads));
    if (e->loads == NULL)
        return ocd_image_io(im, ENOMEM);
    for (uint64_t i = 0; i < e->segments; i++) {
        uint64_t place = e->header.e_phoff + i * e->header.e_phentsize;
        int rc = read_segment(e, place, &p);
        if (rc != OCD_OK)
            return rc;
        if (p.p_type != PT_LOAD || p.p_filesz == 0)
            continue;
        if (p.p_filesz > p.p_memsz)
            return ocd_image_malformed(im, place, "a segment is larger in the file than in memory");
        if (p.p_paddr != 0 && !im->options.virtual_addr)
            e->physical = true;
        e->loads[e->load_count++] = (struct load){p, place};
    }
    return OCD_OK;
}

static int add_segments(struct elf *e)
{
    for (size_t i = 0; i < e->load_count; i++) {
        const Elf64_Phdr *p = &e->loads[i].p;
        uint64_t place = e->loads[i].place;
        int rc = add(e, e->physical ? p->p_paddr : p->p_vaddr, p->p_filesz, p->p_offset,
                     "a segment", place);
        if (rc != OCD_OK)
            return rc;
        if (p->p_offset == 0)
            ocd_image_warn(e->im, place, "a segment begins with the ELF header itself");
    }
    if (e->load_count == 0)
        return ocd_image_fail(e->im, OCD_ERR_FORMAT, "ELF: there is no load segment with data%s",
                              e->segments == 0 ? ": name the sections that are meant" : "");
    return OCD_OK;
}

/* Where a section is stored, if a load segment holds it. */
static uint64_t load_address(const struct elf *e, const Elf64_Shdr *s)
{
    for (size_t i = 0; i < e->load_count && e->physical; i++) {
        const Elf64_Phdr *p = &e->loads[i].p;
        if (s->sh_offset >= p->p_offset && s->sh_size <= p->p_filesz &&
            s->sh_offset - p->p_offset <= p->p_filesz - s->sh_size)
            return p->p_paddr + (s->sh_offset - p->p_offset);
    }
    return s->sh_addr;
}

static int add_section(struct elf *e, uint64_t i, const Elf64_Shdr *s, const char *name)
{
    uint64_t place = section_offset(e, i);

    if ((s->sh_flags & SHF_ALLOC) == 0)
        return ocd_image_malformed(e->im, place, "section %s is not one that is loaded", name);
    if (s->sh_type == SHT_NOBITS)
        return ocd_image_malformed(e->im, place, "section %s has no data in the file", name);
    if ((s->sh_flags & SHF_COMPRESSED) != 0)
        return ocd_image_malformed(e->im, place, "section %s is compressed", name);
    return add(e, load_address(e, s), s->sh_size, s->sh_offset, name, place);
}

/* Whether a section has the name. */
static int compare_name(struct elf *e, const Elf64_Shdr *strings, const Elf64_Shdr *s,
                        const char *name, bool *same)
{
    char found[NAME_SIZE_MAX];
    size_t size = strlen(name) + 1;

    *same = false;
    if (size > sizeof(found) || s->sh_name > strings->sh_size ||
        size > strings->sh_size - s->sh_name)
        return OCD_OK;
    int error = ocd_source_read(&e->im->source, strings->sh_offset + s->sh_name, found, size);
    if (error != 0)
        return ocd_image_io(e->im, error);
    *same = memcmp(found, name, size) == 0;
    return OCD_OK;
}

static int add_named(struct elf *e, const Elf64_Shdr *strings, const char *name)
{
    bool found = false;
    Elf64_Shdr s;

    for (uint64_t i = 1; i < e->sections; i++) {
        bool same = false;
        int rc = read_section(e, i, &s);
        if (rc == OCD_OK)
            rc = compare_name(e, strings, &s, name, &same);
        if (rc == OCD_OK && same)
            rc = add_section(e, i, &s, name);
        if (rc != OCD_OK)
            return rc;
        found = found || same;
    }
    return found ? OCD_OK
                 : ocd_image_fail(e->im, OCD_ERR_FORMAT, "ELF: there is no section %s", name);
}

static int add_sections(struct elf *e)
{
    struct ocd_image *im = e->im;
    uint64_t index = e->header.e_shstrndx;
    Elf64_Shdr strings = {0};
    int rc = OCD_OK;

    if (index == SHN_XINDEX) {
        rc = read_section(e, 0, &strings);
        index = strings.sh_link;
    }
    if (rc == OCD_OK && index >= e->sections)
        return ocd_image_malformed(im, 0, "there is no table of section names");
    if (rc == OCD_OK)
        rc = read_section(e, index, &strings);
    if (rc == OCD_OK && (strings.sh_type != SHT_STRTAB || strings.sh_size > im->source.size ||
                         strings.sh_offset > im->source.size - strings.sh_size))
        rc = ocd_image_malformed(im, section_offset(e, index), "this is no table of section names");
    for (const char *const *name = im->options.sections; rc == OCD_OK && *name != NULL; name++)
        rc = add_named(e, &strings, *name);
    return rc;
}

static int scan(struct ocd_image *im)
{
    struct elf e = {.im = im};

    elf_version(EV_CURRENT);
    int rc = identify(&e);
    if (rc == OCD_OK)
        rc = read_header(&e);
    if (rc == OCD_OK)
        rc = count_tables(&e);
    if (rc == OCD_OK)
        rc = read_loads(&e);
    if (rc == OCD_OK)
        rc = im->options.sections != NULL ? add_sections(&e) : add_segments(&e);
    if (rc == OCD_OK && (e.header.e_type == ET_EXEC || e.header.e_type == ET_DYN)) {
        im->info.has_entry = e.header.e_entry != 0;
        im->info.entry = e.header.e_entry;
    }
    free(e.loads);
    return rc;
}

const struct ocd_image_reader ocd_reader_elf = {
    .format = OCD_IMAGE_ELF, .scan = scan, .fetch = ocd_image_fetch_block};
