// SPDX-License-Identifier: MIT
/* What the system tests of the RISC-V chips share: which chip it is, named on the command line, and
 * how to choose OpenOCD's way to memory. */
#pragma once

#include "rpc.h"
#include "support.h"

struct riscv_chip {
    const char *name; /* as `ocd sim --chip` takes it */
    enum sim_chip kind;
    unsigned bits;
    const char *cpu;
    const char *cpu1;
};

static inline const struct riscv_chip *riscv_chip(const char *name)
{
    static const struct riscv_chip chips[] = {
        {"riscv32", SIM_CHIP_RISCV32, 32, "gd32vf103.cpu", "gd32vf103.cpu1"},
        {"riscv64", SIM_CHIP_RISCV64, 64, "riscv64.cpu", "riscv64.cpu1"},
    };

    for (size_t i = 0; i < COUNT_OF(chips); i++)
        if (name && strcmp(name, chips[i].name) == 0)
            return &chips[i];
    fail_msg("the first argument is riscv32 or riscv64");
    return NULL;
}

/* Memory by this way only: progbuf or sysbus. */
static inline void use_only(struct rpc *rpc, const char *method)
{
    rpc_good(rpc, "riscv set_mem_access %s", method);
}

static inline void halt(struct rpc *rpc)
{
    rpc_good(rpc, "halt");
    rpc_wait_state(rpc, "halted");
}

static inline void resume(struct rpc *rpc)
{
    rpc_good(rpc, "resume");
    rpc_wait_state(rpc, "running");
}
