// SPDX-License-Identifier: MIT
#include "ocdsim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "riscv/firmware.h"
#include "server/server.h"
#include "state.h"

#define PAGE 4096u

/* Short, but seldom over when a driver first reads the status. */
#define PROGRAM_US 1u
#define ERASE_US   100u

static size_t pages(size_t size)
{
    return (size + PAGE - 1) & ~(size_t)(PAGE - 1);
}

static void say(const struct sim_options *options, const char *what, const char *why)
{
    if (options->message && options->message_size > 0)
        snprintf(options->message, options->message_size, "%s: %s", what, why);
}

static int check_size(const struct sim_options *options, const char *what, uint32_t size)
{
    if (size >= SIM_SIZE_MIN && size <= SIM_SIZE_MAX && size % 1024 == 0)
        return 0;
    say(options, what, "must be a multiple of 1024 from 4096 to 67108864 bytes");
    return -EINVAL;
}

static int read_file(int fd, uint8_t *data, size_t size, size_t *filled)
{
    uint8_t extra;

    for (*filled = 0; *filled < size;) {
        ssize_t n = read(fd, data + *filled, size - *filled);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            return 0;
        *filled += (size_t)n;
    }
    return read(fd, &extra, 1) > 0 ? -EFBIG : 0;
}

/* Contents of a file at the start of a memory; the rest becomes `rest`. */
static int load(const struct sim_options *options, const char *path, uint8_t *data, size_t size,
                int rest)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t filled = 0;
    int result;

    if (fd < 0) {
        result = -errno;
        say(options, path, strerror(errno));
        return result;
    }
    result = read_file(fd, data, size, &filled);
    close(fd);
    if (result == 0)
        memset(data + filled, rest, size - filled);
    else
        say(options, path,
            result == -EFBIG ? "larger than the simulated memory" : strerror(-result));
    return result;
}

static int fill_memory(struct sim *sim, const struct sim_options *options)
{
    struct chip *chip = &sim->chip;
    int result = 0;

    if (options->flash_file)
        result = load(options, options->flash_file, chip->flash, chip->flash_size, 0xff);
    else if (sim__chip_is_riscv(chip))
        sim__riscv_firmware(chip->flash, chip->flash_size,
                            !options->still && chip->ram_size >= SIM_RAM_SIZE_DEFAULT);
    else
        sim__firmware_flash(chip->flash, chip->flash_size);
    if (result == 0 && options->ram_file)
        result = load(options, options->ram_file, chip->ram, chip->ram_size, 0);
    return result;
}

static void set_up_jtag(struct sim *sim, const struct sim_options *options)
{
    sim__dm_init(&sim->dm, &sim->chip, &sim->trace);
    sim->dm.has_progbuf = !options->no_progbuf;
    if (options->sysbus_width != 0)
        sim->dm.sysbus_width = options->sysbus_width;
    if (options->no_sysbus)
        sim->dm.sysbus_width = 0;
    sim__bitbang_init(&sim->bitbang, &sim->dm);
    sim->bitbang.tap.dmi_clocks = options->dmi_clocks;
    sim->dm.command_clocks = options->command_clocks;
    sim->dm.sysbus_clocks = options->sysbus_clocks;
}

static int set_up(struct sim *sim, const struct sim_options *options)
{
    int result = fill_memory(sim, options);

    if (result != 0)
        return result;
    sim->latency_us = options->latency_us;
    sim->server_api = options->server_api ? options->server_api : 3;
    sim->chip.still = options->still;
    sim->chip.fpec.program_us = options->program_us ? options->program_us : PROGRAM_US;
    sim->chip.fpec.erase_us = options->erase_us ? options->erase_us : ERASE_US;
    sim__chip_init(&sim->chip, sim__clock_ns());
    sim__dap_init(&sim->dap, &sim->chip, &sim->trace);
    sim__probe_init(&sim->probe, &sim->dap);
    set_up_jtag(sim, options);
    for (unsigned i = 0; i < sim->chip.cores; i++)
        sim_set_core(sim, i, !options->no_core[i]);
    for (size_t i = 0; i < options->fault_count; i++) {
        result = i < SIM_FAULTS_MAX ? sim_fault(sim, options->fault[i].addr, options->fault[i].size)
                                    : -ENOSPC;
        if (result != 0) {
            say(options, "fault ranges", strerror(-result));
            return result;
        }
    }
    result = sim__server_open(sim, options->port);
    if (result != 0)
        say(options, "cannot listen on the probe's port", strerror(-result));
    return result;
}

