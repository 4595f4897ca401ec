// SPDX-License-Identifier: MIT
/* A server that speaks OpenOCD's Tcl RPC protocol over simulated memory, and on demand has what a
 * test cannot get from a real one: faults, slow replies, a long network.
 *
 * It is a child process with a Tcl interpreter of the kind that OpenOCD has (Jim), so that it takes
 * whatever script a client sends. It listens on the loopback, on a port of its own choice. Like
 * OpenOCD it runs the requests of all connections one after the other. It ends with fake_stop, and
 * with the thread that started it. Its texts and codes are those of OpenOCD 0.12.0, or of the
 * development branch that followed it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct fake; /* a running server */

/* Simulated memory. Its first contents are fake_pattern of each address. */
struct fake_region {
    uint64_t addr;
    uint32_t size; /* 0: no region */
};

#define FAKE_REGIONS 4

/* What one request costs, if it touches n elements of memory: fixed + n * element + n * n * square,
 * all in nanoseconds. The time passes without load on the processor. */
struct fake_cost {
    double fixed_ns;
    double element_ns;
    double square_ns;
};

/* Zero-initialised: OpenOCD 0.12.0 with one running little-endian target, "fake.cpu", at once. It
 * is a cortex_m, but an aarch64 where a region lies beyond 32 bits. */
struct fake_options {
    bool head;           /* answers as OpenOCD's development branch */
    bool ipv6;           /* listens on ::1 instead of 127.0.0.1 */
    bool no_read_memory; /* as 0.11: no read_memory, no write_memory */
    bool no_width64;     /* 64-bit accesses are refused, as by a Cortex-M on 0.12 */
    bool no_tempfile;    /* `file tempfile` fails */
    bool no_getfd;       /* files have no `getfd`, as in an interpreter without it */
    bool no_proc;        /* no /proc: a file needs a name */
    uint32_t file_limit; /* bytes of a file at the most (RLIMIT_FSIZE): a larger one ends the
                            server, as it would end OpenOCD. 0: none */
    bool must_halt;      /* memory can be reached only while the target is halted */
    unsigned targets;    /* "fake.cpu", "fake.cpu1" … with common memory. 0: 1. Up to 4. */
    bool no_target;      /* none at all */
    unsigned big_endian; /* bit i: target i is big-endian */
    const char
        *state; /* of the targets. NULL: "running"; "unpolled": unknown up to the first poll */
    struct fake_region regions[FAKE_REGIONS]; /* none: 128 KiB at 0x08000000 (ends on a multiple of
                                                 65536), 64 KiB at 0x20000000 */
    struct fake_cost cost;
    uint32_t round_trip_us; /* of the network: bytes take half of it each way, in parallel */
    const char *script;     /* Tcl, run once before the server listens: more commands. NULL: none */
};

/* All faults: kind, and what fake_fault_name answers. The first four strike a connection when it is
 * accepted, all others a request. Positions are in the reply's bytes; one beyond them means their
 * end. An index beyond the last value means that.
 *
 *   MUTE           nothing is read any more
 *   BANNER         sends `text`, then as MUTE
 *   FOREIGN        answers the first bytes with `text` and closes
 *   FREEZE         SIGSTOP before the request is run, until fake_thaw
 *   EXIT           SIGKILL once `at` bytes of the reply are out, for dump_image and load_image
 *                  already before the step of 4096 bytes that ends at or after `at`
 *   CLOSE, RESET   once `at` bytes of the reply are out
 *   LATE           `us` late; replies after it come in one chunk with it
 *   SPLIT          at `at`; the second part `us` later
 *   DRIBBLE        in chunks of `at` bytes (0: 1), `us` apart
 *   TRUNCATE       to `at` bytes, and the terminator
 *   INSERT         `text` at `at`
 *   NOTIFY         `text` before the reply (NULL: "type target_event event halted\r\n\x1a")
 *   REPLACE        `text` and a terminator instead of the reply
 *   ENDLESS        `at` bytes of `text` over and over (NULL: "0x0 "), then silence
 *   FIELD          number `at` of the header (request, status, bytes of result, bytes of log,
 *                  microseconds) is `text`
 *   WRONG_ID       the header's number of the request is `at` (0: 1) higher
 *   COUNT_LARGER, COUNT_SMALLER  the header counts `at` (0: 1) bytes more or less than there are
 *   RESULT         the result is `text`
 *   LOG            `text` is added to the log
 *   FEWER, MORE    values in the result, by `at` (0: 1); of a dump_image, bytes
 *   TOO_WIDE       value `at` has a digit more than the command's width
 *   NOT_A_NUMBER   value `at` is `text` (NULL: "zz")
 *   TEXT_BEFORE, TEXT_AFTER  `text` next to the values, within the result
 *   PARTIAL        status 1, half of the values, then "failed to read memory"; of a dump_image,
 *                  half of the bytes
 *   REFUSE         the command is not run: status `at` (0: 1), empty result, `text` as the log
 *
 * Those from RESULT on keep the header's counts right. In a list of several reads they change the
 * first one at the beginning, and the last one at the end of the values and for FAKE_END; the other
 * reads stay good. */
