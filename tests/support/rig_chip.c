// SPDX-License-Identifier: MIT
/* The chips that the system tests run on: $OCD_TEST_CHIP names one, as tests/chips.cmake sets it.
 */
#include "rig.h"

/* The tests call the core stm32f1x.cpu on every chip. */
#define NAME "stm32f1x"

/* Without the program buffer, through which OpenOCD 0.12 reads unreadable memory as zeros. */
#define SYSBUS "riscv set_mem_access sysbus"

enum sim_chip rig_test_chip(void)
{
    static const char *const names[] = {
        [SIM_CHIP_CORTEX_M3] = "cortex-m3",
        [SIM_CHIP_RISCV32] = "riscv32",
        [SIM_CHIP_RISCV64] = "riscv64",
    };
    const char *name = getenv("OCD_TEST_CHIP");

    for (size_t i = 0; name != NULL && i < COUNT_OF(names); i++)
        if (strcmp(name, names[i]) == 0)
            return (enum sim_chip)i;
    if (name != NULL)
        fail_msg("OCD_TEST_CHIP: there is no chip '%s'", name);
    return SIM_CHIP_CORTEX_M3;
}

size_t rig_riscv_args(struct rig_args *a, const struct sim *sim, bool big)
{
    size_t n = 0;

    snprintf(a->adapter, sizeof(a->adapter),
             "adapter driver remote_bitbang; remote_bitbang host 127.0.0.1; "
             "remote_bitbang port %u; transport select jtag; set CHIPNAME " NAME,
             (unsigned)sim_port(sim));
    a->args[n++] = "-c";
    a->args[n++] = a->adapter;
    if (rig_test_chip() == SIM_CHIP_RISCV32) {
        a->args[n++] = "-f";
        a->args[n++] = "target/gd32vf103.cfg";
        a->args[n++] = "-c"; /* see sim/config.c */
        a->args[n++] = "if {[lsearch -exact [jtag names] " NAME ".bs] < 0} "
                       "{jtag newtap " NAME " bs -irlen 5 -expected-id 0x790007a3} "
                       "else {reset_config srst_only}";
    } else {
        a->args[n++] = "-c";
        a->args[n++] = "jtag newtap " NAME " cpu -irlen 5 -expected-id 0x1000663d; "
                       "target create " NAME ".cpu riscv -chain-position " NAME ".cpu "
                       "-work-area-phys 0x20000000 -work-area-size 0x1800";
    }
    a->args[n++] = "-c";
    a->args[n++] = SYSBUS "; catch {riscv virt2phys_mode off}";
    if (big) { /* the same hart once more */
        a->args[n++] = "-c";
        a->args[n++] = "target create " RIG_BIG " riscv -chain-position " NAME ".cpu -endian big; "
                       "targets " RIG_BIG "; " SYSBUS "; catch {riscv virt2phys_mode off}; "
                       "targets " RIG_CPU;
    }
    return n;
}