static int check_cores(const struct sim_options *options)
{
    if (options->cores > SIM_CORES_MAX) {
        say(options, "cores", "must be 1 or 2");
        return -EINVAL;
    }
    for (unsigned i = options->cores ? options->cores : 1; i < SIM_CORES_MAX; i++) {
        if (options->no_core[i]) {
            say(options, "refused cores", "there is no such core");
            return -EINVAL;
        }
    }
    return 0;
}

static bool uses_reserved(const struct sim_options *options)
{
    uint64_t used = 0;

    for (size_t i = 0; i < sizeof(options->reserved) / sizeof(options->reserved[0]); i++)
        used |= options->reserved[i];
    for (size_t i = 0; i < options->fault_count && i < SIM_FAULTS_MAX; i++)
        used |= options->fault[i].reserved[0] | options->fault[i].reserved[1];
    return used != 0;
}

static int check_rest(const struct sim_options *options)
{
    if (options->chip > SIM_CHIP_RISCV64) {
        say(options, "chip", "there is no such chip");
        return -EINVAL;
    }
    if (options->sysbus_width != 0 && options->sysbus_width != 32 && options->sysbus_width != 64) {
        say(options, "system bus", "must be of 32 or 64 bits");
        return -EINVAL;
    }
    if (options->server_api > 3) {
        say(options, "server API", "must be 1 to 3");
        return -EINVAL;
    }
    if (uses_reserved(options)) {
        say(options, "reserved fields", "must be zero");
        return -EINVAL;
    }
    return 0;
}

