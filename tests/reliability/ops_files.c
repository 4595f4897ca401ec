// SPDX-License-Identifier: MIT
/* Files into memory, compared with it, and made from it; memory to memory. */
#include "cell.h"

#define LOAD_AT   (RAM + 0x403)
#define VERIFY_AT (FLASH + 0x403)
#define COPY_AT   (RAM + 0x1001)
#define SIZE      9001

/* A raw binary that begins at this address. */
static struct ocd_image_options image_at(uint64_t addr)
{
    return (struct ocd_image_options){.format = OCD_IMAGE_BIN, .has_offset = true, .offset = addr};
}

static void write_file(struct cell *c, const uint8_t *data, size_t size)
{
    FILE *f = fopen(c->path, "wb");

    if (f == NULL || fwrite(data, 1, size, f) != size || fclose(f) != 0)
        abort();
}

static void prepare_load(struct cell *c)
{
    static uint8_t data[SIZE];

    for (size_t i = 0; i < SIZE; i++)
        data[i] = cell_data(LOAD_AT + i);
    write_file(c, data, SIZE);
}

static struct ocd_op *start_load(struct cell *c, const struct ocd_call *call)
{
    struct ocd_load_options options = {.image = image_at(LOAD_AT), .where = OCD_LOAD_RAM};

    return ocd_load_async(c->session, c->path, &options, call);
}

static int block_load(struct cell *c)
{
    struct ocd_load_options options = {.image = image_at(LOAD_AT), .where = OCD_LOAD_RAM};

    return ocd_load(c->session, c->path, &options);
}

static void prepare_image(struct cell *c)
{
    static uint8_t data[SIZE];
    struct ocd_image_options options = image_at(LOAD_AT);

    for (size_t i = 0; i < SIZE; i++)
        data[i] = cell_data(LOAD_AT + i);
    if (ocd_image_open_memory(&c->image, data, SIZE, NULL, &options) != OCD_OK)
        abort();
}

static const struct ocd_load_options plain = {.where = OCD_LOAD_RAM};

static struct ocd_op *start_image(struct cell *c, const struct ocd_call *call)
{
    return ocd_load_image_async(c->session, c->image, &plain, call);
}

static int block_image(struct cell *c)
{
    return ocd_load_image(c->session, c->image, &plain);
}

static void prepare_verify(struct cell *c)
{
    write_file(c, fake_memory(c->fake, VERIFY_AT, SIZE), SIZE);
}

/* The same, except one byte. */
static void prepare_mismatch(struct cell *c)
{
    static uint8_t data[SIZE];

    memcpy(data, fake_memory(c->fake, VERIFY_AT, SIZE), SIZE);
    data[5000] ^= 1;
    write_file(c, data, SIZE);
}

static struct ocd_op *start_verify(struct cell *c, const struct ocd_call *call)
{
    struct ocd_verify_options options = {.image = image_at(VERIFY_AT)};

    return ocd_verify_async(c->session, c->path, &options, call);
}

static int block_verify(struct cell *c)
{
    struct ocd_verify_options options = {.image = image_at(VERIFY_AT)};

    return ocd_verify(c->session, c->path, &options);
}

static bool check_mismatch(struct cell *c, int result)
{
    return result != OCD_OK || cell_wrong(c, "the difference has not been found");
}

static struct ocd_op *start_copy(struct cell *c, const struct ocd_call *call)
{
    return ocd_copy_async(c->session, VERIFY_AT, COPY_AT, SIZE, call);
}

static int block_copy(struct cell *c)
{
    return ocd_copy(c->session, VERIFY_AT, COPY_AT, SIZE);
}

/* Two ranges as a raw binary: the gap between them is filled. */
#define GAP 100
static const struct ocd_range ranges[] = {{.addr = VERIFY_AT, .size = 5000},
                                          {.addr = VERIFY_AT + 5000 + GAP, .size = 3000}};
static const struct ocd_image_layout layout = {.format = OCD_IMAGE_BIN, .fill = 0xee};
#define RANGES_SIZE (5000 + GAP + 3000)

