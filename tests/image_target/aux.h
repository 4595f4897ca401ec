// SPDX-License-Identifier: MIT
/* A rig with a directory for files. */
#pragma once

#include "rig.h"

#define BENCH_RAM_SIZE (128u << 10)

struct bench {
    struct rig *rig;
    char *server_tmp; /* where OpenOCD makes temporary files */
    char *dir;
    char path[4200]; /* of a file in it that is not there yet */
};

extern struct bench bench; /* of the test under way */
/* Tcl for the OpenOCD of the next rig (rig_options.commands), or NULL. */
extern const char *bench_commands;

/* For cmocka: one rig for a program, one directory for a test. The target is halted, and RAM and
 * flash are what they were at the start. */
int bench_start(void **state);
int bench_stop(void **state);
int bench_enter(void **state);
int bench_leave(void **state);

/* Whether the next sessions move bytes raw or as text: the test is run with both. */
struct ocd_call bench_call(unsigned flags);
#define both_paths(test)                                                                           \
    cmocka_unit_test_prestate_setup_teardown(test, bench_enter, bench_leave, (void *)"local"),     \
        cmocka_unit_test_prestate_setup_teardown(test, bench_enter, bench_leave, (void *)"port")
#define one_path(test)                                                                             \
    cmocka_unit_test_prestate_setup_teardown(test, bench_enter, bench_leave, (void *)"local")

/* Makes the file bench.path of these chunks; ended by one of size 0. */
struct chunk {
    uint64_t addr;
    const void *data;
    size_t size;
};
void bench_file(enum ocd_image_format format, const struct chunk *chunks);
void bench_text(const char *text);

/* An operation that has to end so; the session's last error has the detail. */
#define bench_ends(code, op) bench_check((op), (code), #op, __FILE__, __LINE__)
void bench_check(struct ocd_op *op, int wanted, const char *call, const char *file, int line);

/* Regions and differences, kept in the order in which they were reported. */
#define TOLD_MAX 64
struct told {
    size_t count;
    struct ocd_region regions[TOLD_MAX];
    struct ocd_difference differences[TOLD_MAX];
    uint8_t expected[TOLD_MAX][OCD_DIFFERENCE_BYTES_MAX];
    uint8_t actual[TOLD_MAX][OCD_DIFFERENCE_BYTES_MAX];
};
int tell_region(const struct ocd_region *region, void *told);
int tell_difference(const struct ocd_difference *difference, void *told);
