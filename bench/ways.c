// SPDX-License-Identifier: MIT
/* The columns: each way to do the work. What was read is compared with what stands in the chip. */
#include "bench.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ocdsim.h"

#define NAIVE_COUNT 4096u

static bool local_read(struct chip *c, size_t size)
{
    bench_ok(c->local, ocd_read_bytes(c->local, BENCH_AT, c->room, size), "reading");
    return (ocd_features(c->local) & OCD_FEATURE_LOCAL) != 0;
}

/* As a script does it: one request, its reply, its values one by one. */
static void naive_read(struct chip *c, unsigned width, size_t size)
{
    char command[64];

    for (size_t done = 0; done < size;) {
        size_t left = (size - done) / width;
        unsigned count = left < NAIVE_COUNT ? (unsigned)left : NAIVE_COUNT;
        snprintf(command, sizeof(command), "read_memory 0x%08zx %u %u", BENCH_AT + done, width * 8,
                 count);
        wire_ask(&c->wire, command);
        wire_answer(&c->wire);
        char *p = c->wire.text;
        for (unsigned i = 0; i < count; i++, done += width) {
            uint32_t value = (uint32_t)strtoul(p, &p, 16);
            memcpy(c->room + done, &value, width);
        }
    }
}

static void naive_write(struct chip *c, unsigned width, size_t size)
{
    static char command[64 + NAIVE_COUNT * 11];
    const uint8_t *data = chip_data(c);

    for (size_t done = 0; done < size;) {
        size_t left = (size - done) / width;
        unsigned count = left < NAIVE_COUNT ? (unsigned)left : NAIVE_COUNT;
        char *p = command;
        p += sprintf(p, "write_memory 0x%08zx %u {", BENCH_AT + done, width * 8);
        for (unsigned i = 0; i < count; i++, done += width) {
            uint32_t value = 0;
            memcpy(&value, data + done, width);
            p += sprintf(p, "0x%" PRIx32 " ", value);
        }
        p += sprintf(p, "}\x1a");
        wire_send(&c->wire, command, (size_t)(p - command));
        wire_answer(&c->wire);
    }
}

static void image_command(struct chip *c, const char *command)
{
    wire_ask(&c->wire, command);
    wire_answer(&c->wire);
}

static bool image(struct chip *c, bool write, size_t size)
{
    char path[128], command[256];

    chip_file(c, write ? "written" : "image", path, sizeof(path));
    if (write)
        snprintf(command, sizeof(command), "load_image %s 0x%x bin 0x%x %zu", path, BENCH_AT,
                 BENCH_AT, size);
    else
        snprintf(command, sizeof(command), "dump_image %s 0x%x %zu", path, BENCH_AT, size);
    image_command(c, command);
    return true;
}

static bool gdb_move(struct chip *c, bool write, size_t size)
{
    char path[128];

    if (c->gdb == NULL)
        return false;
    chip_file(c, write ? "written" : "image", path, sizeof(path));
    if (write) {
        gdb_do(c->gdb, "restore %s binary 0x%x 0 %zu", path, BENCH_AT, size);
        /* OpenOCD answers GDB before it has written: the write is over when a read is. */
        gdb_do(c->gdb, "output *(unsigned int *)0x%x", BENCH_AT);
    } else {
        gdb_do(c->gdb, "dump binary memory %s 0x%x 0x%zx", path, BENCH_AT, BENCH_AT + size);
    }
    return true;
}

static bool run_read(struct chip *c, enum way way, size_t size)
{
    switch (way) {
    case WAY_LOCAL:
        return local_read(c, size);
    case WAY_RPC:
        bench_ok(c->rpc, ocd_read_bytes(c->rpc, BENCH_AT, c->room, size), "reading");
        return true;
    case WAY_NAIVE8:
    case WAY_NAIVE32:
        naive_read(c, way == WAY_NAIVE8 ? 1 : 4, size);
        return true;
    case WAY_GDB:
        return gdb_move(c, false, size);
    case WAY_IMAGE:
        return image(c, false, size);
    default:
        fixed_run(&c->wire, c->best_read, BENCH_AT, NULL, size);
        return true;
    }
}

static bool run_write(struct chip *c, enum way way, size_t size)
{
    switch (way) {
    case WAY_LOCAL:
        bench_ok(c->local, ocd_write_bytes(c->local, BENCH_AT, chip_data(c), size), "writing");
        return (ocd_features(c->local) & OCD_FEATURE_LOCAL) != 0;
    case WAY_RPC:
        bench_ok(c->rpc, ocd_write_bytes(c->rpc, BENCH_AT, chip_data(c), size), "writing");
        return true;
    case WAY_NAIVE8:
    case WAY_NAIVE32:
        naive_write(c, way == WAY_NAIVE8 ? 1 : 4, size);
        return true;
    case WAY_GDB:
        return gdb_move(c, true, size);
    case WAY_IMAGE:
        return image(c, true, size);
    default:
        fixed_run(&c->wire, c->best_write, BENCH_AT, chip_data(c), size);
        return true;
    }
}

