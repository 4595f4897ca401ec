// SPDX-License-Identifier: MIT
/* Memory to memory. */
#include "aux.h"

static struct ocd_op *copy(uint32_t from, uint32_t to, uint32_t size, unsigned flags)
{
    struct ocd_call call = bench_call(flags);

    return ocd_copy_async(bench.rig->session, from, to, size, &call);
}

/* As memmove does it. */
static void copies(uint32_t from, uint32_t to, uint32_t size)
{
    uint8_t *want = rig_fill(bench.rig, RIG_RAM, 100000, from + to);

    memmove(want + to, want + from, size);
    rig_mark(bench.rig);
    bench_ends(OCD_OK, copy(RIG_RAM + from, RIG_RAM + to, size, OCD_WRITE_VERIFY));
    rig_assert_memory(bench.rig, RIG_RAM, want, 100000);
    free(want);
}

static void ranges_may_overlap_in_both_directions(void **state)
{
    (void)state;
    copies(0, 50000, 49999);
    copies(50001, 3, 49999);
    copies(1, 4, 90000);
    copies(4, 1, 90000);
    copies(10, 10, 1000);
    copies(0, 5, 1);
}

static void a_failed_read_writes_nothing_of_its_window(void **state)
{
    uint8_t *before = rig_fill(bench.rig, RIG_RAM, 4096, 1);
    (void)state;

    sim_fault(bench.rig->sim, RIG_RAM + 0x8010, 16);
    bench_ends(OCD_ERR_TARGET, copy(RIG_RAM + 0x8000, RIG_RAM, 0x1000, 0));
    rig_assert_error(ocd_last_error(bench.rig->session), OCD_ERR_TARGET, RIG_RAM + 0x8010, 0);
    rig_assert_memory(bench.rig, RIG_RAM, before, 4096);
    free(before);
}

static void a_failed_write_has_its_address(void **state)
{
    (void)state;
    bench_ends(OCD_ERR_TARGET, copy(RIG_RAM, RIG_NOWHERE, 64, 0));
    rig_assert_error(ocd_last_error(bench.rig->session), OCD_ERR_TARGET, RIG_NOWHERE, 0);
}

static void a_dry_run_reads_and_does_not_write(void **state)
{
    uint8_t *before = rig_fill(bench.rig, RIG_RAM, 4096, 2);
    (void)state;

    bench_ends(OCD_OK, copy(RIG_RAM, RIG_RAM + 2048, 2048, OCD_WRITE_DRY_RUN | OCD_WRITE_VERIFY));
    rig_assert_memory(bench.rig, RIG_RAM, before, 4096);
    free(before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        both_paths(ranges_may_overlap_in_both_directions),
        both_paths(a_failed_read_writes_nothing_of_its_window),
        both_paths(a_failed_write_has_its_address),
        one_path(a_dry_run_reads_and_does_not_write),
    };

    return cmocka_run_group_tests(tests, bench_start, bench_stop);
}
