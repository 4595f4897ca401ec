// SPDX-License-Identifier: MIT
#include "program.h"

const char *program_path(const char *name)
{
    static char path[4096];

    snprintf(path, sizeof(path), "%s/%s.elf", SYMBOLS_DATA, name);
    return path;
}

void program_warn(const char *text, void *user)
{
    struct program *p = user;

    p->warnings++;
    snprintf(p->warning, sizeof(p->warning), "%s", text);
}

struct ocd_symbols *program_open(struct program *p, const char *path)
{
    struct ocd_symbols *symbols;

    if (ocd_symbols_open(&symbols, &path, 1,
                         &(struct ocd_symbols_options){.warning = program_warn, .user = p}) !=
        OCD_OK)
        fail_msg("%s", ocd_symbols_error(symbols)->text);
    return symbols;
}

static bool is_inside(uint64_t addr, uint64_t base, uint64_t size)
{
    return addr >= base && addr - base < size;
}

/* The parts that the chip has memory for. */
static void load(struct program *p)
{
    const struct ocd_elf_info *elf = ocd__symbols_file(p->symbols, 0);

    for (size_t i = 0; i < elf->memory_count; i++) {
        const struct ocd_range *r = &elf->memory[i];
        if (!is_inside(r->addr, SIM_FLASH_BASE, SIM_FLASH_SIZE_DEFAULT) &&
            !is_inside(r->addr, SIM_RAM_BASE, SIM_RAM_SIZE_DEFAULT))
            continue;
        void *data = malloc((size_t)r->size);
        assert_non_null(data);
        assert_int_equal(ocd__symbols_contents(p->symbols, r->addr, data, (size_t)r->size), OCD_OK);
        rig_poke(p->rig, (uint32_t)r->addr, data, (size_t)r->size);
        free(data);
    }
}

void program_start(struct program *p, const char *name)
{
    *p = (struct program){0};
    p->symbols = program_open(p, program_path(name));
    bool big = ocd__symbols_file(p->symbols, 0)->big_endian;
    p->rig = rig_start(&(struct rig_options){.big = big});
    p->call.target = big ? RIG_BIG : NULL;
    load(p);
    rig_trace_clear(&p->rig->trace);
    rig_mark(p->rig);
}

void program_stop(struct program *p)
{
    ocd_symbols_close(p->symbols);
    rig_stop(p->rig);
}

struct ocd_expression *program_expression(struct program *p, const char *text)
{
    struct ocd_expression *e;

    if (ocd_expression_open(&e, p->symbols, text, NULL) != OCD_OK)
        fail_msg("%s", ocd_expression_error(e)->text);
    return e;
}

char *program_print(struct program *p, const char *text)
{
    struct ocd_expression *e;
    char *result = NULL;

    int rc = ocd_expression_open(&e, p->symbols, text, NULL);
    if (rc == OCD_OK)
        rc = ocd_wait(ocd_read_value_async(p->rig->session, e, &p->call));
    if (rc == OCD_OK)
        rc = ocd_value_text(ocd_expression_value(e), &result);
    if (rc != OCD_OK) {
        const char *why = ocd_last_error(p->rig->session)->text;
        result = malloc(strlen(why) + 8);
        assert_non_null(result);
        sprintf(result, "error: %s", why);
    }
    ocd_expression_close(e);
    return result;
}

int program_write(struct program *p, const char *text, const char *value)
{
    struct ocd_expression *e = program_expression(p, text);
    int rc = ocd_wait(ocd_write_value_async(p->rig->session, e, value, &p->call));

    ocd_expression_close(e);
    return rc;
}

void program_assert_value(struct program *p, const char *text, const char *value)
{
    char *have = program_print(p, text);

    assert_string_equal(have, value);
    free(have);
}

uint32_t program_address(struct program *p, const char *text)
{
    struct ocd_expression *e = program_expression(p, text);

    rig_ok(p->rig->session, ocd_wait(ocd_locate_value_async(p->rig->session, e, &p->call)));
    uint64_t addr = ocd_expression_location(e)->addr;
    ocd_expression_close(e);
    return (uint32_t)addr;
}
