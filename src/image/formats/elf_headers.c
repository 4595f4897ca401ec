// SPDX-License-Identifier: MIT
/* libelf converts the headers one at a time from the file's class and byte order to the host's. Its
 * own descriptors would allocate memory by unchecked numbers of the file. */
#include "image/formats/elf_headers.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    SEGMENTS_MAX = 4096, /* program headers; a usual file has a handful */
};

static size_t file_size(const struct ocd_elf *e, Elf_Type type)
{
    return e->wide ? elf64_fsize(type, 1, EV_CURRENT) : elf32_fsize(type, 1, EV_CURRENT);
}

/* Reads the structure at `offset` in the form of the file's class. */
static int read_struct(struct ocd_elf *e, uint64_t offset, Elf_Type type, void *to, size_t size)
{
    struct ocd_image *im = e->im;
    uint8_t bytes[sizeof(Elf64_Ehdr)];
    size_t length = file_size(e, type);

    if (length > im->source.size || offset > im->source.size - length)
        return ocd__image_malformed(im, offset, "a header goes beyond the end of the file");
    int error = ocd__source_read(&im->source, offset, bytes, length);
    if (error != 0)
        return ocd__image_io(im, error);
    Elf_Data from = {.d_buf = bytes, .d_type = type, .d_version = EV_CURRENT, .d_size = length};
    Elf_Data into = {.d_buf = to, .d_type = type, .d_version = EV_CURRENT, .d_size = size};
    if ((e->wide ? elf64_xlatetom(&into, &from, e->encoding)
                 : elf32_xlatetom(&into, &from, e->encoding)) == NULL)
        return ocd__image_malformed(im, offset, "%s", elf_errmsg(-1));
    return OCD_OK;
}

