// SPDX-License-Identifier: MIT
#define _DEFAULT_SOURCE
#include "little.h"
#include "soak.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A fault explains failures until all sessions of the server have ended this many operations: their
 * requests wait in the same queue. */
#define AFTERMATH_TURNS  3
#define AFTERMATH_MS_MAX (3 * TIMEOUT_MS)

static bool start_openocd(struct server *p)
{
    char config[1000];
    char *pid = NULL;

    sim_config(p->sim, config, sizeof(config));
    int rc = ocd_start(&p->owner, &(struct ocd_options){.config = config, .timeout_ms = 20000});
    if (rc == OCD_OK)
        rc = ocd_command(p->owner, "pid", &pid);
    if (rc != OCD_OK) {
        fprintf(stderr, "OpenOCD does not start: %s\n", ocd_last_error(p->owner)->text);
        return false;
    }
    p->openocd = (pid_t)strtol(pid, NULL, 10);
    ocd_free(pid);
    atomic_fetch_add(&p->starts, 1);
    atomic_store(&p->port, ocd_port(p->owner));
    return true;
}

static bool start_server(struct server *p, uint32_t latency_us)
{
    char why[200] = "";
    const struct sim_options options = {.ram_size = RAM_SIZE,
                                        .still = true,
                                        .latency_us = latency_us,
                                        .message = why,
                                        .message_size = sizeof(why)};

    p->latency_us = latency_us;
    if (sim_new(&p->sim, &options) != 0 || sim_spawn(p->sim) < 0) {
        fprintf(stderr, "the simulator does not start: %s\n", why);
        return false;
    }
    sim_peek(p->sim, SIM_FLASH_BASE, p->flash, sizeof(p->flash));
    return start_openocd(p);
}

bool faults_start(struct soak *soak)
{
    return start_server(&soak->servers[0], 0) && start_server(&soak->servers[1], 150);
}

void faults_rest(struct soak *soak, unsigned ms)
{
    uint64_t end = soak_now() + (uint64_t)ms * 1000000;
    const struct timespec tick = {.tv_nsec = 10000000};

    while (soak_now() < end && !atomic_load(&soak->stop)) {
        for (int i = 0; i < SERVERS; i++)
            ocd_loop_dispatch(soak->servers[i].owner); /* takes the log */
        nanosleep(&tick, NULL);
    }
}

static void end_openocd(struct server *p)
{
    atomic_store(&p->port, 0);
    ocd_close(p->owner);
    p->owner = NULL;
}

static void restart(struct server *p)
{
    end_openocd(p);
    for (int i = 0; i < 10 && !start_openocd(p); i++)
        end_openocd(p);
}

void faults_close(struct soak *soak)
{
    for (int i = 0; i < SERVERS; i++)
        end_openocd(&soak->servers[i]);
}

void faults_open(struct soak *soak)
{
    for (int i = 0; i < SERVERS; i++)
        restart(&soak->servers[i]);
}

void faults_stop(struct soak *soak)
{
    faults_close(soak);
    for (int i = 0; i < SERVERS; i++)
        sim_free(soak->servers[i].sim);
}

/* Ends a fault: the server answers again, or gets a new OpenOCD. */
static void heal(struct server *p)
{
    uint32_t word, want;

    memcpy(&want, p->flash, 4);
    swap_little(&want, 4, 1);
    for (int i = 0; i < 3; i++)
        if (ocd_read_u32(p->owner, SIM_FLASH_BASE, &word, 1) == OCD_OK && word == want)
            return;
    restart(p);
}

/* Most are over before a call gives up. */
static unsigned fault_length(uint64_t *seed)
{
    return 50 + soak_random(seed, soak_random(seed, 3) == 0 ? TIMEOUT_MS + 1000 : 1000);
}

static void freeze_probe(struct soak *soak, struct server *p, uint64_t *seed)
{
    sim_set_link(p->sim, SIM_LINK_FROZEN);
    faults_rest(soak, fault_length(seed));
    sim_set_link(p->sim, SIM_LINK_UP);
    heal(p);
}

static void drop_probe(struct soak *soak, struct server *p, uint64_t *seed)
{
    sim_set_link(p->sim, SIM_LINK_DOWN);
    faults_rest(soak, 50 + soak_random(seed, 500));
    sim_set_link(p->sim, SIM_LINK_UP);
    restart(p);
}

static void spoil_memory(struct soak *soak, struct server *p, uint64_t *seed)
{
    for (uint32_t i = 0; i < 1 + soak_random(seed, 4); i++) {
        uint32_t at = AREA_BASE + soak_random(seed, WORKERS * AREA_SIZE);
        sim_fault(p->sim, at, 1 + soak_random(seed, 5000));
    }
    faults_rest(soak, 100 + soak_random(seed, 1000));
    sim_fault_clear(p->sim);
}

static void stop_openocd(struct soak *soak, struct server *p, uint64_t *seed)
{
    kill(p->openocd, SIGSTOP);
    faults_rest(soak, fault_length(seed));
    kill(p->openocd, SIGCONT);
    heal(p);
}

static void kill_openocd(struct server *p)
{
    atomic_store(&p->port, 0);
    kill(p->openocd, SIGKILL);
    restart(p);
}

static void slow_probe(struct soak *soak, struct server *p, uint64_t *seed)
{
    sim_set_latency(p->sim, p->latency_us + 2000);
    faults_rest(soak, 100 + soak_random(seed, 1000));
    sim_set_latency(p->sim, p->latency_us);
    heal(p);
}

static bool is_over(const struct soak *soak, const struct server *p, const unsigned *turns)
{
    for (int i = 0; i < WORKERS; i++)
        if (soak->workers[i].server == p &&
            atomic_load(&soak->workers[i].turns) - turns[i] < AFTERMATH_TURNS)
            return false;
    return true;
}

static void wait_for_the_aftermath(struct soak *soak, const struct server *p)
{
    uint64_t begin = soak_now();
    unsigned turns[WORKERS];

    for (int i = 0; i < WORKERS; i++)
        turns[i] = atomic_load(&soak->workers[i].turns);
    while (!is_over(soak, p, turns) && !atomic_load(&soak->stop) &&
           soak_now() - begin < (uint64_t)AFTERMATH_MS_MAX * 1000000)
        faults_rest(soak, 10);
}

static void make(struct soak *soak, struct server *p, unsigned kind, uint64_t *seed)
{
    switch (kind) {
    case FAULT_frozen_probe:
        freeze_probe(soak, p, seed);
        break;
    case FAULT_dropped_probe:
        drop_probe(soak, p, seed);
        break;
    case FAULT_bad_memory:
        spoil_memory(soak, p, seed);
        break;
    case FAULT_stopped_openocd:
        stop_openocd(soak, p, seed);
        break;
    case FAULT_killed_openocd:
        kill_openocd(p);
        break;
    default:
        slow_probe(soak, p, seed);
        break;
    }
}

void faults_make(struct soak *soak, uint64_t *seed)
{
    struct server *p = &soak->servers[soak_random(seed, SERVERS)];
    unsigned kind = soak_random(seed, FAULTS);

    atomic_fetch_add(&p->active, 1);
    atomic_fetch_add(&p->changes, 1);
    make(soak, p, kind, seed);
    soak->faults[kind]++;
    wait_for_the_aftermath(soak, p);
    atomic_store(&p->last, kind);
    atomic_store(&p->last_over, soak_now());
    atomic_fetch_sub(&p->active, 1);
    atomic_fetch_add(&p->changes, 1);
}