int sim_new(struct sim **out, const struct sim_options *options)
{
    static const struct sim_options defaults;
    uint32_t flash_size;
    uint32_t ram_size;
    size_t map_size;
    struct sim *sim;
    int result;

    *out = NULL;
    if (!options)
        options = &defaults;
    flash_size = options->flash_size ? options->flash_size : SIM_FLASH_SIZE_DEFAULT;
    ram_size = options->ram_size ? options->ram_size : SIM_RAM_SIZE_DEFAULT;
    if ((result = check_size(options, "flash size", flash_size)) != 0 ||
        (result = check_size(options, "RAM size", ram_size)) != 0 ||
        (result = check_cores(options)) != 0 || (result = check_rest(options)) != 0)
        return result;
    map_size = pages(sizeof(*sim)) + pages(flash_size) + pages(ram_size);
    sim = mmap(NULL, map_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (sim == MAP_FAILED) {
        say(options, "memory", strerror(errno));
        return -ENOMEM;
    }
    sim->map_size = map_size;
    sim->listen_fd = -1;
    sim->wake_fd = -1;
    result = sim__lock_init(sim);
    if (result != 0) {
        munmap(sim, map_size);
        return result;
    }
    sim->chip.flash_size = flash_size;
    sim->chip.ram_size = ram_size;
    sim->chip.cores = options->cores;
    sim->chip.kind = options->chip;
    sim->chip.flash = (uint8_t *)sim + pages(sizeof(*sim));
    sim->chip.ram = sim->chip.flash + pages(flash_size);
    result = set_up(sim, options);
    if (result != 0) {
        sim_free(sim);
        return result;
    }
    *out = sim;
    return 0;
}

void sim_free(struct sim *sim)
{
    if (!sim)
        return;
    sim_stop(sim);
    sim__server_close(sim);
    munmap(sim, sim->map_size);
}

uint16_t sim_port(const struct sim *sim)
{
    return sim->port;
}

int sim_run(struct sim *sim, int stop_fd)
{
    return sim__server_run(sim, stop_fd);
}

int sim_peek(struct sim *sim, uint32_t addr, void *data, size_t size)
{
    const uint8_t *memory = sim__chip_memory(&sim->chip, addr, size);

    if (!memory)
        return -EFAULT;
    sim__lock(sim);
    memcpy(data, memory, size);
    sim__unlock(sim);
    return 0;
}

int sim_poke(struct sim *sim, uint32_t addr, const void *data, size_t size)
{
    uint8_t *memory = sim__chip_memory(&sim->chip, addr, size);

    if (!memory)
        return -EFAULT;
    sim__lock(sim);
    memcpy(memory, data, size);
    sim__unlock(sim);
    return 0;
}

int sim_fault(struct sim *sim, uint32_t addr, uint32_t size)
{
    struct chip *chip = &sim->chip;
    uint32_t count = atomic_load_explicit(&chip->fault_count, memory_order_relaxed);

    if (size == 0)
        return -EINVAL;
    if (count >= SIM_FAULTS_MAX)
        return -ENOSPC;
    chip->fault[count] = (struct sim_range){.addr = addr, .size = size};
    atomic_store_explicit(&chip->fault_count, count + 1, memory_order_release);
    return 0;
}

void sim_fault_clear(struct sim *sim)
{
    atomic_store_explicit(&sim->chip.fault_count, 0, memory_order_release);
}

void sim_set_link(struct sim *sim, enum sim_link link)
{
    const uint64_t one = 1;
    ssize_t n;

    atomic_store_explicit(&sim->link, (int)link, memory_order_release);
    n = write(sim->wake_fd, &one, sizeof(one));
    (void)n; /* a full counter has woken the loop already */
}

int sim_set_core(struct sim *sim, unsigned core, bool up)
{
    if (core >= sim->chip.cores)
        return -EINVAL;
    if (up)
        atomic_fetch_and_explicit(&sim->chip.cores_down, ~(1u << core), memory_order_relaxed);
    else
        atomic_fetch_or_explicit(&sim->chip.cores_down, 1u << core, memory_order_relaxed);
    return 0;
}

void sim_set_latency(struct sim *sim, uint32_t latency_us)
{
    atomic_store_explicit(&sim->latency_us, latency_us, memory_order_relaxed);
}

static uint64_t load_counter(const _Atomic uint64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

void sim_get_stats(const struct sim *sim, struct sim_stats *stats)
{
    const struct trace *trace = &sim->trace;

    *stats = (struct sim_stats){
        .connections = load_counter(&trace->connections),
        .usb_commands = load_counter(&trace->usb_commands),
        .bytes_read = load_counter(&trace->bytes_read),
        .bytes_written = load_counter(&trace->bytes_written),
        .faults = load_counter(&trace->faults),
        .debug_accesses = load_counter(&trace->debug_accesses),
        .resets = load_counter(&trace->resets),
        .log_sequence = load_counter(&trace->log_sequence),
    };
    for (size_t i = 0; i < 3; i++) {
        stats->reads[i] = load_counter(&trace->reads[i]);
        stats->writes[i] = load_counter(&trace->writes[i]);
    }
}

size_t sim_get_log(const struct sim *sim, uint64_t sequence, struct sim_access *entries, size_t max)
{
    const struct trace *trace = &sim->trace;
    uint64_t end = atomic_load_explicit(&trace->log_sequence, memory_order_acquire);
    size_t count = 0;

    if (end - sequence > SIM_LOG_SIZE && sequence < end)
        sequence = end - SIM_LOG_SIZE;
    for (; sequence < end && count < max; sequence++)
        entries[count++] = trace->log[sequence % SIM_LOG_SIZE];
    return count;
}
