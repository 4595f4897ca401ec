// SPDX-License-Identifier: MIT
/* `ocd sim`: a simulated chip, and on request an OpenOCD in front of it. */
#include "ocdsim.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "numbers.h"
#include "report.h"
#include "signals.h"
#include "text.h"

#define CONFIG_MAX 600

static const char help[] =
    "usage: ocd sim [--openocd] [OPTION...]\n"
    "\n"
    "Simulates a small Cortex-M3 (as an STM32F103) behind an ST-LINK, to which an\n"
    "unmodified OpenOCD connects over TCP: for trying things out, and for tests\n"
    "without hardware. Prints how to reach it, and runs until Ctrl-C ends it and all\n"
    "that it has started; the exit code is then 0.\n"
    "\n"
    "      --openocd         start OpenOCD too, on a free port\n"
    "      --port N          port of the simulated probe (a free one)\n"
    "      --flash FILE      contents of the flash, raw (a vector table and patterns)\n"
    "      --ram FILE        contents of the RAM, raw (zeros)\n"
    "      --flash-size N    size of the flash at 0x08000000 (128K; 4K to 64M)\n"
    "      --ram-size N      size of the RAM at 0x20000000 (20K; 4K to 64M)\n"
    "      --latency US      microseconds added to each command of the probe (0)\n"
    "      --fault A:S       S bytes from address A on answer with a bus error; up to\n"
    "                        32 times\n"
    "      --cores N         1 or 2; OpenOCD has the second as stm32f1x.cpu1 (1)\n"
    "      --no-core N       refuse the debugger core 0 or 1: its accesses fault, and\n"
    "                        OpenOCD cannot examine it\n"
    "      --program-time US microseconds to program a half-word of the flash (1)\n"
    "      --erase-time US   microseconds to erase a page or all of it (100)\n"
    "\n"
    "With -v OpenOCD's log is shown. $OCD_OPENOCD names another OpenOCD.\n"
    "\n"
    "  ocd sim --openocd\n"
    "  ocd sim --openocd --latency 500 --flash firmware.bin --flash-size 256K\n";

static const struct option options[] = {
    {"flash", required_argument, NULL, ARGS_FLASH},
    {"ram", required_argument, NULL, ARGS_RAM},
    {"flash-size", required_argument, NULL, ARGS_FLASH_SIZE},
    {"ram-size", required_argument, NULL, ARGS_RAM_SIZE},
    {"latency", required_argument, NULL, ARGS_LATENCY},
    {"fault", required_argument, NULL, ARGS_FAULT},
    {"cores", required_argument, NULL, ARGS_CORES},
    {"no-core", required_argument, NULL, ARGS_NO_CORE},
    {"program-time", required_argument, NULL, ARGS_PROGRAM_TIME},
    {"erase-time", required_argument, NULL, ARGS_ERASE_TIME},
    {"openocd", no_argument, NULL, ARGS_OPENOCD},
    {0},
};

static const char wants_range[] = "is not ADDR:SIZE within 32 bits";

static const char *parse_u32(const char *text, uint32_t *value)
{
    uint64_t number;
    const char *wrong = number_parse_size(text, &number);
    if (wrong == NULL && number > UINT32_MAX) {
        wrong = "is too large";
    }
    if (wrong == NULL) {
        *value = (uint32_t)number;
    }
    return wrong;
}

static const char *parse_fault(const char *text, struct sim_range *range)
{
    char addr[32];
    size_t length = strcspn(text, ":");
    if (text[length] != ':' || length >= sizeof addr) {
        return wants_range;
    }
    memcpy(addr, text, length);
    addr[length] = '\0';
    if (parse_u32(addr, &range->address) != NULL ||
        parse_u32(text + length + 1, &range->size) != NULL || range->size == 0 ||
        range->size - 1 > UINT32_MAX - range->address) {
        return wants_range;
    }
    return NULL;
}

static int parse(struct cli *cli, const struct args *args, struct sim_options *sim)
{
    uint32_t cores = 1;
    uint32_t no_core = 0;
    struct {
        int key;
        const char *name;
        uint32_t *value;
    } numbers[] = {
        {ARGS_FLASH_SIZE, "--flash-size", &sim->flash_size},
        {ARGS_RAM_SIZE, "--ram-size", &sim->ram_size},
        {ARGS_LATENCY, "--latency", &sim->latency_us},
        {ARGS_PROGRAM_TIME, "--program-time", &sim->program_us},
        {ARGS_ERASE_TIME, "--erase-time", &sim->erase_us},
        {ARGS_CORES, "--cores", &cores},
        {ARGS_NO_CORE, "--no-core", &no_core},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        const char *text = args->value[numbers[i].key];
        const char *wrong = text != NULL ? parse_u32(text, numbers[i].value) : NULL;
        if (wrong != NULL) {
            return report_word(cli, numbers[i].name, text, wrong);
        }
    }
    if (cores < 1 || cores > SIM_CORES_MAX) {
        return report_word(cli, "--cores", args->value[ARGS_CORES], "is not 1 or 2");
    }
    sim->cores = cores;
    if (args_has(args, ARGS_NO_CORE)) {
        if (no_core >= cores) {
            return report_word(cli, "--no-core", args->value[ARGS_NO_CORE],
                               "is no core of --cores");
        }
        sim->no_core[no_core] = true;
    }
    for (int i = 0; i < args->fault_count; i++) {
        const char *wrong = parse_fault(args->faults[i], &sim->fault[sim->fault_count++]);
        if (wrong != NULL) {
            return report_word(cli, "--fault", args->faults[i], wrong);
        }
    }
    sim->port = cli->settings.port;
    sim->flash_file = args->value[ARGS_FLASH];
    sim->ram_file = args->value[ARGS_RAM];
    return CLI_DONE;
}

