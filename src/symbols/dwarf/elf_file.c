// SPDX-License-Identifier: MIT
/* One ELF file: what it is, its sections, its contents. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "symbols/dwarf/debug_info.h"

enum {
    /* The sections of smaller files are read when the file is opened, so that a linker that writes
     * the file anew does no harm. Larger ones are mapped. */
    READ_WHOLE_MAX = 64 << 20,
};

static int malformed(struct ocd_elf_file *f, const char *why)
{
    return ocd__symbols_fail(f->symbols, OCD_ERR_FORMAT, f->info.path, "%s", why);
}

static const char *machine_name(unsigned machine)
{
    static const struct {
        unsigned machine;
        const char *name;
    } names[] = {
        {EM_ARM, "ARM"},       {EM_AARCH64, "AArch64"}, {EM_RISCV, "RISC-V"},  {EM_MIPS, "MIPS"},
        {EM_XTENSA, "Xtensa"}, {EM_386, "x86"},         {EM_X86_64, "x86-64"}, {EM_PPC, "PowerPC"},
        {EM_AVR, "AVR"},       {EM_ARC_COMPACT, "ARC"}, {EM_ARCV2, "ARC"},
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (names[i].machine == machine)
            return names[i].name;
    return "unknown";
}

/* The section headers are at the end of what linkers write. */
static bool is_truncated(const GElf_Ehdr *header, uint64_t size)
{
    uint64_t headers = (uint64_t)header->e_shnum * header->e_shentsize;

    return header->e_shoff > size || headers > size - header->e_shoff;
}

static int identify(struct ocd_elf_file *f, uint64_t size)
{
    GElf_Ehdr header;

    if (elf_kind(f->elf) != ELF_K_ELF || gelf_getehdr(f->elf, &header) == NULL)
        return malformed(f, "this is no ELF file");
    if (header.e_type == ET_REL)
        return malformed(f, "this is an object file, whose addresses are not known before it is "
                            "linked: name the linked ELF file");
    if (header.e_type != ET_EXEC && header.e_type != ET_DYN)
        return malformed(f, "this is no linked program");
    if (is_truncated(&header, size))
        return malformed(f, "it is truncated: its end, with the section headers, is missing");
    f->machine = header.e_machine;
    f->info.machine = machine_name(header.e_machine);
    f->info.bits = gelf_getclass(f->elf) == ELFCLASS64 ? 64 : 32;
    f->info.big_endian = header.e_ident[EI_DATA] == ELFDATA2MSB;
    f->info.entry = header.e_entry;
    return OCD_OK;
}

/* --- Sections --- */

static void find_build_id(struct ocd_elf_file *f, Elf_Scn *scn, const GElf_Shdr *h)
{
    Elf_Data *data = elf_getdata(scn, NULL);
    GElf_Nhdr note;
    size_t name, desc, at = 0;

    while (data != NULL && data->d_buf != NULL &&
           (at = gelf_getnote(data, at, &note, &name, &desc)) > 0) {
        const char *bytes = data->d_buf;
        if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
            memcmp(bytes + name, "GNU", 4) == 0) {
            f->info.build_id = (const uint8_t *)bytes + desc;
            f->info.build_id_size = note.n_descsz;
            f->info.build_id_addr = (h->sh_flags & SHF_ALLOC) != 0 ? h->sh_addr + desc : 0;
        }
    }
}

static void add_section(struct ocd_elf_file *f, Elf_Scn *scn, const GElf_Shdr *h, const char *name)
{
    struct ocd_elf_section *s = &f->sections[f->section_count++];

    *s = (struct ocd_elf_section){
        .name = name != NULL ? name : "",
        .addr = h->sh_addr,
        .size = h->sh_size,
        .flags = h->sh_flags,
        .index = (uint32_t)elf_ndxscn(scn),
        .is_note = h->sh_type == SHT_NOTE,
    };
    Elf_Data *data = h->sh_type != SHT_NOBITS && (h->sh_flags & SHF_COMPRESSED) == 0
                         ? elf_rawdata(scn, NULL)
                         : NULL;
    if (data != NULL && data->d_buf != NULL && data->d_size == h->sh_size)
        s->data = data->d_buf;
}

static int compare_sections(const void *a, const void *b)
{
    const struct ocd_elf_section *x = a, *y = b;

    return x->addr != y->addr ? (x->addr < y->addr ? -1 : 1) : (int)x->index - (int)y->index;
}

static int load_sections(struct ocd_elf_file *f)
{
    size_t count = 0, names = 0;
    Elf_Scn *scn = NULL;
    GElf_Shdr h;

    if (elf_getshdrnum(f->elf, &count) != 0 || elf_getshdrstrndx(f->elf, &names) != 0)
        return malformed(f, "its section headers cannot be read");
    f->sections = calloc(count + 1, sizeof(*f->sections));
    if (f->sections == NULL)
        return ocd__symbols_nomem(f->symbols);
    while ((scn = elf_nextscn(f->elf, scn)) != NULL && f->section_count < count) {
        if (gelf_getshdr(scn, &h) == NULL)
            continue;
        if (h.sh_type == SHT_NOTE)
            find_build_id(f, scn, &h);
        if ((h.sh_flags & SHF_ALLOC) != 0 && (h.sh_flags & SHF_TLS) == 0 && h.sh_size > 0 &&
            h.sh_addr <= UINT64_MAX - (h.sh_size - 1))
            add_section(f, scn, &h, elf_strptr(f->elf, names, h.sh_name));
    }
    qsort(f->sections, f->section_count, sizeof(*f->sections), compare_sections);
    return OCD_OK;
}

