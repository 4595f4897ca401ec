// SPDX-License-Identifier: MIT
//
// OpenOCD's arguments for each chip.
#include <stdio.h>

#include "ocdsim.h"
#include "state.h"

/* In each the second core's work area is the 4 KiB above that of the first, which stays the current
 * target. */
static int cortex_m3(const struct sim *sim, char *text, size_t size)
{
    static const char second[] =
        " -c 'target create stm32f1x.cpu1 cortex_m -endian little -dap stm32f1x.dap -ap-num 1 "
        "-work-area-phys 0x20001000 -work-area-size 0x1000; "
        "stm32f1x.cpu1 cortex_m reset_config sysresetreq; targets stm32f1x.cpu'";

    return snprintf(
        text, size,
        "-c 'adapter driver st-link; st-link vid_pid 0x0483 0x3748; st-link backend tcp "
        "%u; transport select dapdirect_swd' -f target/stm32f1x.cfg%s",
        (unsigned)sim->port, sim->chip.cores > 1 ? second : "");
}

#define ADAPTER                                                                                    \
    "adapter driver remote_bitbang; remote_bitbang host 127.0.0.1; remote_bitbang port %u"

/* OpenOCD 0.12's script leaves out the port of the boundary scan. The script of its development
 * branch fits the real chip: no system bus, and no reset by the debug module. */
#define ADAPT                                                                                      \
    " -c 'if {[lsearch -exact [jtag names] gd32vf103.bs] < 0} "                                    \
    "{jtag newtap gd32vf103 bs -irlen 5 -expected-id 0x790007a3} "                                 \
    "else {reset_config srst_only; riscv set_mem_access progbuf sysbus}'"

static int riscv32(const struct sim *sim, char *text, size_t size)
{
    static const char second[] =
        " -c 'target create gd32vf103.cpu1 riscv -chain-position gd32vf103.cpu -coreid 1 "
        "-work-area-phys 0x20001800 -work-area-size 0x1800; targets gd32vf103.cpu'";

    return snprintf(text, size, "-c '" ADAPTER "' -f target/gd32vf103.cfg" ADAPT "%s",
                    (unsigned)sim->port, sim->chip.cores > 1 ? second : "");
}

/* OpenOCD's driver for the flash takes targets of 32 bits only. Its development branch must be told
 * that there is no MMU: otherwise it reads no memory of a running hart. */
static int riscv64(const struct sim *sim, char *text, size_t size)
{
    static const char second[] =
        "; target create riscv64.cpu1 riscv -chain-position riscv64.cpu -coreid 1 "
        "-work-area-phys 0x20001800 -work-area-size 0x1800; "
        "catch {riscv64.cpu1 riscv virt2phys_mode off}; targets riscv64.cpu";

    return snprintf(text, size,
                    "-c '" ADAPTER "; transport select jtag; "
                    "jtag newtap riscv64 cpu -irlen 5 -expected-id 0x1000663d; "
                    "target create riscv64.cpu riscv -chain-position riscv64.cpu "
                    "-work-area-phys 0x20000000 -work-area-size 0x1800; "
                    "catch {riscv64.cpu riscv virt2phys_mode off}%s'",
                    (unsigned)sim->port, sim->chip.cores > 1 ? second : "");
}

size_t sim_config(const struct sim *sim, char *text, size_t size)
{
    int length = sim->chip.kind == SIM_CHIP_RISCV32   ? riscv32(sim, text, size)
                 : sim->chip.kind == SIM_CHIP_RISCV64 ? riscv64(sim, text, size)
                                                      : cortex_m3(sim, text, size);

    return length < 0 ? 0 : (size_t)length;
}