/* The pattern stands at the end, and nowhere else. */
static bool run_search(struct chip *c, enum way way, size_t size)
{
    struct ocd_session *s = way == WAY_LOCAL ? c->local : c->rpc;
    const uint8_t *pattern = chip_data(c) + size - 8;
    uint64_t *matches;
    size_t count;

    if (way != WAY_LOCAL && way != WAY_RPC)
        return false;
    bench_ok(s, ocd_search(s, pattern, 8, BENCH_AT, BENCH_AT + size, &matches, &count),
             "searching");
    if (count != 1 || matches[0] != BENCH_AT + size - 8)
        bench_fail("%s has found %zu matches", way_name(way), count);
    ocd_free(matches);
    return way == WAY_RPC || (ocd_features(s) & OCD_FEATURE_LOCAL) != 0;
}

static bool run_one(struct chip *c, enum way way)
{
    uint32_t value;

    switch (way) {
    case WAY_RPC:
        bench_ok(c->rpc, ocd_read_u32(c->rpc, BENCH_AT, &value, 1), "reading");
        return true;
    case WAY_NAIVE32:
        naive_read(c, 4, 4);
        return true;
    case WAY_GDB:
        if (c->gdb == NULL)
            return false;
        gdb_do(c->gdb, "output *(unsigned int *)0x%x", BENCH_AT);
        return true;
    default:
        return false;
    }
}

#define SCATTERED_COUNT 32u
#define SCATTERED_STEP  124u /* bytes: 32 of them lie in 4 KiB */

static bool run_scattered(struct chip *c, enum way way)
{
    struct ocd_item items[SCATTERED_COUNT];
    uint32_t values[SCATTERED_COUNT];

    if (way == WAY_NAIVE32) {
        for (unsigned i = 0; i < SCATTERED_COUNT; i++)
            naive_read(c, 4, 4);
        return true;
    }
    if (way != WAY_RPC)
        return false;
    for (unsigned i = 0; i < SCATTERED_COUNT; i++)
        items[i] = (struct ocd_item){
            .addr = BENCH_AT + i * SCATTERED_STEP, .count = 1, .width = 32, .values = &values[i]};
    bench_ok(c->rpc, ocd_read_many(c->rpc, items, SCATTERED_COUNT, 4 * KIB), "reading");
    return true;
}

bool way_run(struct chip *c, enum way way, enum work work, size_t size)
{
    switch (work) {
    case WORK_READ:
        return run_read(c, way, size);
    case WORK_WRITE:
        return run_write(c, way, size);
    case WORK_SEARCH:
        return run_search(c, way, size);
    case WORK_LOAD:
    case WORK_VERIFY:
        return file_run(c, way, work, size);
    case WORK_ONE:
        return run_one(c, way);
    default:
        return run_scattered(c, way);
    }
}

static void put_file(const struct chip *c, const uint8_t *data, size_t size)
{
    char path[128];

    chip_file(c, "written", path, sizeof(path));
    FILE *file = fopen(path, "w");
    if (file == NULL || fwrite(data, 1, size, file) != size || fclose(file) != 0)
        bench_fail("%s cannot be written", path);
}

static void get_file(const struct chip *c, uint8_t *data, size_t size)
{
    char path[128];

    chip_file(c, "image", path, sizeof(path));
    FILE *file = fopen(path, "r");
    if (file == NULL || fread(data, 1, size, file) != size || fclose(file) != 0)
        bench_fail("%s cannot be read", path);
}

void way_set_up(struct chip *c, enum way way, enum work work, size_t size)
{
    if (work == WORK_LOAD || work == WORK_VERIFY)
        file_set_up(c, way, work, size);
    if (work == WORK_READ || work == WORK_WRITE)
        memset(c->room, 0, size);
    if (work == WORK_WRITE && sim_poke(c->sim, BENCH_AT, c->room, (uint32_t)size) != 0)
        bench_fail("the chip's memory cannot be cleared");
    if (work == WORK_WRITE && (way == WAY_GDB || way == WAY_IMAGE))
        put_file(c, chip_data(c), size);
}

void way_check(struct chip *c, enum way way, enum work work, size_t size)
{
    if (way == WAY_FIXED && work == WORK_READ)
        return; /* it looks at nothing */
    if (work == WORK_READ && (way == WAY_GDB || way == WAY_IMAGE))
        get_file(c, c->room, size);
    bool writes = work == WORK_WRITE || work == WORK_LOAD;
    if (writes && sim_peek(c->sim, BENCH_AT, c->room, (uint32_t)size) != 0)
        bench_fail("the chip's memory cannot be looked at");
    if ((work == WORK_READ || writes) && memcmp(c->room, chip_data(c), size) != 0)
        bench_fail("%s has moved something else than what was there", way_name(way));
}

const char *way_name(enum way way)
{
    static const char *const names[] = {"same host", "RPC",     "naive 8",   "naive 32",
                                        "GDB",       "*_image", "best fixed"};

    return names[way];
}
