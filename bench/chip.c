// SPDX-License-Identifier: MIT
/* The simulated chip with a real OpenOCD, and the clients that are connected to it. */
#include "bench.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ocdsim.h"

#define READY " for gdb connections"

static void find_gdb_port(char direction, const char *text, size_t size, void *user)
{
    struct chip *c = user;
    char line[128];
    unsigned port;

    if (direction != '|' || size >= sizeof(line))
        return;
    memcpy(line, text, size);
    line[size] = '\0';
    const char *at = strstr(line, "Listening on port ");
    if (at != NULL && strstr(at, READY) != NULL && sscanf(at, "Listening on port %u", &port) == 1)
        c->gdb_port = (uint16_t)port;
}

static void fill(struct chip *c)
{
    uint64_t state = 1;

    /* Words of all eight digits, as in programs and data: zeros would make replies short. */
    for (size_t i = 0; i < BENCH_RAM_SIZE; i += sizeof(state)) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        uint64_t value = state ^ state >> 29;
        memcpy(c->data + i, &value, sizeof(value));
    }
    if (sim_poke(c->sim, BENCH_RAM, c->data, BENCH_RAM_SIZE) != 0)
        bench_fail("the chip's memory cannot be filled");
}

/* Uses the first processor, or all others; so do the processes that are started then. */
static void use_processors(const cpu_set_t *all, bool first)
{
    cpu_set_t set = *all;
    size_t cpu = 0;

    while (!CPU_ISSET(cpu, all))
        cpu++;
    CPU_CLR(cpu, &set);
    if (first) {
        CPU_ZERO(&set);
        CPU_SET(cpu, &set);
    }
    if (sched_setaffinity(0, sizeof(set), &set) != 0)
        bench_fail("processors cannot be chosen");
}

static void start_sim(struct chip *c)
{
    char why[200] = "";
    struct sim_options options = {
        .ram_size = BENCH_RAM_SIZE, .still = true, .message = why, .message_size = sizeof(why)};

    if (sim_new(&c->sim, &options) != 0 || sim_spawn(c->sim) < 0)
        bench_fail("the simulated chip does not start: %s", why);
    fill(c);
}

static void start_openocd(struct chip *c)
{
    char config[1000];

    sim_config(c->sim, config, sizeof(config));
    const char *args[] = {"-c", "gdb_port 0", NULL};
    struct ocd_options options = {.config = config,
                                  .args = args,
                                  .timeout_ms = OCD_TIMEOUT_NONE,
                                  .trace = find_gdb_port,
                                  .trace_user = c};
    int result = ocd_start(&c->owner, &options);
    bench_ok(c->owner, result, "starting OpenOCD");
    c->tcl_port = ocd_port(c->owner);
    for (int i = 0; i < 100 && c->gdb_port == 0; i++) {
        usleep(10000);
        bench_ok(c->owner, ocd_command(c->owner, "version", NULL), "version");
    }
    /* OpenOCD writes every result to its log: the target of the log must not affect the times. */
    bench_ok(c->owner, ocd_command(c->owner, "log_output /dev/null", NULL), "log_output");
}

struct ocd_session *chip_connect(uint16_t port)
{
    struct ocd_options options = {
        .host = "127.0.0.1", .port = port, .timeout_ms = OCD_TIMEOUT_NONE};
    struct ocd_session *s;
    int result = ocd_connect(&s, &options);

    bench_ok(s, result, "connecting");
    return s;
}

void chip_start(struct chip *c, unsigned latency)
{
    memset(c, 0, sizeof(*c));
    c->latency = latency;
    c->data = malloc(BENCH_RAM_SIZE);
    c->room = malloc(BENCH_RAM_SIZE);
    if (c->data == NULL || c->room == NULL)
        bench_fail("out of memory");
    memset(c->room, 0, BENCH_RAM_SIZE);
    snprintf(c->directory, sizeof(c->directory), "%s/ocd-bench-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    if (mkdtemp(c->directory) == NULL)
        bench_fail("no directory for files");
    /* OpenOCD and its probe take turns. On one processor they do so three times as fast as on two
     * that have to wake each other up: chance must not decide. */
    static cpu_set_t all; /* before the first one */
    if (sched_getaffinity(0, sizeof(c->before), &c->before) != 0)
        bench_fail("processors are not known");
    if (CPU_COUNT(&all) == 0)
        all = c->before;
    if (CPU_COUNT(&all) > 1)
        use_processors(&all, true);
    start_sim(c);
    start_openocd(c);
    if (CPU_COUNT(&all) > 1)
        use_processors(&all, false);
    sim_set_latency(c->sim, latency == FAST ? 0 : SLOW_US);
    c->session = chip_connect(c->tcl_port);
    wire_open(&c->wire, c->tcl_port);
    c->gdb = c->gdb_port != 0 ? gdb_start(c->gdb_port) : NULL;
}

void chip_file(const struct chip *c, const char *name, char *path, size_t size)
{
    snprintf(path, size, "%s/%s", c->directory, name);
}

const uint8_t *chip_data(const struct chip *c)
{
    return c->data + (BENCH_AT - BENCH_RAM);
}

void chip_stop(struct chip *c)
{
    static const char *const names[] = {"image", "written", "dump", "log"};
    char path[128];

    gdb_stop(c->gdb);
    wire_close(&c->wire);
    ocd_close(c->session);
    ocd_close(c->owner);
    sim_free(c->sim);
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        chip_file(c, names[i], path, sizeof(path));
        unlink(path);
    }
    rmdir(c->directory);
    free(c->data);
    free(c->room);
    sched_setaffinity(0, sizeof(c->before), &c->before);
}
