// SPDX-License-Identifier: MIT
/* Typed reads, and lists of small reads. */
#include "cell.h"

#define AT    (FLASH + 0x100)
#define BYTES 96

#define TYPED_READ(width)                                                                          \
    static struct ocd_op *start_u##width(struct cell *c, const struct ocd_call *call)              \
    {                                                                                              \
        return ocd_read_u##width##_async(c->session, AT, (uint##width##_t *)(void *)c->out,        \
                                         BYTES / (width / 8), call);                               \
    }                                                                                              \
    static int block_u##width(struct cell *c)                                                      \
    {                                                                                              \
        return ocd_read_u##width(c->session, AT, (uint##width##_t *)(void *)c->out,                \
                                 BYTES / (width / 8));                                             \
    }
TYPED_READ(8)
TYPED_READ(16)
TYPED_READ(32)
TYPED_READ(64)

/* More than one command may have. */
#define LONG_BYTES 12000

static struct ocd_op *start_long(struct cell *c, const struct ocd_call *call)
{
    return ocd_read_u16_async(c->session, AT, (uint16_t *)(void *)c->out, LONG_BYTES / 2, call);
}

static int block_long(struct cell *c)
{
    return ocd_read_u16(c->session, AT, (uint16_t *)(void *)c->out, LONG_BYTES / 2);
}

/* Where nothing can be read. */
static struct ocd_op *start_nowhere(struct cell *c, const struct ocd_call *call)
{
    return ocd_read_u32_async(c->session, 0x60000000, (uint32_t *)(void *)c->out, 4, call);
}

static int block_nowhere(struct cell *c)
{
    return ocd_read_u32(c->session, 0x60000000, (uint32_t *)(void *)c->out, 4);
}

static bool check_nowhere(struct cell *c, int result)
{
    return result != OCD_OK || cell_wrong(c, "there is nothing to read");
}

/* Several items, so near to each other that they may be merged. */
static void prepare_items(struct cell *c)
{
    static const struct ocd_item items[] = {
        {.addr = AT, .count = 4, .width = 32},
        {.addr = AT + 20, .count = 5, .width = 8},
        {.addr = AT + 40, .count = 2, .width = 64},
        {.addr = AT + 0x1000, .count = 3, .width = 16},
    };

    for (size_t i = 0; i < COUNT_OF(items); i++) {
        c->items[i] = items[i];
        c->items[i].values = c->out + 64 * i;
    }
}

static struct ocd_op *start_many(struct cell *c, const struct ocd_call *call)
{
    return ocd_read_many_async(c->session, c->items, COUNT_OF(c->items), 0, call);
}

static int block_many(struct cell *c)
{
    return ocd_read_many(c->session, c->items, COUNT_OF(c->items), 0);
}

static struct ocd_op *start_merged(struct cell *c, const struct ocd_call *call)
{
    return ocd_read_many_async(c->session, c->items, COUNT_OF(c->items), 64, call);
}

static int block_merged(struct cell *c)
{
    return ocd_read_many(c->session, c->items, COUNT_OF(c->items), 64);
}

static bool check_items(struct cell *c, int result)
{
    int first = OCD_OK;
    uint64_t good = 0;

    for (size_t i = 0; i < COUNT_OF(c->items); i++) {
        const struct ocd_item *item = &c->items[i];
        size_t size = item->count * item->width / 8;
        if (first == OCD_OK)
            first = item->result;
        if (item->result != OCD_OK)
            continue;
        good++;
        if (memcmp(item->values, fake_memory(c->fake, item->addr, size), size) != 0)
            return cell_wrong(c, "item %zu is said to be good, but is not", i);
    }
    if (first != result)
        return cell_wrong(c, "%s, but the items say %s", ocd_err_name(result), ocd_err_name(first));
    if (result != OCD_OK && c->done > good)
        return cell_wrong(c, "done is %u, not %u", (unsigned)c->done, (unsigned)good);
    return true;
}

/* What the server's memory holds from the beginning. */
static uint64_t pattern_there(void)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < 4; i++)
        value |= (uint64_t)fake_pattern(AT + i) << 8 * i;
    return value;
}

static struct ocd_op *start_wait_value(struct cell *c, const struct ocd_call *call)
{
    return ocd_wait_value_async(c->session, AT, 32, UINT64_MAX, pattern_there(),
                                (uint64_t *)(void *)c->out, call);
}

static int block_wait_value(struct cell *c)
{
    return ocd_wait_value(c->session, AT, 32, UINT64_MAX, pattern_there(),
                          (uint64_t *)(void *)c->out, 0);
}

static bool check_wait_value(struct cell *c, int result)
{
    uint64_t last;

    memcpy(&last, c->out, sizeof(last));
    return result != OCD_OK || last == pattern_there() || cell_wrong(c, "another value was read");
}

#define READ(text, suffix, bytes)                                                                  \
    {                                                                                              \
        .name = text, .refused = OCD_ERR_TARGET, .other = OCD_ERR_NOT_HALTED,                      \
        .start = start_##suffix, .block = block_##suffix, .check = cell_check_out, .addr = AT,     \
        .size = LENGTH_##suffix, .unit = bytes                                                     \
    }
#define LENGTH_u8   BYTES
#define LENGTH_u16  BYTES
#define LENGTH_u32  BYTES
#define LENGTH_u64  BYTES
#define LENGTH_long LONG_BYTES

const struct operation cell_read_ops[] = {
    READ("read_u8", u8, 1),
    READ("read_u16", u16, 2),
    READ("read_u32", u32, 4),
    READ("read_u64", u64, 8),
    READ("read_u16, long", long, 2),
    {.name = "read_u32, nowhere",
     .refused = OCD_ERR_TARGET,
     .other = OCD_ERR_NOT_HALTED,
     .start = start_nowhere,
     .block = block_nowhere,
     .check = check_nowhere,
     .fails = OCD_ERR_TARGET},
    {.name = "read_many",
     .refused = OCD_ERR_TARGET,
     .other = OCD_ERR_NOT_HALTED,
     .prepare = prepare_items,
     .start = start_many,
     .block = block_many,
     .check = check_items},
    {.name = "read_many, merged",
     .refused = OCD_ERR_TARGET,
     .other = OCD_ERR_NOT_HALTED,
     .prepare = prepare_items,
     .start = start_merged,
     .block = block_merged,
     .check = check_items},
    {.name = "wait_value",
     .refused = OCD_ERR_TARGET,
     .other = OCD_ERR_NOT_HALTED,
     .start = start_wait_value,
     .block = block_wait_value,
     .check = check_wait_value},
    {0},
};
