// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* setenv */
#include "aux.h"

struct bench bench;
const char *bench_commands;

static bool as_text;
static uint8_t flash[SIM_FLASH_SIZE_DEFAULT];

int bench_start(void **state)
{
    bench.server_tmp = rig_directory();
    setenv("TMPDIR", bench.server_tmp, 1);
    bench.rig = rig_start(&(struct rig_options){
        .sim.ram_size = BENCH_RAM_SIZE,
        .commands = bench_commands,
    });
    unsetenv("TMPDIR");
    rig_peek(bench.rig, SIM_FLASH_BASE, flash, sizeof(flash));
    (void)state;
    return 0;
}

int bench_stop(void **state)
{
    (void)state;
    rig_stop(bench.rig);
    rig_remove_directory(bench.server_tmp);
    return 0;
}

int bench_enter(void **state)
{
    static uint8_t zero[BENCH_RAM_SIZE];

    as_text = strcmp(*state, "text") == 0;
    bench.dir = rig_directory();
    snprintf(bench.path, sizeof(bench.path), "%s/file", bench.dir);
    rig_poke(bench.rig, SIM_FLASH_BASE, flash, sizeof(flash));
    rig_poke(bench.rig, RIG_RAM, zero, sizeof(zero));
    rig_ok(bench.rig->session, ocd_halt(bench.rig->session));
    rig_trace_clear(&bench.rig->trace);
    return 0;
}

int bench_leave(void **state)
{
    (void)state;
    sim_fault_clear(bench.rig->sim);
    rig_remove_directory(bench.dir);
    return 0;
}

struct ocd_call bench_call(unsigned flags)
{
    return (struct ocd_call){.flags = flags,
                             .space = as_text ? OCD_SPACE_PHYSICAL : OCD_SPACE_SESSION,
                             .timeout_ms = 60000};
}

void bench_file(enum ocd_image_format format, const struct chunk *chunks)
{
    struct ocd_image_layout layout = {.format = format};
    struct ocd_image_writer *writer;

    assert_int_equal(ocd_image_writer_create(&writer, bench.path, &layout), OCD_OK);
    for (; chunks->size > 0; chunks++)
        assert_int_equal(ocd_image_writer_put(writer, chunks->addr, chunks->data, chunks->size),
                         OCD_OK);
    assert_int_equal(ocd_image_writer_finish(writer), OCD_OK);
    ocd_image_writer_close(writer);
}

void bench_text(const char *text)
{
    FILE *file = fopen(bench.path, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

void bench_check(struct ocd_op *op, int wanted, const char *call, const char *file, int line)
{
    rig_check(bench.rig->session, ocd_wait(op), wanted, call, file, line);
}

int tell_region(const struct ocd_region *region, void *user)
{
    struct told *told = user;

    assert_true(told->count < TOLD_MAX);
    told->regions[told->count++] = *region;
    return 0;
}

int tell_difference(const struct ocd_difference *d, void *user)
{
    struct told *told = user;

    assert_true(told->count < TOLD_MAX);
    told->differences[told->count] = *d;
    memcpy(told->expected[told->count], d->expected, d->shown);
    if (d->actual != NULL)
        memcpy(told->actual[told->count], d->actual, d->shown);
    told->count++;
    return 0;
}
