// SPDX-License-Identifier: MIT
/* How fast libocd is beside the other ways to a chip's memory, all measured in one run: the ways
 * take turns, so that what disturbs the machine meets all of them, and what counts are the ratios
 * of the same turn. */
#pragma once

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "ocd.h"

#define KIB 1024u
#define MIB (1024u * 1024u)

#define BENCH_TURNS_MAX 25u
#define BENCH_RAM       0x20000000u
#define BENCH_RAM_SIZE  (64u * MIB)
/* The work goes on here, away from the vector table and the firmware's variables. */
#define BENCH_AT (BENCH_RAM + 64 * KIB)

/* The columns. */
enum way {
    WAY_LOCAL,   /* libocd, same host */
    WAY_RPC,     /* libocd over RPC, in a session that has done this before */
    WAY_NAIVE8,  /* read_memory of 4096 bytes, one in flight */
    WAY_NAIVE32, /* the same with 32-bit accesses */
    WAY_GDB,
    WAY_IMAGE, /* OpenOCD's own dump_image, load_image and verify_image, sent by hand */
    WAY_FIXED, /* the best of the fixed settings */
    WAYS,
};

enum work {
    WORK_READ,
    WORK_WRITE,
    WORK_SEARCH,
    WORK_LOAD,      /* a file into RAM */
    WORK_VERIFY,    /* a file against RAM */
    WORK_ONE,       /* one u32 */
    WORK_SCATTERED, /* 32 u32 in 4 KiB */
};

/* One way at one piece of work. */
struct cell {
    bool used;
    size_t size;                     /* bytes moved in a turn, scaled down where a way is slow */
    unsigned repeats;                /* of the work in a turn, for what is too short to be timed */
    double cpu[BENCH_TURNS_MAX];     /* seconds of this process's processor time … */
    double seconds[BENCH_TURNS_MAX]; /* … and of the wall, for one repeat */
};

struct row {
    char name[48];
    enum work work;
    size_t size;
    unsigned turns;
    struct cell cells[WAYS];
};

/* bench/wire.c: a bare socket. Everything here ends the program when it fails. */
struct wire {
    int fd;
    char *text; /* of the last reply, NUL-terminated, without its terminator */
    size_t size, room;
};

void wire_open(struct wire *w, uint16_t port);
void wire_close(struct wire *w);
void wire_send(struct wire *w, const char *bytes, size_t size);
/* A command as it is; its terminator is added. */
void wire_ask(struct wire *w, const char *command);
void wire_answer(struct wire *w);
/* Waits for replies and counts them without looking at them. */
unsigned wire_count(struct wire *w);

/* bench/fixed.c: a setting that never changes. */
struct fixed {
    bool md;
    unsigned count;
    unsigned window;
    bool write;
};

/* What is moved to find the best setting, and the windows to try. */
struct fixed_range {
    bool write;
    uint32_t addr;
    size_t size;
    const uint8_t *data; /* to be written */
    const unsigned *window;
    unsigned windows;
};

void fixed_run(struct wire *w, struct fixed setting, uint32_t addr, const uint8_t *data,
               size_t size);
struct fixed fixed_sweep(struct wire *w, const struct fixed_range *range);

/* bench/chip.c: the simulated chip behind a real OpenOCD. */
struct chip {
    struct sim *sim;
    struct ocd_session *local; /* started the OpenOCD */
    struct ocd_session *rpc;   /* OCD_NO_LOCAL */
    struct wire wire;
    uint16_t tcl_port, gdb_port;
    uint32_t latency_us;
    char directory[64]; /* on a memory file system */
    uint8_t *data;      /* BENCH_RAM_SIZE bytes, what stands in the chip's memory */
    uint8_t *room;      /* as many, for what is read */
    struct fixed best_read, best_write;
    struct gdb *gdb;  /* NULL: no gdb-multiarch */
    cpu_set_t before; /* processors of this process; they are again when it is stopped */
};

void chip_start(struct chip *c);
void chip_stop(struct chip *c);
void chip_set_latency(struct chip *c, uint32_t latency_us);
/* A file in the chip's directory: "image" (dumped), "written" (to be loaded), "records" (the same
 * as S-records), "dump". */
void chip_file(const struct chip *c, const char *name, char *path, size_t size);
/* What stands at BENCH_AT, or is to stand there. */
const uint8_t *chip_data(const struct chip *c);

