// SPDX-License-Identifier: MIT
/* Random reads and writes of every kind, through a little-endian and a big-endian target, compared
 * with a model of the memory. OCD_TEST_SEED repeats a run. */
#include "rig.h"

#include <unistd.h>

#define RAM_SIZE (128u << 10)
#define LONGEST  9000u /* bytes of one operation */

struct world {
    struct rig *rig;
    uint32_t seed;
    uint32_t random;
    unsigned step;
    uint8_t model[RAM_SIZE];
    /* Of the step. */
    struct ocd_call call;
    bool big;
    uint32_t offset, size;
    uint8_t buffer[LONGEST + 64];
};

static int start(void **state)
{
    *state = rig_start(&(struct rig_options){.sim.ram_size = RAM_SIZE, .big = true});
    return 0;
}

static int stop(void **state)
{
    rig_stop(*state);
    return 0;
}

/* xorshift32 (Marsaglia, 2003). */
static uint32_t random_below(struct world *w, uint32_t limit)
{
    w->random ^= w->random << 13;
    w->random ^= w->random >> 17;
    w->random ^= w->random << 5;
    return (uint32_t)((uint64_t)w->random * limit >> 32);
}

/* Short ones are as frequent as long ones. */
static uint32_t random_size(struct world *w)
{
    static const uint32_t limits[] = {9, 70, 600, LONGEST};

    return random_below(w, limits[random_below(w, COUNT_OF(limits))]);
}

#define REQUIRE(w, what, condition)                                                                \
    do {                                                                                           \
        if (!(condition))                                                                          \
            complain((w), (what));                                                                 \
    } while (0)

static void complain(const struct world *w, const char *what)
{
    fail_msg("%s: seed %u, step %u, %u bytes at offset 0x%x, %s\n%s", what, (unsigned)w->seed,
             w->step, (unsigned)w->size, (unsigned)w->offset, w->big ? "big" : "little",
             ocd_last_error(w->rig->session)->text);
}

static uint64_t start_of(const struct world *w)
{
    return RIG_RAM + w->offset;
}

static void read_bytes(struct world *w)
{
    REQUIRE(w, "read",
            ocd_wait(ocd_read_bytes_async(w->rig->session, start_of(w), w->buffer, w->size,
                                          &w->call)) == OCD_OK);
    REQUIRE(w, "bytes read", memcmp(w->buffer, w->model + w->offset, w->size) == 0);
}

static void write_bytes(struct world *w)
{
    rig_pattern(w->model + w->offset, w->size, w->random);
    REQUIRE(w, "write",
            ocd_wait(ocd_write_bytes_async(w->rig->session, start_of(w), w->model + w->offset,
                                           w->size, &w->call)) == OCD_OK);
}

static void fill(struct world *w)
{
    uint8_t pattern[40];
    uint32_t length = 1 + random_below(w, sizeof(pattern));

    rig_pattern(pattern, length, w->random);
    for (uint32_t i = 0; i < w->size; i++)
        w->model[w->offset + i] = pattern[i % length];
    REQUIRE(w, "fill",
            ocd_wait(ocd_fill_async(w->rig->session, start_of(w), w->size, pattern, length,
                                    &w->call)) == OCD_OK);
}

static uint64_t model_value(const struct world *w, const uint8_t *at, unsigned width)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < width; i++)
        value = value << 8 | at[w->big ? i : width - 1 - i];
    return value;
}

static uint64_t buffer_value(const struct world *w, uint32_t i, unsigned width)
{
    uint8_t b;
    uint16_t h;
    uint32_t s;
    uint64_t d;

    switch (width) {
    case 1:
        memcpy(&b, w->buffer + i, 1);
        return b;
    case 2:
        memcpy(&h, w->buffer + 2 * i, 2);
        return h;
    case 4:
        memcpy(&s, w->buffer + 4 * i, 4);
        return s;
    default:
        memcpy(&d, w->buffer + 8 * i, 8);
        return d;
    }
}

/* Whole elements at an aligned address. */
static unsigned align(struct world *w)
{
    unsigned width = 1u << random_below(w, 4);

    w->offset &= ~(width - 1);
    w->size &= ~(width - 1);
    return width;
}

static void read_values(struct world *w)
{
    unsigned width = align(w);
    size_t count = w->size / width;
    struct ocd_session *s = w->rig->session;
    void *to = w->buffer;
    struct ocd_op *op = width == 1   ? ocd_read_u8_async(s, start_of(w), to, count, &w->call)
                        : width == 2 ? ocd_read_u16_async(s, start_of(w), to, count, &w->call)
                        : width == 4 ? ocd_read_u32_async(s, start_of(w), to, count, &w->call)
                                     : ocd_read_u64_async(s, start_of(w), to, count, &w->call);

    REQUIRE(w, "read values", ocd_wait(op) == OCD_OK);
    for (uint32_t i = 0; i < count; i++)
        REQUIRE(w, "value read",
                buffer_value(w, i, width) ==
                    model_value(w, w->model + w->offset + i * width, width));
}