static void prepare_ranges(struct cell *c)
{
    write_file(c, (const uint8_t *)"old", 3);
}

static struct ocd_op *start_ranges(struct cell *c, const struct ocd_call *call)
{
    return ocd_dump_ranges_async(c->session, ranges, COUNT_OF(ranges), c->path, &layout, call);
}

static int block_ranges(struct cell *c)
{
    return ocd_dump_ranges(c->session, ranges, COUNT_OF(ranges), c->path, &layout);
}

static bool is_as_dumped(const struct cell *c, const uint8_t *have)
{
    const uint8_t *memory = fake_memory(c->fake, VERIFY_AT, RANGES_SIZE);

    for (size_t i = 0; i < RANGES_SIZE; i++) {
        bool gap = i >= 5000 && i < 5000 + GAP;
        if (have[i] != (gap ? 0xee : memory[i]))
            return false;
    }
    return true;
}

static bool check_ranges(struct cell *c, int result)
{
    static uint8_t have[CELL_OUT];
    FILE *f = fopen(c->path, "rb");

    if (f == NULL)
        return cell_wrong(c, "the file is gone");
    size_t n = fread(have, 1, sizeof(have), f);
    fclose(f);
    bool good = result == OCD_OK ? n == RANGES_SIZE && is_as_dumped(c, have)
                                 : n == 3 && memcmp(have, "old", 3) == 0;
    return good || cell_wrong(c, "the file has %zu bytes, and not the right ones", n);
}

static int take_bytes(const void *data, size_t size, void *user)
{
    struct cell *c = user;

    if (size > CELL_OUT - c->size)
        return 1;
    memcpy(c->out + c->size, data, size);
    c->size += size;
    return 0;
}

static void prepare_writer(struct cell *c)
{
    if (ocd_image_writer_to_sink(&c->writer, take_bytes, c, &layout) != OCD_OK)
        abort();
}

static struct ocd_op *start_writer(struct cell *c, const struct ocd_call *call)
{
    return ocd_dump_writer_async(c->session, ranges, COUNT_OF(ranges), c->writer, call);
}

static int block_writer(struct cell *c)
{
    return ocd_dump_writer(c->session, ranges, COUNT_OF(ranges), c->writer);
}

static bool check_writer(struct cell *c, int result)
{
    if (result == OCD_OK && (c->size != RANGES_SIZE || !is_as_dumped(c, c->out)))
        return cell_wrong(c, "%zu bytes, and not the right ones", c->size);
    return true;
}

#define OP(text, suffix)                                                                           \
    .name = text, .refused = OCD_ERR_TARGET, .other = OCD_ERR_NOT_HALTED, .start = start_##suffix, \
    .block = block_##suffix, .prepare = prepare_##suffix
#define LOAD .addr = LOAD_AT, .size = SIZE, .unit = 1, .writes = true

static void prepare_copy(struct cell *c)
{
    (void)c;
}

const struct operation cell_file_ops[] = {
    {OP("load", load), LOAD},
    {OP("load_image", image), LOAD},
    {.name = "load, verify",
     .refused = OCD_ERR_TARGET,
     .other = OCD_ERR_NOT_HALTED,
     .start = start_load,
     .prepare = prepare_load,
     .flags = OCD_WRITE_VERIFY,
     LOAD},
    {OP("verify", verify)},
    {.name = "verify, a difference",
     .refused = OCD_ERR_TARGET,
     .other = OCD_ERR_NOT_HALTED,
     .start = start_verify,
     .block = block_verify,
     .prepare = prepare_mismatch,
     .check = check_mismatch,
     .fails = OCD_ERR_MISMATCH},
    {OP("copy", copy), .addr = COPY_AT, .from = VERIFY_AT, .size = SIZE, .unit = 1, .writes = true},
    {OP("dump_ranges", ranges), .check = check_ranges},
    {OP("dump_writer", writer), .check = check_writer},
    {0},
};