/* False: the program's startup code copies it there. */
static bool is_in_place(struct ocd_elf_file *f, const struct ocd_elf_section *s)
{
    size_t count = 0;
    GElf_Phdr h;

    if (elf_getphdrnum(f->elf, &count) != 0)
        return true;
    for (size_t i = 0; i < count; i++)
        if (gelf_getphdr(f->elf, (int)i, &h) != NULL && h.p_type == PT_LOAD &&
            s->addr >= h.p_vaddr && s->addr - h.p_vaddr < h.p_memsz)
            return h.p_paddr == h.p_vaddr;
    return true;
}

static int list_ranges(struct ocd_elf_file *f)
{
    struct ocd_range *all =
        ocd__arena_alloc(&f->symbols->arena, 2 * (f->section_count + 1) * sizeof(*all));
    struct ocd_range *rom = all != NULL ? all + f->section_count : NULL;

    if (all == NULL)
        return ocd__symbols_nomem(f->symbols);
    f->info.memory = all;
    f->info.rom = rom;
    for (size_t i = 0; i < f->section_count; i++) {
        const struct ocd_elf_section *s = &f->sections[i];
        all[f->info.memory_count++] = (struct ocd_range){.addr = s->addr, .size = s->size};
        if (s->data != NULL && (s->flags & SHF_WRITE) == 0 && !s->is_note && is_in_place(f, s))
            rom[f->info.rom_count++] = (struct ocd_range){.addr = s->addr, .size = s->size};
    }
    return OCD_OK;
}

const struct ocd_elf_section *ocd__elf_section_at(const struct ocd_elf_file *file, uint64_t addr)
{
    for (size_t i = 0; i < file->section_count; i++) {
        const struct ocd_elf_section *s = &file->sections[i];
        if (addr >= s->addr && addr - s->addr < s->size)
            return s;
    }
    return NULL;
}

const uint8_t *ocd__elf_contents(const struct ocd_elf_file *file, uint64_t addr, uint64_t size,
                                 bool *zeros)
{
    const struct ocd_elf_section *s = ocd__elf_section_at(file, addr);

    *zeros = false;
    if (s == NULL || size > s->size - (addr - s->addr))
        return NULL;
    if (s->data == NULL) {
        *zeros = true;
        return NULL;
    }
    return s->data + (addr - s->addr);
}

/* --- Opening --- */

static int read_elf(struct ocd_elf_file *f, uint64_t *size)
{
    struct stat st;

    elf_version(EV_CURRENT);
    if (f->memory != NULL) {
        f->elf = elf_memory(f->memory, (size_t)*size);
    } else {
        if (fstat(f->fd, &st) != 0)
            return ocd__symbols_fail(f->symbols, OCD_ERR_FILE, f->info.path, "%s", strerror(errno));
        if (!S_ISREG(st.st_mode))
            return ocd__symbols_fail(f->symbols, OCD_ERR_FILE, f->info.path,
                                     "this is no regular file");
        *size = (uint64_t)st.st_size;
        bool mapped = (f->symbols->options.flags & OCD_SYMBOLS_MAP) != 0;
        bool whole = st.st_size <= READ_WHOLE_MAX && !mapped;
        f->elf = elf_begin(f->fd, whole ? ELF_C_READ : ELF_C_READ_MMAP, NULL);
    }
    return f->elf != NULL ? OCD_OK : malformed(f, "this is no ELF file");
}

static int load(struct ocd_elf_file *f, uint64_t size)
{
    int rc = read_elf(f, &size);

    if (rc == OCD_OK)
        rc = identify(f, size);
    if (rc == OCD_OK)
        rc = load_sections(f);
    if (rc == OCD_OK)
        rc = list_ranges(f);
    if (rc == OCD_OK) {
        f->dwarf = dwarf_begin_elf(f->elf, DWARF_C_READ, NULL);
        f->info.has_debug_info = f->dwarf != NULL;
    }
    return rc;
}

int ocd__elf_file_open(struct ocd_symbols *s, const char *path, int fd, char *memory, size_t size)
{
    struct ocd_elf_file *f = calloc(1, sizeof(*f));
    const char *name = ocd__arena_copy(&s->arena, path, strlen(path));

    if (f == NULL || name == NULL) {
        free(f);
        free(memory);
        return ocd__symbols_nomem(s);
    }
    *f = (struct ocd_elf_file){.info = {.path = name}, .symbols = s, .fd = -1, .memory = memory};
    s->files[s->file_count++] = f;
    if (memory == NULL) {
        f->fd = dup(fd);
        if (f->fd < 0)
            return ocd__symbols_fail(s, OCD_ERR_FILE, name, "%s", strerror(errno));
    }
    return load(f, size);
}

void ocd__elf_file_close(struct ocd_elf_file *file)
{
    if (file->dwarf != NULL)
        dwarf_end(file->dwarf);
    if (file->elf != NULL)
        elf_end(file->elf);
    if (file->fd >= 0)
        close(file->fd);
    free(file->table);
    free(file->by_name);
    free(file->sections);
    free(file->memory);
    free(file);
}
