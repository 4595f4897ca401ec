// SPDX-License-Identifier: MIT
/* A bare client of OpenOCD's Tcl port, and a chip with an OpenOCD in front of it. It uses
 * only the library's start of OpenOCD, since the library itself is tested against the simulator. */
#pragma once

#include "ocdsim.h"
#include "spawn/process.h"

struct rpc {
    struct sim *sim;
    struct ocd_process *openocd;
    int fd;
    int status;            /* of the last command, as Tcl's catch has it */
    char result[1u << 20]; /* its result */
};

/* `transport` is swd, hla (which knows one core only) or jtag, and NULL for the simulator's own
 * arguments, which is what the RISC-V chips need. Fails the test when OpenOCD does not
 * come up. */
struct rpc *rpc_start(const struct sim_options *options, const char *transport);
void rpc_stop(struct rpc *rpc);

/* Another OpenOCD in front of the same chip. */
void rpc_open(struct rpc *rpc, const char *transport);

/* Runs one command and keeps its status and result. */
const char *rpc_run(struct rpc *rpc, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same, for a command that has to succeed, and to fail. */
const char *rpc_good(struct rpc *rpc, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void rpc_bad(struct rpc *rpc, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The value of one element read. */
uint32_t rpc_read(struct rpc *rpc, uint32_t addr, unsigned width);

/* Asks until the target is in that state; fails the test after some seconds. */
void rpc_wait_state(struct rpc *rpc, const char *state);
uint32_t rpc_reg(struct rpc *rpc, const char *name);
