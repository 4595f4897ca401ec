// SPDX-License-Identifier: MIT
//
// A real OpenOCD in front of a simulator: started on free ports, its log kept
// flowing, ended with its parent. Functions that return int answer 0 or a negative
// errno value.
#pragma once

#include "sim.h"

#ifdef __cplusplus
extern "C" {
#endif

struct sim_openocd; /* opaque */

/* Zero is the default of every field; the strings are only used while starting. */
struct sim_openocd_options {
    const char *binary;   /* NULL: $OCD_OPENOCD, else "openocd" from PATH */
    const char *adapter;  /* commands that replace the adapter's; NULL: st-link over SWD */
    const char *config;   /* target file, NULL: target/stm32f1x.cfg */
    const char *commands; /* more, run after the configuration; NULL: none */
    bool gdb;             /* open a GDB port too */
    bool telnet;          /* open a telnet port too */
    unsigned timeout_ms;  /* to come up, 0: 10000 */
    int log_fd;           /* where its log is copied to; 0: nowhere */
    char *message;        /* optional: OpenOCD's last lines when it does not come up */
    size_t message_size;
};

/* Comes back when the Tcl port answers, -ECHILD when OpenOCD has ended before. */
int sim_openocd_start(struct sim_openocd **openocd, const struct sim *sim,
                      const struct sim_openocd_options *options);
void sim_openocd_stop(struct sim_openocd *openocd); /* ends and reaps it; NULL is fine */

pid_t sim_openocd_pid(const struct sim_openocd *openocd);
uint16_t sim_openocd_tcl_port(const struct sim_openocd *openocd);
uint16_t sim_openocd_gdb_port(const struct sim_openocd *openocd);    /* 0: none */
uint16_t sim_openocd_telnet_port(const struct sim_openocd *openocd); /* 0: none */

/* The log must be read, or OpenOCD stops when the pipe is full: wait until fd is
 * readable, then drain. False: OpenOCD has ended. */
int sim_openocd_fd(const struct sim_openocd *openocd);
bool sim_openocd_drain(struct sim_openocd *openocd);

#ifdef __cplusplus
}
#endif