static void print_size(uint32_t bytes)
{
    bool mega = bytes % (1024 * 1024) == 0;
    printf("%" PRIu32 " %s", mega ? bytes / (1024 * 1024) : bytes / 1024, mega ? "MiB" : "KiB");
}

static void print_chip(const struct sim_options *sim)
{
    fputs("A simulated STM32F103: flash of ", stdout);
    print_size(sim->flash_size != 0 ? sim->flash_size : SIM_FLASH_SIZE_DEFAULT);
    printf(" at 0x%08X, RAM of ", SIM_FLASH_BASE);
    print_size(sim->ram_size != 0 ? sim->ram_size : SIM_RAM_SIZE_DEFAULT);
    printf(" at 0x%08X.\n", SIM_RAM_BASE);
    if (sim->cores > 1) {
        puts("Two cores: stm32f1x.cpu, and stm32f1x.cpu1 behind access port 1.");
    }
    for (unsigned i = 0; i < sim->cores; i++) {
        if (sim->no_core[i]) {
            printf("Core %u is refused: what goes through its access port faults.\n", i);
        }
    }
}

/* Stays until a signal comes or OpenOCD is gone. */
static int keep_running(struct cli *cli)
{
    while (signals_caught() == 0) {
        struct pollfd fds[] = {
            {.fd = signals_fd(), .events = POLLIN},
            {.fd = ocd_fd(cli->session), .events = ocd_events(cli->session)},
        };
        if (poll(fds, 2, ocd_timeout(cli->session)) < 0 && errno != EINTR) {
            return report_local(cli, "sim", errno);
        }
        if (signals_caught() == 0 && ocd_process(cli->session) != OCD_OK) {
            return report_failure(cli, OCD_ERR_CLOSED, ocd_last_error(cli->session), "sim", NULL);
        }
    }
    return CLI_DONE;
}

static int run_with_openocd(struct cli *cli, struct sim *sim, const struct sim_options *chip)
{
    char config[CONFIG_MAX];
    int child = sim_spawn(sim);
    if (child < 0) {
        return report_local(cli, "sim", -child);
    }
    sim_config(sim, config, sizeof config);
    cli->settings.spawn = config;
    cli->settings.target = NULL;
    int status = cli_connect(cli);
    cli->settings.spawn = NULL;
    if (status != CLI_DONE) {
        return signals_caught() != 0 ? CLI_DONE : status;
    }

    const char *version = ocd_server_version(cli->session);
    unsigned port = ocd_port(cli->session);
    print_chip(chip);
    fputs("In front of it: ", stdout);
    text_print_escaped(stdout, version, strlen(version));
    printf(", on port %u. Try:\n\n", port);
    printf("  %s -p %u info\n", cli->name, port);
    printf("  %s -p %u read 0x08000000\n", cli->name, port);
    printf("  %s -p %u search 0x08000000 +128K DEADBEEF\n", cli->name, port);
    fputs("\nCtrl-C ends it.\n", stdout);
    if (fflush(stdout) != 0) {
        return report_local(cli, "standard output", errno);
    }
    return keep_running(cli);
}

static int run_alone(struct cli *cli, struct sim *sim, const struct sim_options *chip)
{
    char config[CONFIG_MAX];
    sim_config(sim, config, sizeof config);
    print_chip(chip);
    printf("Its ST-LINK is on port %u. Start OpenOCD in front of it with:\n\n", sim_port(sim));
    printf("  openocd %s\n\nCtrl-C ends it.\n", config);
    if (fflush(stdout) != 0) {
        return report_local(cli, "standard output", errno);
    }
    int result = sim_run(sim, signals_fd());
    return result == 0 || signals_caught() != 0 ? CLI_DONE : report_local(cli, "sim", -result);
}

static int run(struct cli *cli, const struct args *args)
{
    char message[200] = "";
    struct sim_options chip = {.message = message, .message_size = sizeof message};
    int status = parse(cli, args, &chip);
    if (status != CLI_DONE) {
        return status;
    }
    struct sim *sim = NULL;
    int result = sim_new(&sim, &chip);
    if (result == -EINVAL) {
        return report_usage(cli, "%s", message);
    }
    if (result != 0) {
        return message[0] != '\0' ? report_message(cli, CLI_LOCAL, "sim", message)
                                  : report_local(cli, "sim", -result);
    }
    status = args_has(args, ARGS_OPENOCD) ? run_with_openocd(cli, sim, &chip)
                                          : run_alone(cli, sim, &chip);
    ocd_close(cli->session); /* OpenOCD before its probe, which it would miss */
    cli->session = NULL;
    sim_free(sim);
    return status;
}

const struct command command_sim = {
    .name = "sim",
    .help = help,
    .options = options,
    .operands_min = 0,
    .operands_max = 0,
    .local = true,
    .run = run,
};
