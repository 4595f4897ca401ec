// SPDX-License-Identifier: MIT
/* Files into memory, and compared with it. GDB takes S-records: it loads files with addresses
 * only. */
#include "bench.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ocdsim.h"

static void write_file(const struct chip *c, const char *name, enum ocd_image_format format,
                       size_t size)
{
    struct ocd_image_layout layout = {.format = format};
    struct ocd_image_writer *w;
    char path[128];

    chip_file(c, name, path, sizeof(path));
    int rc = ocd_image_writer_create(&w, path, &layout);
    if (rc == OCD_OK)
        rc = ocd_image_writer_put(w, BENCH_AT, chip_data(c), size);
    if (rc == OCD_OK)
        rc = ocd_image_writer_finish(w);
    if (rc != OCD_OK)
        bench_fail("%s", ocd_image_writer_error(w)->text);
    ocd_image_writer_close(w);
}

void file_set_up(struct chip *c, enum way way, enum work work, size_t size)
{
    char path[128];

    if (way == WAY_GDB && c->gdb != NULL) {
        chip_file(c, "records", path, sizeof(path));
        gdb_do(c->gdb, "file"); /* GDB 13 crashes when a file that it holds changes */
        write_file(c, "records", OCD_IMAGE_SREC, size);
        gdb_do(c->gdb, "file %s", path);
    } else {
        write_file(c, "written", OCD_IMAGE_BIN, size);
    }
    if (work == WORK_LOAD)
        memset(c->room, 0, size);
    const uint8_t *before = work == WORK_LOAD ? c->room : chip_data(c);
    if (sim_poke(c->sim, BENCH_AT, before, (uint32_t)size) != 0)
        bench_fail("the chip's memory cannot be set");
    /* OpenOCD reads the memory of a running chip. A halted one is to compute a checksum itself,
     * which the simulated one cannot. */
    bench_ok(c->local, work == WORK_VERIFY ? ocd_resume(c->local) : ocd_halt(c->local),
             "run state");
}

static bool by_libocd(struct chip *c, enum way way, enum work work)
{
    struct ocd_session *s = way == WAY_LOCAL ? c->local : c->rpc;
    const struct ocd_image_options image = {
        .format = OCD_IMAGE_BIN, .has_offset = true, .offset = BENCH_AT};
    char path[128];

    chip_file(c, "written", path, sizeof(path));
    if (work == WORK_LOAD)
        bench_ok(s, ocd_load(s, path, &(struct ocd_load_options){.image = image}), "loading");
    else
        bench_ok(s, ocd_verify(s, path, &(struct ocd_verify_options){.image = image}), "verifying");
    return way == WAY_RPC || (ocd_features(s) & OCD_FEATURE_LOCAL) != 0;
}

static bool by_openocd(struct chip *c, enum work work, size_t size)
{
    const char *verb = work == WORK_LOAD ? "load" : "verify";
    char path[128], command[256], want[64];

    chip_file(c, "written", path, sizeof(path));
    snprintf(command, sizeof(command), "%s_image %s 0x%x bin", verb, path, BENCH_AT);
    wire_ask(&c->wire, command);
    wire_answer(&c->wire);
    snprintf(want, sizeof(want), work == WORK_LOAD ? "%zu bytes written" : "verified %zu bytes",
             size);
    if (strncmp(c->wire.text, want, strlen(want)) != 0)
        bench_fail("%s: %s", command, c->wire.text);
    return true;
}

static bool by_gdb(struct chip *c, enum work work)
{
    if (c->gdb == NULL)
        return false;
    if (work == WORK_LOAD) {
        gdb_do(c->gdb, "load");
        /* As after a restore: it is over when a read is. */
        gdb_do(c->gdb, "output *(unsigned int *)0x%x", BENCH_AT);
    } else {
        gdb_do(c->gdb, "compare-sections");
    }
    return true;
}

bool file_run(struct chip *c, enum way way, enum work work, size_t size)
{
    switch (way) {
    case WAY_LOCAL:
    case WAY_RPC:
        return by_libocd(c, way, work);
    case WAY_IMAGE:
        return by_openocd(c, work, size);
    case WAY_GDB:
        return by_gdb(c, work);
    default:
        return false;
    }
}
