// SPDX-License-Identifier: MIT
/* A simulated chip, a real OpenOCD in front of it, and a session with that: what the system tests
 * use. The chip is a child process, OpenOCD is started by the library itself; both end with
 * rig_stop, and with the test program in whatever way. $OCD_OPENOCD names the OpenOCD.
 *
 * With OCD_TEST_TEXT set in the environment OpenOCD can make no temporary file, so that all
 * sessions move bulk data as text. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "little.h"
#include "ocd.h"
#include "ocdsim.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

#define RIG_CPU "stm32f1x.cpu" /* the chip's core */
#define RIG_BIG "big"          /* the same memory as a big-endian target; rig_options.big */

/* Memory that neither the firmware's variables nor the vector table are in. */
#define RIG_RAM 0x20000000u
/* Nothing answers there. */
#define RIG_NOWHERE 0x60000000u

struct rig_line {
    char direction;
    char *text; /* NUL-terminated */
    size_t size;
};

/* What a session has sent and received. */
struct rig_trace {
    struct rig_line *lines;
    size_t count;
    size_t room;
};

struct rig_options {
    struct sim_options sim; /* the chip's variables do not change, unless `moving` is set */
    bool moving;            /* the chip's variables change */
    bool big;               /* a second target, RIG_BIG */
    const char *commands;   /* Tcl, run after the configuration and before `init`. NULL: none */
    struct ocd_options ocd; /* of the session; `trace`, `openocd` and the arguments are set here */
};

struct rig {
    struct sim *sim;
    struct ocd_session *session;
    uint16_t port; /* OpenOCD's Tcl port, for more sessions and for the tool */
    pid_t openocd;
    struct rig_trace trace; /* of `session` */
    uint64_t mark;
};

/* Zero is the default of every option, NULL means the defaults. Fails the test when something does
 * not come up. To be released with rig_stop. */
struct rig *rig_start(const struct rig_options *options);
void rig_stop(struct rig *rig);

/* The chip without an OpenOCD, and the arguments with which one is started in front of it. */
struct sim *rig_chip(const struct sim_options *options);
struct rig_args {
    const char *args[16]; /* for ocd_options.args */
    char adapter[256];
};
void rig_args(struct rig_args *args, const struct sim *sim, const struct rig_options *options);

/* The chip that $OCD_TEST_CHIP names, a Cortex-M3 without it. Its core is RIG_CPU on each chip. */
enum sim_chip rig_test_chip(void);
/* Skips a test that knows the firmware, the registers or the messages of a Cortex-M3. */
#define rig_needs_cortex_m3()                                                                      \
    do {                                                                                           \
        if (rig_test_chip() != SIM_CHIP_CORTEX_M3)                                                 \
            skip();                                                                                \
    } while (0)
/* Arguments for the RISC-V chips, through their system bus alone; returns how many. */
size_t rig_riscv_args(struct rig_args *args, const struct sim *sim, bool big);

/* One more session with the rig's OpenOCD. `options` may be NULL; its port and host are set here.
 * To be closed by the caller. */
struct ocd_session *rig_connect(const struct rig *rig, const struct ocd_options *options);

/* For ocd_options.trace, with a struct rig_trace as its user. */
void rig_trace(char direction, const char *text, size_t size, void *trace);
void rig_trace_clear(struct rig_trace *trace);
/* How many commands were sent, and how many that contain `text`. */
size_t rig_sent(const struct rig_trace *trace);
/* Whether bulk data move as text in this run (OCD_TEST_TEXT). */
bool rig_is_text(void);
size_t rig_sent_with(const struct rig_trace *trace, const char *text);

/* The chip's log from here on: what the tests call "accesses" has been made since. */
void rig_mark(struct rig *rig);
/* The accesses, oldest first; fails the test when there are more than `max`. */
size_t rig_accesses(const struct rig *rig, struct sim_access *log, size_t max);
/* Accesses of one kind, counted one by one, at [addr, addr + size). */
uint64_t rig_count(const struct rig *rig, bool write, unsigned width, uint32_t addr, uint32_t size);
/* Fails the test when memory outside [addr, addr + size) has been accessed, or not all inside. */
void rig_assert_touched(const struct rig *rig, bool write, uint32_t addr, uint32_t size);

/* A pattern whose bytes differ from place to place, for the chip's memory. */
void rig_pattern(void *data, size_t size, uint32_t seed);
void rig_poke(struct rig *rig, uint32_t addr, const void *data, size_t size);
/* The same for elements of the host, up to 64 bytes. */
void rig_poke_values(struct rig *rig, uint32_t addr, const void *values, size_t width,
                     size_t count);
void rig_peek(struct rig *rig, uint32_t addr, void *data, size_t size);
/* Fills memory with a pattern, and returns it, to be released with free(). */
uint8_t *rig_fill(struct rig *rig, uint32_t addr, size_t size, uint32_t seed);
/* Fails the test when the memory is not this. */
void rig_assert_memory(struct rig *rig, uint32_t addr, const void *data, size_t size);

/* A call that has to succeed, or to fail with that code: both print what the session says. */
#define rig_ok(session, call) rig_check((session), (call), OCD_OK, #call, __FILE__, __LINE__)
#define rig_fails(session, code, call)                                                             \
    rig_check((session), (call), (code), #call, __FILE__, __LINE__)
void rig_check(const struct ocd_session *session, int result, int wanted, const char *call,
               const char *file, int line);

/* The parts of the last error, each compared. */
void rig_assert_error(const struct ocd_error *error, int code, uint64_t addr, uint64_t done);
/* Fails the test, showing the text, unless it contains the words. */
void rig_assert_contains(const char *text, const char *words);

/* A test that hangs fails after this time; a loaded machine must not make one fail. */
#define RIG_TIMEOUT_MS 60000
/* What is to end long before RIG_TIMEOUT_MS are over has ended by then, also where the machine
 * was busy with something else for seconds, several times. */
#define RIG_SOON_MS 30000

/* Milliseconds of the monotonic clock. */
long rig_now_ms(void);
/* A new directory of its own, and its end with all that is in it. */
char *rig_directory(void);
void rig_remove_directory(char *path);
/* Entries of a directory. */
size_t rig_directory_entries(const char *path);
/* A whole file, to be released with free(). */
uint8_t *rig_read_file(const char *path, size_t *size);