static void write_values(struct world *w)
{
    unsigned width = align(w);
    size_t count = w->size / width;
    struct ocd_session *s = w->rig->session;
    void *from = w->buffer;

    rig_pattern(w->buffer, w->size, w->random);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t value = buffer_value(w, i, width);
        for (unsigned k = 0; k < width; k++)
            w->model[w->offset + i * width + (w->big ? width - 1 - k : k)] =
                (uint8_t)(value >> (8 * k));
    }
    struct ocd_op *op = width == 1   ? ocd_write_u8_async(s, start_of(w), from, count, &w->call)
                        : width == 2 ? ocd_write_u16_async(s, start_of(w), from, count, &w->call)
                        : width == 4 ? ocd_write_u32_async(s, start_of(w), from, count, &w->call)
                                     : ocd_write_u64_async(s, start_of(w), from, count, &w->call);
    REQUIRE(w, "write values", ocd_wait(op) == OCD_OK);
}

/* Items all over the range, merged or not. */
static void read_many(struct world *w)
{
    struct ocd_item items[12];
    uint8_t values[12][5 * 8];
    uint32_t gap = random_below(w, 3) == 0 ? 0 : random_below(w, 500);

    for (size_t i = 0; i < COUNT_OF(items); i++) {
        unsigned width = 1u << random_below(w, 4);
        uint32_t at = w->offset + random_below(w, w->size + 1);
        items[i] = (struct ocd_item){.addr = RIG_RAM + (at & ~(width - 1)),
                                     .count = random_below(w, 6),
                                     .width = 8 * width,
                                     .values = values[i]};
    }
    REQUIRE(w, "read many",
            ocd_wait(ocd_read_many_async(w->rig->session, items, COUNT_OF(items), gap, &w->call)) ==
                OCD_OK);
    for (size_t i = 0; i < COUNT_OF(items); i++) {
        unsigned width = items[i].width / 8;
        memcpy(w->buffer, values[i], sizeof(values[i]));
        REQUIRE(w, "item's result", items[i].result == OCD_OK);
        for (uint32_t k = 0; k < items[i].count; k++)
            REQUIRE(w, "item's value",
                    buffer_value(w, k, width) ==
                        model_value(w, w->model + (items[i].addr - RIG_RAM) + k * width, width));
    }
}

static int take(uint64_t addr, const void *data, size_t size, void *user)
{
    struct world *w = user;

    memcpy(w->buffer + (addr - start_of(w)), data, size);
    return 0;
}

static void dump(struct world *w)
{
    REQUIRE(w, "dump",
            ocd_wait(ocd_dump_data_async(w->rig->session, start_of(w), w->size, take, w,
                                         &(struct ocd_call){.target = w->call.target})) == OCD_OK);
    REQUIRE(w, "bytes dumped", memcmp(w->buffer, w->model + w->offset, w->size) == 0);
}

static void one_step(struct world *w)
{
    static void (*const kinds[])(struct world *) = {
        read_bytes,   write_bytes, read_bytes, write_bytes, read_values,
        write_values, read_many,   fill,       dump,
    };
    uint8_t memory[RAM_SIZE];

    w->size = random_size(w);
    w->offset = random_below(w, RAM_SIZE - w->size - 64);
    w->big = random_below(w, 3) == 0;
    w->call = (struct ocd_call){.target = w->big ? RIG_BIG : NULL};
    if (random_below(w, 8) == 0)
        w->call.flags = OCD_WRITE_VERIFY;
    kinds[random_below(w, COUNT_OF(kinds))](w);
    rig_peek(w->rig, RIG_RAM, memory, RAM_SIZE);
    REQUIRE(w, "memory", memcmp(memory, w->model, RAM_SIZE) == 0);
}

static void memory_stays_what_the_model_says(void **state)
{
    struct world *w = calloc(1, sizeof(*w));
    const char *seed = getenv("OCD_TEST_SEED");

    assert_non_null(w);
    w->rig = *state;
    w->seed = seed != NULL ? (uint32_t)strtoul(seed, NULL, 0)
                           : (uint32_t)rig_now_ms() * 2654435761u + (uint32_t)getpid();
    w->random = w->seed | 1;
    rig_peek(w->rig, RIG_RAM, w->model, RAM_SIZE);
    unsigned steps = rig_test_chip() == SIM_CHIP_CORTEX_M3 ? 250 : 60; /* JTAG is slow */
    for (w->step = 0; w->step < steps; w->step++)
        one_step(w);
    free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_stays_what_the_model_says),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
