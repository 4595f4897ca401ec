// SPDX-License-Identifier: MIT
/* Values by name: those of the firmware whose ELF file the simulator has. */
#include "cell.h"

#include <inttypes.h>

#define TICK (RAM + 0x4f00)

static void open_expression(struct cell *c, const char *text)
{
    if (ocd_symbols_open(&c->symbols, (const char *[]){CELL_ELF}, 1, NULL) != OCD_OK ||
        ocd_expression_open(&c->expression, c->symbols, text, NULL) != OCD_OK)
        abort();
}

static void prepare_value(struct cell *c)
{
    open_expression(c, "tick");
}

static struct ocd_op *start_read(struct cell *c, const struct ocd_call *call)
{
    return ocd_read_value_async(c->session, c->expression, call);
}

static int block_read(struct cell *c)
{
    return ocd_read_value(c->session, c->expression);
}

static uint32_t word_at(uint64_t addr, uint8_t (*byte)(uint64_t addr))
{
    uint32_t word = 0;

    for (unsigned i = 0; i < 4; i++)
        word |= (uint32_t)byte(addr + i) << 8 * i;
    return word;
}

static bool check_read(struct cell *c, int result)
{
    const struct ocd_value *value = ocd_expression_value(c->expression);
    uint32_t want = word_at(TICK, fake_pattern);

    if (result != OCD_OK)
        return value == NULL || cell_wrong(c, "there is a value after a failure");
    return (value != NULL && value->number == want) ||
           cell_wrong(c, "tick is 0x%" PRIx64 ", not 0x%" PRIx32, value != NULL ? value->number : 0,
                      want);
}

static const char *new_value(void)
{
    static char text[16];

    snprintf(text, sizeof(text), "0x%" PRIx32, word_at(TICK, cell_data));
    return text;
}

static struct ocd_op *start_write(struct cell *c, const struct ocd_call *call)
{
    return ocd_write_value_async(c->session, c->expression, new_value(), call);
}

static int block_write(struct cell *c)
{
    return ocd_write_value(c->session, c->expression, new_value());
}

/* A pointer has to be read to say where this is. */
static void prepare_pointer(struct cell *c)
{
    open_expression(c, "((struct motor *)tick)->pid.kp");
}

static struct ocd_op *start_locate(struct cell *c, const struct ocd_call *call)
{
    return ocd_locate_value_async(c->session, c->expression, call);
}

static int block_locate(struct cell *c)
{
    return ocd_locate_value(c->session, c->expression);
}

static bool check_locate(struct cell *c, int result)
{
    const struct ocd_location *place = ocd_expression_location(c->expression);
    uint32_t want = word_at(TICK, fake_pattern) + 4;

    return result != OCD_OK || (place != NULL && place->addr == want) ||
           cell_wrong(c, "it is at 0x%" PRIx64 ", not at 0x%" PRIx32,
                      place != NULL ? place->addr : 0, want);
}

/* The fake server's memory holds another program. */
static struct ocd_op *start_program(struct cell *c, const struct ocd_call *call)
{
    return ocd_check_program_async(c->session, c->symbols, call);
}

static int block_program(struct cell *c)
{
    return ocd_check_program(c->session, c->symbols);
}

#define FORMS(suffix) .start = start_##suffix, .block = block_##suffix
#define REFUSED       .refused = OCD_ERR_TARGET, .other = OCD_ERR_NOT_HALTED
#define WORD          .addr = TICK, .size = 4

const struct operation cell_value_ops[] = {
    {.name = "read_value", REFUSED, FORMS(read), .prepare = prepare_value, .check = check_read},
    {.name = "write_value", REFUSED, WORD, .writes = true, FORMS(write), .prepare = prepare_value},
    {.name = "locate_value",
     REFUSED,
     FORMS(locate),
     .prepare = prepare_pointer,
     .check = check_locate},
    {.name = "check_program",
     FORMS(program),
     .prepare = prepare_value,
     .refused = OCD_ERR_NOT_HALTED,
     .fails = OCD_ERR_MISMATCH,
     .vague = true},
    {0},
};