static int read_header(struct ocd_elf *e)
{
    Elf32_Ehdr h;

    if (e->wide)
        return read_struct(e, 0, ELF_T_EHDR, &e->header, sizeof(e->header));
    int rc = read_struct(e, 0, ELF_T_EHDR, &h, sizeof(h));
    if (rc == OCD_OK)
        e->header = (Elf64_Ehdr){
            .e_type = h.e_type,
            .e_version = h.e_version,
            .e_machine = h.e_machine,
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

static int read_segment(struct ocd_elf *e, uint64_t offset, Elf64_Phdr *p)
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

uint64_t ocd__elf_section_place(const struct ocd_elf *e, uint64_t i)
{
    return e->header.e_shoff + i * e->header.e_shentsize;
}

int ocd__elf_read_section(struct ocd_elf *e, uint64_t i, Elf64_Shdr *s)
{
    Elf32_Shdr h;

    if (e->wide)
        return read_struct(e, ocd__elf_section_place(e, i), ELF_T_SHDR, s, sizeof(*s));
    int rc = read_struct(e, ocd__elf_section_place(e, i), ELF_T_SHDR, &h, sizeof(h));
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

static int check_table(struct ocd_elf *e, const char *what, uint64_t offset, uint64_t count,
                       uint64_t entry, uint64_t expected)
{
    struct ocd_image *im = e->im;

    if (count == 0)
        return OCD_OK;
    if (entry != expected)
        return ocd__image_malformed(im, 0, "a %s header has %" PRIu64 " bytes, not %" PRIu64, what,
                                    expected, entry);
    if (offset > im->source.size || count > (im->source.size - offset) / entry)
        return ocd__image_malformed(
            im, offset, "%" PRIu64 " %s headers go beyond the end of the file", count, what);
    return OCD_OK;
}

/* Numbers that are too large for the header are in the section header 0. */
static int count_tables(struct ocd_elf *e)
{
    Elf64_Shdr zero = {0};
    int rc = OCD_OK;

    e->segment_count = e->header.e_phnum;
    e->section_count = e->header.e_shnum;
    if (e->header.e_shoff != 0 && (e->segment_count == PN_XNUM || e->section_count == 0)) {
        rc = ocd__elf_read_section(e, 0, &zero);
        if (e->segment_count == PN_XNUM)
            e->segment_count = zero.sh_info;
        if (e->section_count == 0)
            e->section_count = zero.sh_size;
    }
    if (rc == OCD_OK)
        rc = check_table(e, "program", e->header.e_phoff, e->segment_count, e->header.e_phentsize,
                         file_size(e, ELF_T_PHDR));
    if (rc == OCD_OK && e->header.e_shoff != 0)
        rc = check_table(e, "section", e->header.e_shoff, e->section_count, e->header.e_shentsize,
                         file_size(e, ELF_T_SHDR));
    return rc;
}

static int identify(struct ocd_elf *e)
{
    struct ocd_image *im = e->im;
    uint8_t ident[EI_NIDENT] = {0};

    if (im->source.size < EI_NIDENT)
        return ocd__image_malformed(im, 0, "the file is shorter than an ELF header");
    int error = ocd__source_read(&im->source, 0, ident, sizeof(ident));
    if (error != 0)
        return ocd__image_io(im, error);
    if (memcmp(ident, ELFMAG, SELFMAG) != 0)
        return ocd__image_malformed(im, 0, "the file does not begin with 7F 'ELF'");
    if (ident[EI_CLASS] != ELFCLASS32 && ident[EI_CLASS] != ELFCLASS64)
        return ocd__image_malformed(im, EI_CLASS, "there is no class %u", ident[EI_CLASS]);
    if (ident[EI_DATA] != ELFDATA2LSB && ident[EI_DATA] != ELFDATA2MSB)
        return ocd__image_malformed(im, EI_DATA, "there is no byte order %u", ident[EI_DATA]);
    if (ident[EI_VERSION] != EV_CURRENT)
        return ocd__image_malformed(im, EI_VERSION, "there is no version %u", ident[EI_VERSION]);
    e->wide = ident[EI_CLASS] == ELFCLASS64;
    e->encoding = ident[EI_DATA];
    return OCD_OK;
}

int ocd__elf_read_header(struct ocd_elf *e)
{
    elf_version(EV_CURRENT);
    int rc = identify(e);
    if (rc == OCD_OK)
        rc = read_header(e);
    return rc == OCD_OK ? count_tables(e) : rc;
}

/* Decides whether physical addresses are used, as BFD does (elf.c), and with it objcopy and GDB:
 * some linkers leave all physical addresses 0, where several segments cannot all be stored. All
 * program headers are counted. */
struct addresses {
    bool nonzero;
    unsigned loads;
};

static int keep_segment(struct ocd_elf *e, const Elf64_Phdr *p, uint64_t place)
{
    if ((p->p_type != PT_LOAD && p->p_type != PT_TLS) || p->p_filesz == 0)
        return OCD_OK;
    if (p->p_filesz > p->p_memsz)
        return ocd__image_malformed(e->im, place, "a segment is larger in the file than in memory");
    if (p->p_filesz > e->im->source.size || p->p_offset > e->im->source.size - p->p_filesz)
        return ocd__image_malformed(e->im, place,
                                    "a segment has 0x%" PRIX64 " bytes at offset 0x%" PRIX64
                                    ", but the file ends at 0x%" PRIX64,
                                    p->p_filesz, p->p_offset, e->im->source.size);
    e->loads += p->p_type == PT_LOAD;
    e->segments[e->kept++] = (struct ocd_elf_segment){.p = *p, .place = place};
    return OCD_OK;
}

int ocd__elf_read_segments(struct ocd_elf *e)
{
    struct ocd_image *im = e->im;
    struct addresses found = {0};

    if (e->segment_count > SEGMENTS_MAX)
        return ocd__image_malformed(im, 0, "%" PRIu64 " program headers are more than %d",
                                    e->segment_count, SEGMENTS_MAX);
    e->segments = calloc((size_t)e->segment_count + 1, sizeof(*e->segments));
    if (e->segments == NULL)
        return ocd__image_io(im, ENOMEM);
    for (uint64_t i = 0; i < e->segment_count; i++) {
        uint64_t place = e->header.e_phoff + i * e->header.e_phentsize;
        Elf64_Phdr p;
        int rc = read_segment(e, place, &p);
        if (rc == OCD_OK)
            rc = keep_segment(e, &p, place);
        if (rc != OCD_OK)
            return rc;
        found.nonzero = found.nonzero || p.p_paddr != 0;
        found.loads += p.p_type == PT_LOAD && p.p_memsz != 0;
    }
    e->physical = !im->options.virtual_addr && (found.nonzero || found.loads <= 1);
    return OCD_OK;
}
