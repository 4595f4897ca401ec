// SPDX-License-Identifier: MIT
/* The goals of libocd, with what was measured. */
#include "bench.h"

struct spec {
    const char *text;
    const char *work, *way;
    const char *by_way; /* the ratio is that of the two rates; NULL: the value itself */
    bool at_most;
    double bound[2][LATENCIES]; /* 0.12, development branch; 0: none */
    double unit;                /* of a value; 0: 1 */
};

#define BOTH(fast, slow)                                                                           \
    {                                                                                              \
        {fast, slow},                                                                              \
        {                                                                                          \
            fast, slow                                                                             \
        }                                                                                          \
    }

static const struct spec specs[] = {
    {"read 1 MiB / dump_image",
     "read 1 MiB",
     "libocd",
     "*_image",
     false,
     {{0.85, 0.88}, {0.92, 0.92}},
     0},
    {"read 16 MiB / dump_image",
     "read 16 MiB",
     "libocd",
     "*_image",
     false,
     {{0.85, 0.88}, {0.92, 0.92}},
     0},
    {"read 1 MiB / best fixed setting",
     "read 1 MiB",
     "libocd",
     "best fixed",
     false,
     {{2.0, 0.8}, {9, 2}},
     0},
    {"read 1 MiB / best fixed, 4096 words at most",
     "read 1 MiB",
     "libocd",
     "best fixed, 4096 words",
     false,
     {{2.2, 1.2}, {0, 0}},
     0},
    {"read 1 MiB / GDB", "read 1 MiB", "libocd", "GDB", false, BOTH(3, 0.95), 0},
    {"write 1 MiB / load_image", "write 1 MiB", "libocd", "*_image", false, BOTH(0.35, 0.8), 0},
    {"write 1 MiB / best fixed write_memory", "write 1 MiB", "libocd", "best fixed", false,
     BOTH(2, 1.5), 0},
    {"write 1 MiB / GDB restore", "write 1 MiB", "libocd", "GDB", false, BOTH(0.45, 0.65), 0},
    {"first 64 KiB of a session / later", "64 KiB of a new session", "first", "later", false,
     BOTH(0.8, 0.85), 0},
    {"1 MiB through 20 ms of network / best fixed window", "read 1 MiB, 20 ms of network", "libocd",
     "best fixed", false, BOTH(0.8, 0), 0},
    {"bytes on the wire per byte read", "bytes on the wire per byte", "read", NULL, true,
     BOTH(1.02, 0), 0},
    {"bytes on the wire per byte written: random data", "bytes on the wire per byte",
     "write, random", NULL, true, BOTH(1.05, 0), 0},
    {"bytes on the wire per byte written: a program", "bytes on the wire per byte",
     "write, a program", NULL, true, BOTH(1.4, 0), 0},
    {"32 scattered u32, not merged / single requests",
     "32 scattered u32",
     "libocd",
     "bare socket",
     false,
     {{0, 1.8}, {0, 0}},
     0},
    {"one u32: time / a bare socket's", "one u32", "bare socket", "libocd", true, BOTH(1.10, 1.03),
     0},
    {"u32 during a 16 MiB read: longest wait, ms", "longest wait during 16 MiB",
     "u32, same session", NULL, true, BOTH(120, 120), 1e-3},
    {"u32 while another client is stopped, ms", "longest wait during 16 MiB",
     "u32, the other client stopped", NULL, true, BOTH(1000, 1000), 1e-3},
    {"OpenOCD's log per MiB read, KiB", "bytes of OpenOCD's log", "read of 1 MiB", NULL, true,
     BOTH(4, 4), KIB},
    {"dump of 64 MiB: peak memory, MiB", "dump of 64 MiB", "peak memory", NULL, true, BOTH(4, 4),
     MIB},
    {"dump: processor time, % of the wall", "dump of 64 MiB", "processor time / wall", NULL, true,
     BOTH(6, 6), 0.01},
    {"first value by name, from some MB of ELF, ms", "first value of a program", "libocd", NULL,
     true, BOTH(50, 0), 1e-3},
    {"first value by name: times as fast as GDB", "first value of a program", "libocd", "GDB",
     false, BOTH(10, 0), 0},
    {"first name of a kernel of some 500 MB, s", "first name of a kernel", "libocd", NULL, true,
     BOTH(1.5, 0), 0},
    {"first name of a kernel: times as fast as GDB", "first name of a kernel", "libocd", "GDB",
     false, BOTH(5, 0), 0},
    {"first name of a kernel: peak memory, MiB", "first name of a kernel", "peak memory", NULL,
     true, BOTH(250, 0), MIB},
    {"frames of 8 u32 within 512 bytes / a bare socket", "frame of 8 u32 within 512 bytes",
     "libocd", "bare socket", false, BOTH(1.0, 1.0), 0},
    {"frames of 8 u32 / a bare socket, several in flight", "frame of 8 u32 within 512 bytes",
     "libocd", "bare socket, in flight", false, BOTH(0.9, 0.9), 0},
    {"frames of 32 u32 over 4 KiB / each by itself", "frame of 32 u32 over 4 KiB", "libocd",
     "each by itself", false, BOTH(10, 10), 0},
    {"frames at 100 Hz: 99 % of the times within, ms", "frames at 100 Hz", "99 % within", NULL,
     true, BOTH(2, 0), 1e-3},
    {"frames at 100 Hz: lost", "frames at 100 Hz", "lost", NULL, true, BOTH(0.5, 0), 0},
    {"frames as fast as possible: processor time, % of the wall", "frames as fast as possible",
     "processor time / wall", NULL, true, BOTH(25, 0), 0.01},
    {"frames as fast as possible: growth of memory, KiB", "frames as fast as possible",
     "growth of memory", NULL, true, BOTH(64, 0), KIB},
    {"search 16 MiB / reading it", "search 16 MiB", "libocd", "reading it", false, BOTH(0.95, 0.95),
     0},
};

#define SPECS (sizeof(specs) / sizeof(*specs))

bool goal_at(unsigned index, bool development, struct goal *goal)
{
    if (index >= SPECS * LATENCIES)
        return false;
    const struct spec *s = &specs[index / LATENCIES];
    unsigned latency = index % LATENCIES;
    const struct series *a = series_find(latency, s->work, s->way), *b = NULL;
    if (s->by_way != NULL)
        b = series_find(latency, s->work, s->by_way);
    *goal = (struct goal){s->text, latency, s->at_most, s->bound[development][latency], -1};
    if (a != NULL && b != NULL)
        goal->measured = series_ratio(a, b);
    else if (a != NULL && s->by_way == NULL)
        goal->measured = bench_median(a->values, a->count) / (s->unit != 0 ? s->unit : 1);
    return true;
}

bool goal_reached(const struct goal *g)
{
    return g->measured >= 0 && (g->at_most ? g->measured <= g->bound : g->measured >= g->bound);
}
