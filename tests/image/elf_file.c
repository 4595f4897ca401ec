// SPDX-License-Identifier: MIT
#include "elf_file.h"

enum {
    SEGMENTS_MAX = 8,
    SECTIONS_MAX = 8,
};

struct maker {
    const struct elf_spec *spec;
    struct ocd_buffer out;
    size_t data_at[SEGMENTS_MAX];
    size_t section_at[SECTIONS_MAX];
};

static size_t header_size(const struct elf_spec *spec)
{
    return spec->wide ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr);
}

static size_t segment_size(const struct elf_spec *spec)
{
    return spec->wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
}

static size_t section_size(const struct elf_spec *spec)
{
    return spec->wide ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);
}

static void encode(uint8_t *out, const struct elf_spec *spec, uint64_t value, unsigned width)
{
    for (unsigned i = 0; i < width; i++)
        out[spec->big ? width - 1 - i : i] = (uint8_t)(value >> (8 * i));
}

static void put(struct maker *m, uint64_t value, unsigned width)
{
    uint8_t bytes[8];

    encode(bytes, m->spec, value, width);
    ocd__buffer_add(&m->out, bytes, width);
}

/* A field as wide as the class. */
static void put_word(struct maker *m, uint64_t value)
{
    put(m, value, m->spec->wide ? 8 : 4);
}

static void put_header(struct maker *m, size_t sections_at)
{
    const struct elf_spec *s = m->spec;
    const uint8_t ident[EI_NIDENT] = {0x7f,
                                      'E',
                                      'L',
                                      'F',
                                      s->wide ? ELFCLASS64 : ELFCLASS32,
                                      s->big ? ELFDATA2MSB : ELFDATA2LSB,
                                      EV_CURRENT};

    ocd__buffer_add(&m->out, ident, sizeof(ident));
    put(m, s->type != 0 ? s->type : ET_EXEC, 2);
    put(m, s->wide ? EM_AARCH64 : EM_ARM, 2);
    put(m, EV_CURRENT, 4);
    put_word(m, s->entry);
    put_word(m, s->segment_count > 0 ? header_size(s) : 0);
    put_word(m, sections_at);
    put(m, 0, 4);
    put(m, header_size(s), 2);
    put(m, segment_size(s), 2);
    put(m, s->segment_count, 2);
    put(m, section_size(s), 2);
    put(m, s->section_count + 2, 2);
    put(m, s->section_count + 1, 2);
}

static void put_segment(struct maker *m, const struct elf_segment *g, size_t at)
{
    uint32_t type = g->type != 0 ? g->type : PT_LOAD;
    uint32_t flags = PF_R | PF_X;

    put(m, type, 4);
    if (m->spec->wide)
        put(m, flags, 4);
    put_word(m, at);
    put_word(m, g->vaddr);
    put_word(m, g->paddr);
    put_word(m, g->size);
    put_word(m, g->size + g->bss);
    if (!m->spec->wide)
        put(m, flags, 4);
    put_word(m, 1);
}

static void put_section(struct maker *m, uint32_t name, uint32_t type, uint64_t flags,
                        uint64_t addr, size_t at, size_t size)
{
    put(m, name, 4);
    put(m, type, 4);
    put_word(m, flags);
    put_word(m, addr);
    put_word(m, at);
    put_word(m, size);
    put(m, 0, 4);
    put(m, 0, 4);
    put_word(m, 1);
    put_word(m, 0);
}

/* Computes the offset of everything; returns the size of the file. */
static size_t place(struct maker *m)
{
    const struct elf_spec *s = m->spec;
    size_t at = header_size(s) + s->segment_count * segment_size(s);

    assert_true(s->segment_count <= SEGMENTS_MAX && s->section_count <= SECTIONS_MAX);
    for (unsigned i = 0; i < s->segment_count; i++) {
        m->data_at[i] = at;
        at += s->segments[i].size;
    }
    for (unsigned i = 0; i < s->section_count; i++) {
        const struct elf_section *c = &s->sections[i];
        m->section_at[i] = c->data != NULL ? at : m->data_at[c->segment] + c->offset;
        at += c->data != NULL ? c->size : 0;
    }
    return at;
}

static void put_sections(struct maker *m, size_t names_at, size_t names_size)
{
    const struct elf_spec *s = m->spec;
    uint32_t name = 1;

    put_section(m, 0, SHT_NULL, 0, 0, 0, 0);
    for (unsigned i = 0; i < s->section_count; i++) {
        const struct elf_section *c = &s->sections[i];
        put_section(m, name, c->type != 0 ? c->type : SHT_PROGBITS, c->flags, c->addr,
                    m->section_at[i], c->size);
        name += (uint32_t)strlen(c->name) + 1;
    }
    put_section(m, name, SHT_STRTAB, 0, 0, names_at, names_size);
}

struct ocd_buffer elf_make(const struct elf_spec *spec)
{
    struct maker m = {.spec = spec};
    struct ocd_buffer names = {0};
    size_t names_at = place(&m);

    ocd__buffer_add(&names, "", 1);
    for (unsigned i = 0; i < spec->section_count; i++)
        ocd__buffer_add(&names, spec->sections[i].name, strlen(spec->sections[i].name) + 1);
    ocd__buffer_add(&names, ".shstrtab", 10);

    put_header(&m, names_at + names.size);
    for (unsigned i = 0; i < spec->segment_count; i++)
        put_segment(&m, &spec->segments[i], m.data_at[i]);
    for (unsigned i = 0; i < spec->segment_count; i++)
        ocd__buffer_add(&m.out, spec->segments[i].data, spec->segments[i].size);
    for (unsigned i = 0; i < spec->section_count; i++)
        if (spec->sections[i].data != NULL)
            ocd__buffer_add(&m.out, spec->sections[i].data, spec->sections[i].size);
    ocd__buffer_add(&m.out, names.data, names.size);
    put_sections(&m, names_at, names.size);
    ocd__buffer_free(&names);
    assert_int_equal(m.out.error, 0);
    return m.out;
}

void elf_poke_at(struct ocd_buffer *file, const struct elf_spec *spec, size_t offset,
                 unsigned width, uint64_t value)
{
    assert_true(offset + width <= file->size);
    encode((uint8_t *)file->data + offset, spec, value, width);
}

void elf_poke(struct ocd_buffer *file, const struct elf_spec *spec, enum elf_field field,
              uint64_t value)
{
    static const struct {
        uint8_t narrow, narrow_width, wide, wide_width;
    } fields[] = {
        [E_PHOFF] = {28, 4, 32, 8},     [E_SHOFF] = {32, 4, 40, 8},
        [E_PHENTSIZE] = {42, 2, 54, 2}, [E_PHNUM] = {44, 2, 56, 2},
        [E_SHENTSIZE] = {46, 2, 58, 2}, [E_SHNUM] = {48, 2, 60, 2},
        [E_SHSTRNDX] = {50, 2, 62, 2},
    };

    if (spec->wide)
        elf_poke_at(file, spec, fields[field].wide, fields[field].wide_width, value);
    else
        elf_poke_at(file, spec, fields[field].narrow, fields[field].narrow_width, value);
}

size_t elf_segment_at(const struct elf_spec *spec, unsigned i)
{
    return header_size(spec) + i * segment_size(spec);
}

size_t elf_section_at(const struct ocd_buffer *file, const struct elf_spec *spec, unsigned i)
{
    return file->size - (spec->section_count + 2 - i) * section_size(spec);
}
