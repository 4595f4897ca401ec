// SPDX-License-Identifier: MIT
#include "values/check.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "symbols/access.h"

enum {
    SAMPLES = 4,      /* of a file: each is a round trip */
    DIFFERENT = 8,    /* bytes of a difference that are shown */
    NOTE_HEADER = 16, /* bytes of a build id's note before it: sizes, type, "GNU" */
};

/* --- Which bytes --- */

static void add(struct ocd_check *c, const struct ocd_elf_info *file, uint64_t addr, uint64_t size)
{
    if (c->count == OCD_CHECK_RANGES || size == 0)
        return;
    c->files[c->count] = file;
    c->ranges[c->count++] = (struct ocd_range){.addr = addr, .size = size};
}

/* `size` bytes from `offset` on of all that the file's flash has, as far as one range goes. */
static void add_sample(struct ocd_check *c, const struct ocd_elf_info *file, uint64_t offset,
                       uint64_t size)
{
    for (size_t i = 0; i < file->rom_count; i++) {
        const struct ocd_range *r = &file->rom[i];
        if (offset >= r->size) {
            offset -= r->size;
            continue;
        }
        uint64_t addr = r->addr + offset;
        uint64_t aligned = addr & ~UINT64_C(3);
        if (aligned >= r->addr)
            addr = aligned;
        uint64_t left = r->size - (addr - r->addr);
        add(c, file, addr, left < size ? left : size);
        return;
    }
}

static void add_samples(struct ocd_check *c, const struct ocd_elf_info *file, uint64_t budget)
{
    uint64_t total = 0, size = budget / SAMPLES;

    for (size_t i = 0; i < file->rom_count; i++)
        total += file->rom[i].size;
    if (total <= budget) {
        for (size_t i = 0; i < file->rom_count; i++)
            add(c, file, file->rom[i].addr, file->rom[i].size);
        return;
    }
    for (uint64_t i = 0; i < SAMPLES; i++)
        add_sample(c, file, (total - size) / (SAMPLES - 1) * i, size);
}

static void add_file(struct ocd_check *c, const struct ocd_elf_info *file, uint64_t budget)
{
    uint64_t note = NOTE_HEADER + file->build_id_size;

    if (file->build_id_addr >= NOTE_HEADER && note < budget) {
        add(c, file, file->build_id_addr - NOTE_HEADER, note);
        budget -= note;
    }
    add_samples(c, file, budget);
}

void ocd__check_begin(struct ocd_check *c, struct ocd_symbols *symbols)
{
    size_t files = 0;

    *c = (struct ocd_check){.symbols = symbols};
    while (ocd__symbols_file(symbols, files) != NULL)
        files++;
    for (size_t i = 0; i < files; i++)
        add_file(c, ocd__symbols_file(symbols, i), OCD_CHECK_MAX / files);
}

/* --- The comparison --- */

static void put_bytes(struct ocd_buffer *b, const uint8_t *data, size_t size, const char *between)
{
    for (size_t i = 0; i < size; i++)
        ocd__buffer_printf(b, "%s%02x", i > 0 ? between : "", data[i]);
}

static void describe_bytes(struct ocd_buffer *b, const struct ocd_elf_info *file, uint64_t addr,
                           const uint8_t *have, const uint8_t *want, size_t size)
{
    size_t first = 0;

    while (have[first] == want[first])
        first++;
    if (size - first > DIFFERENT)
        size = first + DIFFERENT;
    ocd__buffer_printf(b, "the target has at 0x%08" PRIX64 " the bytes ", addr + first);
    put_bytes(b, have + first, size - first, " ");
    ocd__buffer_printf(b, ", %s has ", file->path);
    put_bytes(b, want + first, size - first, " ");
}

static void describe_id(struct ocd_buffer *b, const struct ocd_elf_info *file, const uint8_t *have)
{
    ocd__buffer_puts(b, "the program in the target has the build id ");
    put_bytes(b, have + NOTE_HEADER, file->build_id_size, "");
    ocd__buffer_printf(b, ", %s has ", file->path);
    put_bytes(b, file->build_id, file->build_id_size, "");
}

static void next_file(struct ocd_check *c)
{
    const struct ocd_elf_info *file = c->files[c->next];

    while (c->next < c->count && c->files[c->next] == file)
        c->next++;
}

bool ocd__check_take(struct ocd_check *c, const uint8_t *data, struct ocd_buffer *message)
{
    const struct ocd_range *range = &c->ranges[c->next];
    const struct ocd_elf_info *file = c->files[c->next];
    uint8_t want[OCD_CHECK_MAX];
    size_t size = (size_t)range->size;
    bool is_id = range->addr + NOTE_HEADER == file->build_id_addr;

    c->next++;
    if (size > sizeof(want) || ocd__symbols_contents(c->symbols, range->addr, want, size) != OCD_OK)
        return true;
    if (is_id && memcmp(data, want, NOTE_HEADER) != 0)
        return true; /* this is no build id: the linker put it where no flash is */
    if (memcmp(data, want, size) != 0) {
        if (is_id)
            describe_id(message, file, data);
        else
            describe_bytes(message, file, range->addr, data, want, size);
        ocd__buffer_puts(message, ": this is another program, and its values are wrong");
        return false;
    }
    if (is_id && c->next < c->count && c->files[c->next] == file)
        next_file(c);
    return true;
}
