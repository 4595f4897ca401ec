// SPDX-License-Identifier: MIT
/* How fast libocd is compared with other ways to a chip's memory, all measured in one run. The ways
 * are measured by turns, so that a disturbance of the machine affects all of them. The results are
 * ratios of values of the same turn. */
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
/* Where the benchmark reads and writes: away from the vector table and the firmware's variables. */
#define BENCH_AT (BENCH_RAM + 64 * KIB)

/* Probe latencies. */
enum {
    FAST,
    SLOW,
    LATENCIES
};
#define SLOW_US 500u

/* --- bench/main.c: everything here ends the program when it fails --- */

_Noreturn void bench_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Ends the program unless the call has succeeded. */
void bench_ok(const struct ocd_session *session, int result, const char *what);
double bench_now(void); /* seconds */

/* --- bench/series.c: what was measured --- */

/* One way to do one chunk of work. Of a transfer the values are seconds for a byte, a turn each. */
struct series {
    unsigned latency; /* FAST or SLOW */
    const char *work, *way;
    unsigned count;
    double values[BENCH_TURNS_MAX];
};

void series_add(unsigned latency, const char *work, const char *way, double value);
/* NULL: not measured. */
const struct series *series_find(unsigned latency, const char *work, const char *way);
/* All of them in the order in which they were measured first; NULL: there are no more. */
const struct series *series_at(unsigned index);
/* The middle value; of an even number the mean of the middle two. */
double bench_median(const double *values, unsigned count);
/* Median over the turns of b / a. */
double series_ratio(const struct series *a, const struct series *b);

/* --- bench/wire.c: a bare socket on a Tcl RPC port --- */

struct wire {
    int fd;
    char *text; /* of the last reply, NUL-terminated, without its terminator */
    size_t size, room;
};

void wire_open(struct wire *w, uint16_t port);
void wire_close(struct wire *w);
void wire_send(struct wire *w, const char *bytes, size_t size);
/* A command as it is; its terminator is added. Its reply is w->text. */
void wire_command(struct wire *w, const char *command);
void wire_answer(struct wire *w);
/* Waits for replies and counts them without parsing them. */
unsigned wire_count(struct wire *w);

/* --- bench/relay.c: a process between a client and OpenOCD --- */

struct relay;

/* Takes one connection, and passes its bytes on with this delay (seconds) in each direction. */
struct relay *relay_start(uint16_t port, double delay);
uint16_t relay_port(const struct relay *relay);
/* Bytes that the client has sent and received. */
uint64_t relay_bytes(const struct relay *relay);
void relay_stop(struct relay *relay);

/* --- bench/chip.c: the simulated chip with a real OpenOCD, and who is connected to it --- */

/* A client whose setting never changes: the command, words a request, requests in flight. */
struct fixed {
    const char *command; /* "read_memory", "mdw", "write_memory" */
    unsigned count, window;
};

struct chip {
    struct sim *sim;
    struct ocd_session *owner;   /* started the OpenOCD */
    struct ocd_session *session; /* is measured */
    struct wire wire;
    uint16_t tcl_port, gdb_port;
    unsigned latency;   /* FAST or SLOW */
    char directory[64]; /* on a memory file system */
    uint8_t *data;      /* BENCH_RAM_SIZE bytes, what is in the chip's memory */
    uint8_t *room;      /* of the same size, for what is read */
    struct gdb *gdb;    /* NULL: no gdb-multiarch */
    cpu_set_t before;   /* processors of this process; they are again when it is stopped */
};

void chip_start(struct chip *c, unsigned latency);
void chip_stop(struct chip *c);
/* A file in the chip's directory: "image" (dumped), "written" (to be loaded), "dump", "log". */
void chip_file(const struct chip *c, const char *name, char *path, size_t size);
/* What is at BENCH_AT, or is to be there. */
const uint8_t *chip_data(const struct chip *c);
/* A session through this port. */
struct ocd_session *chip_connect(uint16_t port);

/* --- bench/fixed.c --- */

/* The best settings, by a sweep. */
struct fixed_best {
    struct fixed read, read_4096 /* words at most */, write;
};

void fixed_sweep(unsigned latency, bool quadratic, struct fixed_best *best);
/* `data` is what write_memory writes. */
void fixed_run(struct wire *w, const struct fixed *setting, const uint8_t *data, size_t size);

/* --- bench/gdb.c --- */

struct gdb *gdb_start(uint16_t port); /* NULL: there is none */
void gdb_stop(struct gdb *gdb);
/* Runs one command of GDB's command line. */
void gdb_do(struct gdb *gdb, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* --- The subjects: each adds series --- */

void transfer_measure(struct chip *c, const struct fixed_best *best); /* ways.c */
void small_measure(struct chip *c);                                   /* small.c */
void session_measure(struct chip *c);                                 /* session.c */
void network_measure(struct chip *c, unsigned turns);                 /* network.c */
void wire_measure(struct chip *c);                                    /* bytes.c */
void wait_measure(struct chip *c);                                    /* wait.c */
void names_measure(struct chip *c);                                   /* names.c */
void dump_measure(struct chip *c);                                    /* dump.c */
/* watch.c; `seconds` of the runs that are measured as a whole */
void watch_measure(struct chip *c, unsigned turns, double seconds);
/* What a process of its own does for dump_measure(): prints the result. */
int dump_child(char **argv);

/* --- bench/goals.c: the goals --- */

struct goal {
    const char *text;
    unsigned latency;
    bool at_most; /* not at least */
    double bound;
    double measured; /* negative: it was not */
};

/* The goal number `index` for that version; false: there are no more. */
bool goal_at(unsigned index, bool development, struct goal *goal);
bool goal_reached(const struct goal *goal);

/* --- bench/table.c, bench/json.c --- */

struct results {
    char openocd[128];
    bool development; /* the branch after 0.12 */
    struct fixed_best best[LATENCIES];
};

void table_print(const struct results *r);
void json_write(const struct results *r, const char *path);
