// SPDX-License-Identifier: MIT
/* Reads, writes and searches in each way. The data are compared with the chip's memory; this and
 * the preparations are not timed. */
#include "bench.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ocdsim.h"

#define SCRIPT_COUNT 4096u
/* Bytes of a turn: short transfers are repeated up to LEAST, slow ones stop at MOST. */
#define LEAST    (512u * KIB)
#define MOST     (4u * MIB) /* at a latency */
#define SLOW_WAY (64u * KIB)

struct job {
    struct chip *c;
    const struct fixed_best *best;
    bool write;
    size_t size;
};

static void by_libocd(const struct job *j)
{
    struct ocd_session *s = j->c->session;

    if (j->write)
        bench_ok(s, ocd_write_bytes(s, BENCH_AT, chip_data(j->c), j->size), "writing");
    else
        bench_ok(s, ocd_read_bytes(s, BENCH_AT, j->c->room, j->size), "reading");
}

static void by_image(const struct job *j)
{
    char path[128], command[256];

    chip_file(j->c, j->write ? "written" : "image", path, sizeof(path));
    if (j->write)
        snprintf(command, sizeof(command), "load_image %s 0x%x bin 0x%x %zu", path, BENCH_AT,
                 BENCH_AT, j->size);
    else
        snprintf(command, sizeof(command), "dump_image %s 0x%x %zu", path, BENCH_AT, j->size);
    wire_command(&j->c->wire, command);
}

static void by_gdb(const struct job *j)
{
    char path[128];

    chip_file(j->c, j->write ? "written" : "image", path, sizeof(path));
    if (j->write) {
        gdb_do(j->c->gdb, "restore %s binary 0x%x 0 %zu", path, BENCH_AT, j->size);
        /* OpenOCD answers GDB before it has written: the write is over when a read is. */
        gdb_do(j->c->gdb, "output *(unsigned int *)0x%x", BENCH_AT);
    } else {
        gdb_do(j->c->gdb, "dump binary memory %s 0x%x 0x%zx", path, BENCH_AT, BENCH_AT + j->size);
    }
}

static void by_fixed(const struct job *j)
{
    fixed_run(&j->c->wire, j->write ? &j->best->write : &j->best->read, chip_data(j->c), j->size);
}

static void by_fixed_4096(const struct job *j)
{
    fixed_run(&j->c->wire, &j->best->read_4096, NULL, j->size);
}

/* As a script does it: one request, its reply, its values one by one. */
static void by_script(const struct job *j, unsigned width)
{
    static char command[64 + SCRIPT_COUNT * 11];
    struct chip *c = j->c;
    const uint8_t *data = chip_data(c);

    for (size_t done = 0; done < j->size;) {
        size_t left = (j->size - done) / width;
        unsigned count = left < SCRIPT_COUNT ? (unsigned)left : SCRIPT_COUNT;
        char *p = command + sprintf(command, "%s_memory 0x%zx %u ", j->write ? "write" : "read",
                                    BENCH_AT + done, width * 8);
        p += j->write ? sprintf(p, "{") : sprintf(p, "%u", count);
        for (unsigned i = 0; j->write && i < count; i++) {
            uint32_t value = 0;
            memcpy(&value, data + done + i * width, width);
            p += sprintf(p, "0x%" PRIx32 " ", value);
        }
        p += sprintf(p, j->write ? "}\x1a" : "\x1a");
        wire_send(&c->wire, command, (size_t)(p - command));
        wire_answer(&c->wire);
        char *reply = c->wire.text;
        for (unsigned i = 0; !j->write && i < count; i++) {
            uint32_t value = (uint32_t)strtoul(reply, &reply, 16);
            memcpy(c->room + done + i * width, &value, width);
        }
        done += (size_t)count * width;
    }
}

static void by_script8(const struct job *j)
{
    by_script(j, 1);
}

static void by_script32(const struct job *j)
{
    by_script(j, 4);
}

static FILE *open_file(const struct chip *c, const char *name, const char *mode)
{
    char path[128];

    chip_file(c, name, path, sizeof(path));
    FILE *file = fopen(path, mode);
    if (file == NULL)
        bench_fail("%s cannot be opened", path);
    return file;
}

