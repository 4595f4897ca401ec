// SPDX-License-Identifier: MIT
/* Bytes on the wire for a byte of memory, both directions, and bytes in OpenOCD's log. */
#include "bench.h"

#include <string.h>
#include <sys/stat.h>

static uint64_t log_size(const struct chip *c)
{
    struct stat status;
    char path[128];

    chip_file(c, "log", path, sizeof(path));
    if (stat(path, &status) != 0)
        bench_fail("OpenOCD has no log at %s", path);
    return (uint64_t)status.st_size;
}

static void set_log(struct chip *c, const char *path)
{
    char command[256];

    snprintf(command, sizeof(command), "log_output %s", path);
    wire_command(&c->wire, command);
}

static void measure_log(struct chip *c)
{
    char path[128];

    chip_file(c, "log", path, sizeof(path));
    set_log(c, path);
    uint64_t before = log_size(c);
    bench_ok(c->session, ocd_read_bytes(c->session, BENCH_AT, c->room, MIB), "reading");
    series_add(c->latency, "bytes of OpenOCD's log", "read of 1 MiB",
               (double)(log_size(c) - before));
    set_log(c, "/dev/null");
}

/* The first MiB of OpenOCD's own program, or less where it has less. */
static size_t read_program(uint8_t *data)
{
    static const char command[] = "cat \"$(command -v \"${OCD_OPENOCD:-openocd}\")\"";
    FILE *program = popen(command, "r");
    size_t size = program == NULL ? 0 : fread(data, 1, MIB, program);

    if (size == 0)
        bench_fail("OpenOCD's program cannot be read");
    pclose(program); /* ignored: cat ends by SIGPIPE if not all was read */
    return size;
}

void wire_measure(struct chip *c)
{
    static const char work[] = "bytes on the wire per byte";
    struct relay *relay = relay_start(c->tcl_port, 0);
    struct ocd_session *s = chip_connect(relay_port(relay));
    uint64_t before = relay_bytes(relay);

    bench_ok(s, ocd_read_bytes(s, BENCH_AT, c->room, MIB), "reading");
    series_add(c->latency, work, "read", (double)(relay_bytes(relay) - before) / MIB);
    before = relay_bytes(relay);
    bench_ok(s, ocd_write_bytes(s, BENCH_AT, chip_data(c), MIB), "writing");
    series_add(c->latency, work, "write, random", (double)(relay_bytes(relay) - before) / MIB);
    size_t size = read_program(c->room);
    before = relay_bytes(relay);
    bench_ok(s, ocd_write_bytes(s, BENCH_AT + 2 * MIB, c->room, size), "writing");
    series_add(c->latency, work, "write, a program",
               (double)(relay_bytes(relay) - before) / (double)size);
    bench_ok(s, ocd_write_bytes(s, BENCH_AT + 2 * MIB, chip_data(c) + 2 * MIB, size), "writing");
    ocd_close(s);
    relay_stop(relay);
    measure_log(c);
}
