// SPDX-License-Identifier: MIT
/* Large ranges: all bytes, within the promised amount of memory. */
#include "rig.h"

/* What a transfer of any size may take: 8 MiB, and what the C library keeps back. */
#define MARGIN (10u << 20)

static uint32_t flash_size;

static int start(void **state)
{
    /* As text it is three times as much. */
    flash_size = rig_is_text() ? 5u << 20 : 16u << 20;
    *state = rig_start(&(struct rig_options){.sim.flash_size = flash_size});
    return 0;
}

static int stop(void **state)
{
    rig_stop(*state);
    return 0;
}

/* A field of /proc/self/status, in bytes. */
static size_t status(const char *field)
{
    FILE *file = fopen("/proc/self/status", "r");
    char line[256];
    size_t kib = 0;

    assert_non_null(file);
    while (fgets(line, sizeof(line), file) != NULL)
        if (strncmp(line, field, strlen(field)) == 0)
            kib = (size_t)strtoul(line + strlen(field), NULL, 10);
    fclose(file);
    return kib << 10;
}

/* Sets the peak back to what is used now; false where the system does not let us. */
static bool forget_peak(void)
{
    FILE *file = fopen("/proc/self/clear_refs", "w");

    if (file == NULL)
        return false;
    bool good = fputs("5", file) >= 0;
    return fclose(file) == 0 && good;
}

struct progress {
    const uint8_t *want;
    uint64_t done;
};

static int compare(uint64_t addr, const void *data, size_t size, void *user)
{
    struct progress *p = user;

    assert_int_equal(addr, SIM_FLASH_BASE + p->done);
    assert_int_equal(memcmp(data, p->want + p->done, size), 0);
    p->done += size;
    return 0;
}

static void a_large_range_takes_little_memory(void **state)
{
    struct rig *rig = *state;
    struct ocd_session *s = rig_connect(rig, NULL); /* one that is not traced */
    uint8_t *flash = malloc(flash_size);
    struct progress p = {.want = flash};
    uint64_t *matches;
    size_t count;

    assert_non_null(flash);
    rig_peek(rig, SIM_FLASH_BASE, flash, flash_size);
    bool known = forget_peak();
    size_t before = status("VmRSS:");
    rig_ok(s, ocd_dump_data(s, SIM_FLASH_BASE, flash_size, compare, &p));
    assert_int_equal(p.done, flash_size);
    if (!rig_is_text()) {
        rig_ok(s, ocd_dump(s, SIM_FLASH_BASE, flash_size, "/dev/null"));
        rig_ok(s, ocd_search(s, "\xde\xad\xbe\xef", 4, SIM_FLASH_BASE, SIM_FLASH_BASE + flash_size,
                             &matches, &count));
        assert_int_equal(count, 6);
        assert_int_equal(matches[5], SIM_FLASH_BASE + flash_size - 4);
        ocd_free(matches);
    }
#ifndef __SANITIZE_ADDRESS__ /* what has been freed counts there */
    if (known && before > 0)
        assert_in_range(status("VmHWM:"), 0, before + MARGIN);
#else
    (void)known;
    (void)before;
#endif
    ocd_close(s);
    free(flash);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_large_range_takes_little_memory),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