#define FAKE_FAULT_MAP(X)                                                                          \
    X(CLOSE_ON_ACCEPT, "close on accept")                                                          \
    X(MUTE, "accept, then silence")                                                                \
    X(BANNER, "banner on accept")                                                                  \
    X(FOREIGN, "foreign server")                                                                   \
    X(FREEZE, "freeze")                                                                            \
    X(EXIT, "server killed")                                                                       \
    X(CLOSE, "close in the reply")                                                                 \
    X(RESET, "reset in the reply")                                                                 \
    X(MISSING, "no reply")                                                                         \
    X(DOUBLE, "reply twice")                                                                       \
    X(LATE, "late reply")                                                                          \
    X(SPLIT, "split reply")                                                                        \
    X(DRIBBLE, "dribbled reply")                                                                   \
    X(TRUNCATE, "truncated reply")                                                                 \
    X(UNTERMINATED, "no terminator")                                                               \
    X(INSERT, "bytes inserted")                                                                    \
    X(NOTIFY, "notification before")                                                               \
    X(REPLACE, "other reply")                                                                      \
    X(ENDLESS, "endless reply")                                                                    \
    X(FIELD, "other header field")                                                                 \
    X(WRONG_ID, "wrong number")                                                                    \
    X(COUNT_LARGER, "count too large")                                                             \
    X(COUNT_SMALLER, "count too small")                                                            \
    X(RESULT, "other result")                                                                      \
    X(LOG, "longer log")                                                                           \
    X(FEWER, "too few values")                                                                     \
    X(MORE, "too many values")                                                                     \
    X(TOO_WIDE, "value too large")                                                                 \
    X(NOT_A_NUMBER, "no number")                                                                   \
    X(TEXT_BEFORE, "text before the values")                                                       \
    X(TEXT_AFTER, "text after the values")                                                         \
    X(PARTIAL, "partial result")                                                                   \
    X(REFUSE, "refused")

enum fake_kind {
    FAKE_NOTHING,
#define FAKE_KIND(name, text) FAKE_##name,
    FAKE_FAULT_MAP(FAKE_KIND)
#undef FAKE_KIND
    FAKE_KINDS
};

/* The end of a reply, as a position. */
#define FAKE_END UINT64_MAX

#define FAKE_TEXT_MAX 4096

struct fake_fault {
    enum fake_kind kind;
    const char *match; /* only requests whose text, as fake_request() has it, contains this;
                          NULL: all. Up to 255 bytes. */
    unsigned skip;     /* this many of these first go unharmed */
    unsigned times;    /* number of requests that it affects; 0: all */
    uint64_t at;
    uint32_t us;
    const char *text; /* up to FAKE_TEXT_MAX bytes */
    size_t text_size; /* 0: up to its NUL */
};

/* A script for fake_options: registers, breakpoints, watchpoints and a flash bank, which print what
 * OpenOCD 0.12 prints; the target is halted as soon as its events are watched. */
extern const char fake_target_script[];

/* NULL if it cannot be started; errno has the cause. */
struct fake *fake_start(const struct fake_options *options);
/* Whatever state it is in. NULL is allowed. */
void fake_stop(struct fake *f);
/* Ends the server; until fake_stop nobody else gets its port, which refuses connections. The same
 * holds when it has been killed. */
void fake_leave(struct fake *f);
uint16_t fake_port(const struct fake *f);
pid_t fake_pid(const struct fake *f);

/* Adds a fault and answers its number, -1 if there are too many (16). A request is struck by the
 * first fault that matches and still strikes. */
int fake_inject(struct fake *f, const struct fake_fault *fault);
/* How often it has struck. */
unsigned fake_strikes(const struct fake *f, int fault);
/* Removes all faults. */
void fake_heal(struct fake *f);
const char *fake_fault_name(enum fake_kind kind);

/* Stops the whole process as SIGSTOP does; the system goes on accepting connections for it. */
void fake_freeze(struct fake *f);
/* Lets it go on, also after FAKE_FREEZE. */
void fake_thaw(struct fake *f);
/* Sends these bytes to all connections, unasked. Returns once they are on their way. */
void fake_push(struct fake *f, const void *bytes, size_t size);

/* Memory as bytes in ascending order; NULL if the range is in no region. May be read and written
 * at any time. */
uint8_t *fake_memory(const struct fake *f, uint64_t addr, size_t size);
uint8_t fake_pattern(uint64_t addr);
/* Makes a range unreachable for the client, even though it is in a region. At most 16. */
void fake_unreadable(struct fake *f, uint64_t addr, uint64_t size);

/* From now on: files take no bytes ("No space left on device"). */
void fake_set_files_full(struct fake *f, bool full);
/* From now on: dump_image and load_image cannot open their file. */
void fake_set_raw_fails(struct fake *f, bool fails);

/* The requests as they arrived, connections mixed. */
unsigned fake_requests(const struct fake *f);
/* What a request asked for. Of libocd's requests (src/tcl/scripts.h)
 *
 *     COMMAND                                       of any command
 *     [TARGET ]read_memory ADDR WIDTH COUNT[ phys]  of reads, joined by "; "
 *     [TARGET ]dump_image ADDR SIZE
 *     [TARGET ]load_image ADDR SIZE                 or another command that takes a file
 *
 * and of others the line. Up to 4095 bytes, NUL-terminated; "" for one that was not kept (beyond
 * 65536 requests or 16 MiB of them). Valid until fake_stop. */
const char *fake_request(const struct fake *f, unsigned index);
/* How many commands contain that text. */
unsigned fake_requests_with(const struct fake *f, const char *text);
/* Connections accepted so far. */
unsigned fake_connections(const struct fake *f);