/* bench/gdb.c */
struct gdb *gdb_start(uint16_t port); /* NULL: there is none */
void gdb_stop(struct gdb *gdb);
/* Runs one command of GDB's command line. */
void gdb_do(struct gdb *gdb, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* bench/ways.c: one piece of work in one way, once. False: that way does not do such work. What has
 * to be done before it, and whether the right bytes were moved, is not part of what is timed. */
void way_set_up(struct chip *c, enum way way, enum work work, size_t size);
void way_check(struct chip *c, enum way way, enum work work, size_t size);
bool way_run(struct chip *c, enum way way, enum work work, size_t size);
const char *way_name(enum way way);

/* bench/files.c: the same for WORK_LOAD and WORK_VERIFY. */
void file_set_up(struct chip *c, enum way way, enum work work, size_t size);
bool file_run(struct chip *c, enum way way, enum work work, size_t size);

/* bench/measure.c */
double bench_now(void); /* seconds */
double bench_cpu(void); /* seconds of processor time of this process */
/* The middle one; of an even number the mean of the middle two. */
double bench_median(const double *values, unsigned count);
/* Fills the rows: their ways take turns. */
void measure_rows(struct chip *c, struct row *rows, unsigned count, unsigned turns);
/* Median of bytes a second, and of seconds for one piece of work. */
double row_rate(const struct row *row, enum way way);
double row_seconds(const struct row *row, enum way way);
/* Median over the turns of how many times faster `a` was than `b`; 0 if one of them was not used.
 */
double row_ratio(const struct row *row, enum way a, enum way b);
double rows_ratio(const struct row *a, enum way way_a, const struct row *b, enum way way_b);
/* Median share of the wall time that was processor time of this process. */
double row_cpu_share(const struct row *row, enum way way);

/* bench/small.c: the work that is not a transfer. */
struct small {
    double one_ratio;       /* a u32 by libocd: time by that of a bare socket with the same line */
    double one_us, bare_us; /* medians */
    double many_ratio;      /* 32 scattered u32: time of single reads by that of one call, merged */
    double many_us, single_us;
};

void small_measure(struct chip *c, struct small *small);

/* bench/dump.c: the memory that a dump takes, in a process of its own. */
struct dump_result {
    double rate;     /* bytes a second */
    size_t peak_kib; /* of memory, the program itself included */
    size_t base_kib; /* before the dump */
};

struct dump_result dump_measure(const struct chip *c, bool local, uint32_t size);
/* What that process does: prints the result. */
int dump_child(int argc, char **argv);

/* bench/scripted.c: against the scripted server. */
struct scripted {
    const char *name;
    double best_rate; /* bytes a second of the best fixed setting */
    struct fixed best;
    double ratio;       /* libocd in a used session, by that */
    double first_ratio; /* the first read of a new session */
    double naive_ratio; /* libocd by the naive client */
    double naive_rate, rate, first_rate;
};

#define SCRIPTED 3u
void scripted_measure(struct scripted results[SCRIPTED]);

#define ROWS_MAX 12u
/* Everything that a run has found. */
struct results {
    char openocd[128];
    struct row rows[2][ROWS_MAX]; /* by latency */
    unsigned row_count[2];
    struct small small[2];       /* by latency */
    struct dump_result dumps[2]; /* same host, RPC */
    struct scripted scripted[SCRIPTED];
    struct fixed best[2][2]; /* by latency; reads, writes */
    double first_ratio;      /* 1 MiB in a new session by the best fixed setting, latency 0 */
};

/* bench/goals.c: what is to be reached. */
struct goal {
    const char *text;
    double bound;
    bool most;       /* at most so much, not at least */
    double measured; /* 0: nothing was */
};

#define GOALS_MAX 24u
unsigned goals_collect(const struct results *r, struct goal goals[GOALS_MAX]);
/* Rate of a search by that of reading the same. */
double search_ratio(const struct results *r, unsigned latency, enum way way);
bool goal_reached(const struct goal *goal);
const struct row *results_row(const struct results *r, unsigned latency, const char *name);

/* bench/table.c, bench/json.c */
void table_print(const struct results *r);
void json_write(const struct results *r, const char *path);

/* Prints why, and ends the program. */
_Noreturn void bench_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Ends the program unless the call has succeeded. */
void bench_ok(const struct ocd_session *session, int result, const char *what);
