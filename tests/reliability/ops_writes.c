// SPDX-License-Identifier: MIT
/* Writes. What they leave in the server's memory is looked at for all of them. */
#include "cell.h"

#define AT         (RAM + 0x100)
#define BYTES      96
#define LARGE_AT   (RAM + 0x403)
#define LARGE_SIZE 12001

/* Every 8 bytes the same, so that a fill gives it, too. */
static const uint8_t *data(void)
{
    static uint8_t bytes[LARGE_SIZE + 8];

    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = cell_data(LARGE_AT + i);
    return bytes;
}

static const uint8_t *data_at(uint64_t addr)
{
    return data() + (addr - LARGE_AT) % 8;
}

#define TYPED_WRITE(width)                                                                         \
    static struct ocd_op *start_u##width(struct cell *c, const struct ocd_call *call)              \
    {                                                                                              \
        return ocd_write_u##width##_async(c->session, AT, values_u##width(), BYTES / (width / 8),  \
                                          call);                                                   \
    }                                                                                              \
    static int block_u##width(struct cell *c)                                                      \
    {                                                                                              \
        return ocd_write_u##width(c->session, AT, values_u##width(), BYTES / (width / 8));         \
    }
#define VALUES(width)                                                                              \
    static const uint##width##_t *values_u##width(void)                                            \
    {                                                                                              \
        static uint##width##_t values[BYTES / (width / 8)];                                        \
        memcpy(values, data_at(AT), sizeof(values));                                               \
        return values;                                                                             \
    }
VALUES(8)
VALUES(16)
VALUES(32)
VALUES(64)
TYPED_WRITE(8)
TYPED_WRITE(16)
TYPED_WRITE(32)
TYPED_WRITE(64)

static struct ocd_op *start_bytes(struct cell *c, const struct ocd_call *call)
{
    return ocd_write_bytes_async(c->session, c->op->addr, data_at(c->op->addr), (size_t)c->op->size,
                                 call);
}

static int block_bytes(struct cell *c)
{
    return ocd_write_bytes(c->session, c->op->addr, data_at(c->op->addr), (size_t)c->op->size);
}

static struct ocd_op *start_fill(struct cell *c, const struct ocd_call *call)
{
    return ocd_fill_async(c->session, c->op->addr, c->op->size, data_at(c->op->addr), 8, call);
}

static int block_fill(struct cell *c)
{
    return ocd_fill(c->session, c->op->addr, c->op->size, data_at(c->op->addr), 8);
}

static struct ocd_op *start_modify(struct cell *c, const struct ocd_call *call)
{
    uint32_t value;

    memcpy(&value, data_at(AT), sizeof(value));
    return ocd_modify_async(c->session, AT, 32, UINT32_MAX, value, &c->value, call);
}

static int block_modify(struct cell *c)
{
    uint32_t value;

    memcpy(&value, data_at(AT), sizeof(value));
    return ocd_modify(c->session, AT, 32, UINT32_MAX, value, &c->value);
}

/* The range of all the others, in items of each width. */
static struct ocd_write_item *write_items(void)
{
    static struct ocd_write_item items[4];

    items[0] = (struct ocd_write_item){.addr = AT, .count = 16, .width = 8, .values = values_u8()};
    items[1] =
        (struct ocd_write_item){.addr = AT + 16, .count = 8, .width = 16, .values = values_u16()};
    items[2] =
        (struct ocd_write_item){.addr = AT + 32, .count = 8, .width = 32, .values = values_u32()};
    items[3] =
        (struct ocd_write_item){.addr = AT + 64, .count = 4, .width = 64, .values = values_u64()};
    return items;
}

static struct ocd_op *start_many(struct cell *c, const struct ocd_call *call)
{
    return ocd_write_many_async(c->session, write_items(), 4, call);
}

static int block_many(struct cell *c)
{
    return ocd_write_many(c->session, write_items(), 4);
}

#define COMMON              .refused = OCD_ERR_TARGET, .other = OCD_ERR_NOT_HALTED, .writes = true
#define TYPED(bytes)        COMMON, .addr = AT, .size = BYTES, .unit = bytes
#define SMALL               COMMON, .addr = AT, .size = BYTES, .unit = 1
#define LARGE               COMMON, .addr = LARGE_AT, .size = LARGE_SIZE, .unit = 1
#define FORMS(suffix)       .start = start_##suffix, .block = block_##suffix
#define FLAGS(suffix, bits) .start = start_##suffix, .flags = (bits)

const struct operation cell_write_ops[] = {
    {.name = "write_u8", TYPED(1), FORMS(u8)},
    {.name = "modify", COMMON, .addr = AT, .size = 4, .unit = 4, FORMS(modify)},
    {.name = "write_many", COMMON, .addr = AT, .size = BYTES, FORMS(many)},
    {.name = "write_u16", TYPED(2), FORMS(u16)},
    {.name = "write_u32", TYPED(4), FORMS(u32)},
    {.name = "write_u64", TYPED(8), FORMS(u64)},
    {.name = "write_u32, verify", TYPED(4), FLAGS(u32, OCD_WRITE_VERIFY)},
    {.name = "write_u64, verify", TYPED(8), FLAGS(u64, OCD_WRITE_VERIFY)},
    {.name = "write_bytes", SMALL, FORMS(bytes)},
    {.name = "write_bytes, large", LARGE, FORMS(bytes)},
    {.name = "write_bytes, text", LARGE, FLAGS(bytes, 0), .phys = true},
    {.name = "write_bytes, verify", LARGE, FLAGS(bytes, OCD_WRITE_VERIFY)},
    {.name = "fill", SMALL, FORMS(fill)},
    {.name = "fill, large", LARGE, FORMS(fill)},
    {.name = "fill, verify", LARGE, FLAGS(fill, OCD_WRITE_VERIFY)},
    {0},
};