static void set_up(const struct job *j)
{
    struct chip *c = j->c;

    memset(c->room, 0, j->size);
    if (!j->write)
        return;
    FILE *file = open_file(c, "written", "w");
    bool good = fwrite(chip_data(c), 1, j->size, file) == j->size;
    if (fclose(file) != 0 || !good || sim_poke(c->sim, BENCH_AT, c->room, (uint32_t)j->size) != 0)
        bench_fail("memory or file cannot be set");
}

static void check(const struct job *j, const char *way, bool in_file)
{
    struct chip *c = j->c;

    if (j->write && sim_peek(c->sim, BENCH_AT, c->room, (uint32_t)j->size) != 0)
        bench_fail("the chip's memory cannot be looked at");
    if (!j->write && in_file) {
        FILE *file = open_file(c, "image", "r");
        if (fread(c->room, 1, j->size, file) != j->size || fclose(file) != 0)
            bench_fail("the dumped file cannot be read");
    }
    if (memcmp(c->room, chip_data(c), j->size) != 0)
        bench_fail("%s has moved something else than what was there", way);
}

static const struct way {
    const char *name;
    void (*run)(const struct job *j);
    bool slow;     /* so that it is measured with less */
    bool in_file;  /* what it reads is in a file */
    bool unlooked; /* it does not parse what it reads */
} ways[] = {
    {"libocd", by_libocd, false, false, false},
    {"*_image", by_image, false, true, false},
    {"GDB", by_gdb, false, true, false},
    {"best fixed", by_fixed, false, false, true},
    {"best fixed, 4096 words", by_fixed_4096, false, false, true},
    {"script, 8 bit", by_script8, true, false, false},
    {"script, 32 bit", by_script32, true, false, false},
};

static void measure_way(struct job *j, const char *work, const struct way *way, size_t size)
{
    unsigned repeats = size < LEAST ? LEAST / (unsigned)size : 1;

    j->size = size;
    if (way->slow || j->c->latency == SLOW) {
        size_t most = way->slow ? SLOW_WAY : MOST;
        j->size = size < most ? size : most;
        repeats = size < SLOW_WAY ? 4 : 1;
    }
    set_up(j);
    double begun = bench_now();
    for (unsigned i = 0; i < repeats; i++)
        way->run(j);
    double seconds = (bench_now() - begun) / repeats;
    if (j->write || !way->unlooked)
        check(j, way->name, way->in_file);
    series_add(j->c->latency, work, way->name, seconds / (double)j->size);
}

/* The pattern is at the end, and nowhere else. */
static void measure_search(struct chip *c)
{
    size_t size = c->latency == FAST ? 16 * MIB : MOST, count;
    const uint8_t *pattern = chip_data(c) + size - 8;
    struct job read = {.c = c, .size = size};
    uint64_t *matches;

    double begun = bench_now();
    by_libocd(&read);
    double between = bench_now();
    bench_ok(c->session,
             ocd_search(c->session, pattern, 8, BENCH_AT, BENCH_AT + size, &matches, &count),
             "searching");
    series_add(c->latency, "search 16 MiB", "libocd", (bench_now() - between) / (double)size);
    series_add(c->latency, "search 16 MiB", "reading it", (between - begun) / (double)size);
    if (count != 1 || matches[0] != BENCH_AT + size - 8)
        bench_fail("the search has found %zu matches", count);
    ocd_free(matches);
}

void transfer_measure(struct chip *c, const struct fixed_best *best)
{
    static const struct {
        const char *name;
        bool write;
        size_t size;
    } works[] = {
        {"read 4 KiB", false, 4 * KIB},   {"read 64 KiB", false, 64 * KIB},
        {"read 1 MiB", false, MIB},       {"read 16 MiB", false, 16 * MIB},
        {"write 64 KiB", true, 64 * KIB}, {"write 1 MiB", true, MIB},
    };

    for (size_t i = 0; i < sizeof(works) / sizeof(*works); i++) {
        struct job j = {.c = c, .best = best, .write = works[i].write};
        for (size_t k = 0; k < sizeof(ways) / sizeof(*ways); k++) {
            if ((ways[k].run == by_gdb && c->gdb == NULL) ||
                (ways[k].run == by_fixed_4096 && works[i].write))
                continue;
            measure_way(&j, works[i].name, &ways[k], works[i].size);
        }
    }
    measure_search(c);
}
