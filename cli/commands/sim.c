// SPDX-License-Identifier: MIT
/* `ocd sim`: a simulated chip, and on request an OpenOCD in front of it. */
#define _GNU_SOURCE /* syscall */
#include "ocdsim.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "numbers.h"
#include "report.h"
#include "signals.h"
#include "sim_chip.h"
#include "sim_control.h"
#include "sim_openocd.h"
#include "sim_print.h"

#define CONFIG_MAX 1000

static const char help[] =
    "usage: ocd sim [--openocd] [OPTION...]\n"
    "\n"
    "Simulates a small Cortex-M3 (as an STM32F103) with an ST-LINK, or a RISC-V\n"
    "with a JTAG adapter, to which an unmodified OpenOCD connects over TCP: for\n"
    "trying things out, and for tests without hardware. Prints how to reach it, and\n"
    "runs until Ctrl-C ends it and all that it has started; the exit code is then 0.\n"
    "\n"
    "      --chip NAME       cortex-m3, riscv32 or riscv64 (cortex-m3)\n"
    "      --openocd         start OpenOCD too. -p, or OCD_PORT, is its Tcl port, 0\n"
    "                        for a free one; unless given 6666, or if that is in use\n"
    "                        a free one\n"
    "      --probe-port N    port of the simulated probe (a free one)\n"
    "      --control N       take orders on this port, 0 for a free one: sleep on,\n"
    "                        power off, reset, ... (docs/simulator.md has them all)\n"
    "      --until-eof       end when standard input ends, that is, when the last\n"
    "                        process that can write to it has ended\n"
    "  -f, --format FORMAT   text, or json: when all is ready, one object on a line:\n"
    "                        \"chip\", \"probe_port\", \"control_port\", \"elf\"; with\n"
    "                        --openocd \"openocd\", \"tcl_port\", \"gdb_port\", otherwise\n"
    "                        \"config\", the arguments of an OpenOCD\n"
    "      --flash FILE      contents of the flash, raw (a vector table and patterns)\n"
    "      --ram FILE        contents of the RAM, raw (zeros)\n"
    "      --flash-size N    size of the flash at 0x08000000 (128K; 4K to 64M)\n"
    "      --ram-size N      size of the RAM at 0x20000000 (20K; 4K to 64M)\n"
    "      --latency US      microseconds added to each command of the probe (0)\n"
    "      --fault A:S       S bytes from address A on answer with a bus error; up to\n"
    "                        32 times\n"
    "      --cores N         1 or 2; OpenOCD has the second as stm32f1x.cpu1,\n"
    "                        gd32vf103.cpu1 or riscv64.cpu1 (1)\n"
    "      --no-core N       refuse the debugger core 0 or 1: its accesses fault, and\n"
    "                        OpenOCD cannot examine it\n"
    "      --no-sysbus       RISC-V: without system bus access\n"
    "      --no-progbuf      RISC-V: without a program buffer\n"
    "      --sysbus-width N  RISC-V: 32 or 64 bits (those of the chip)\n"
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
    {"chip", required_argument, NULL, ARGS_CHIP},
    {"no-sysbus", no_argument, NULL, ARGS_NO_SYSBUS},
    {"no-progbuf", no_argument, NULL, ARGS_NO_PROGBUF},
    {"sysbus-width", required_argument, NULL, ARGS_SYSBUS_WIDTH},
    {"openocd", no_argument, NULL, ARGS_OPENOCD},
    {"probe-port", required_argument, NULL, ARGS_PROBE_PORT},
    {"control", required_argument, NULL, ARGS_CONTROL},
    {"until-eof", no_argument, NULL, ARGS_UNTIL_EOF},
    {"format", required_argument, NULL, 'f'},
    {0},
};

struct simulation {
    struct sim_options chip;
    struct sim *sim;
    struct sim_control_port control;
    int child_fd; /* readable when the chip's process has ended; -1: unknown */
    bool json;
    bool until_eof;
};

static const char wants_range[] = "is not ADDR:SIZE within 32 bits";

static const char *parse_u32(const char *text, uint32_t *value)
{
    uint64_t number;
    const char *wrong = number_parse_size(text, &number);
    if (wrong == NULL && number > UINT32_MAX)
        wrong = "is too large";
    if (wrong == NULL)
        *value = (uint32_t)number;
    return wrong;
}

static const char *parse_fault(const char *text, struct sim_range *range)
{
    char addr[32];
    size_t length = strcspn(text, ":");
    if (text[length] != ':' || length >= sizeof(addr))
        return wants_range;
    memcpy(addr, text, length);
    addr[length] = '\0';
    if (parse_u32(addr, &range->addr) != NULL ||
        parse_u32(text + length + 1, &range->size) != NULL || range->size == 0 ||
        range->size - 1 > UINT32_MAX - range->addr)
        return wants_range;
    return NULL;
}

/* 0 where the option is not given. */
static int parse_port(struct cli *cli, const struct args *args, int key, const char *name,
                      uint16_t *port)
{
    const char *text = args->value[key];
    const char *wrong = text != NULL ? number_parse_port(text, port) : NULL;
    return wrong == NULL ? CLI_DONE : report_word(cli, name, text, wrong);
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
    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
        const char *text = args->value[numbers[i].key];
        const char *wrong = text != NULL ? parse_u32(text, numbers[i].value) : NULL;
        if (wrong != NULL)
            return report_word(cli, numbers[i].name, text, wrong);
    }
    if (cores < 1 || cores > SIM_CORES_MAX)
        return report_word(cli, "--cores", args->value[ARGS_CORES], "is not 1 or 2");
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
        if (wrong != NULL)
            return report_word(cli, "--fault", args->faults[i], wrong);
    }
    sim->flash_file = args->value[ARGS_FLASH];
    sim->ram_file = args->value[ARGS_RAM];
    int status = sim_chip_parse(cli, args, sim);
    return status != CLI_DONE ? status
                              : parse_port(cli, args, ARGS_PROBE_PORT, "--probe-port", &sim->port);
}

/* Reads and drops standard input, to notice its end. */
static bool input_ended(void)
{
    char bytes[512];
    ssize_t n = read(STDIN_FILENO, bytes, sizeof(bytes));
    return n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN);
}

enum waits {
    ON_SIGNAL,
    ON_INPUT,
    ON_CHIP,
    ON_OPENOCD,
    ON_CONTROL, /* and more */
    WAITS = ON_CONTROL + SIM_CONTROL_FDS
};

/* Waits until a signal comes, standard input ends, or the chip or OpenOCD has ended. */
static int keep_running(struct cli *cli, struct simulation *s)
{
    while (signals_caught() == 0) {
        struct pollfd fds[WAITS] = {
            [ON_SIGNAL] = {.fd = signals_fd(), .events = POLLIN},
            [ON_INPUT] = {.fd = s->until_eof ? STDIN_FILENO : -1, .events = POLLIN},
            [ON_CHIP] = {.fd = s->child_fd, .events = POLLIN},
            [ON_OPENOCD] = {.fd = -1},
        };
        if (cli->session != NULL) {
            fds[ON_OPENOCD] = (struct pollfd){.fd = ocd_loop_fd(cli->session),
                                              .events = ocd_loop_events(cli->session)};
        }
        sim_control_poll(&s->control, fds + ON_CONTROL);
        if (poll(fds, WAITS, cli->session != NULL ? ocd_loop_timeout(cli->session) : -1) < 0 &&
            errno != EINTR)
            return report_local(cli, "sim", errno);
        if (signals_caught() != 0 || (fds[ON_INPUT].revents != 0 && input_ended()))
            break;
        if (fds[ON_CHIP].revents != 0)
            return report_message(cli, CLI_LOCAL, "sim", "the process of the chip has ended");
        if (cli->session != NULL && ocd_loop_dispatch(cli->session) != OCD_OK)
            return report_failure(cli, OCD_ERR_CLOSED, ocd_last_error(cli->session), "sim", NULL);
        sim_control_serve(&s->control, fds + ON_CONTROL, s->sim);
    }
    return CLI_DONE;
}

static int start_chip(struct cli *cli, struct simulation *s)
{
    pid_t child = sim_spawn(s->sim);
    if (child < 0)
        return report_local(cli, "sim", -child);
    /* Before Linux 5.3 there are no pidfds: the child's end is not noticed. */
    s->child_fd = (int)syscall(SYS_pidfd_open, child, 0);
    return CLI_DONE;
}

static int serve(struct cli *cli, struct simulation *s, const struct args *args)
{
    char elf[4200];
    char config[CONFIG_MAX];
    struct sim_openocd openocd = {.cli = cli};
    int status = start_chip(cli, s);
    if (status != CLI_DONE)
        return status;
    sim_config(s->sim, config, sizeof(config));
    struct sim_ready ready = {
        .tool = cli->name,
        .chip = &s->chip,
        .probe_port = sim_port(s->sim),
        .control_port = s->control.port,
        .elf = sim_find_elf(s->chip.chip, elf, sizeof(elf)),
        .config = config,
    };
    if (args_has(args, ARGS_OPENOCD)) {
        status = sim_openocd_start(&openocd, config);
        if (status == CLI_DONE) {
            ready.openocd = ocd_server_version(cli->session);
            ready.tcl_port = ocd_port(cli->session);
            ready.gdb_port = openocd.gdb_port;
        }
    }
    if (status == CLI_DONE) {
        (s->json ? sim_print_json : sim_print_text)(&ready);
        status = fflush(stdout) == 0 ? keep_running(cli, s)
                                     : report_local(cli, "standard output", errno);
    } else if (signals_caught() != 0) {
        status = CLI_DONE;
    }
    ocd_close(cli->session); /* first: OpenOCD would report a probe that is gone */
    cli->session = NULL;
    return status;
}

static int open_control(struct cli *cli, struct simulation *s, const struct args *args)
{
    uint16_t port = 0;
    char message[120];
    int status = parse_port(cli, args, ARGS_CONTROL, "--control", &port);
    if (status != CLI_DONE || !args_has(args, ARGS_CONTROL))
        return status;
    int error = sim_control_open(&s->control, port);
    if (error == 0)
        return CLI_DONE;
    snprintf(message, sizeof(message), "cannot listen on control port %u: %s", port,
             strerror(error));
    return report_message(cli, CLI_LOCAL, "sim", message);
}

static int create(struct cli *cli, struct simulation *s)
{
    char message[200] = "";
    s->chip.message = message;
    s->chip.message_size = sizeof(message);
    int result = sim_new(&s->sim, &s->chip);
    if (result == -EINVAL)
        return report_usage(cli, "%s", message);
    if (result != 0) {
        return message[0] != '\0' ? report_message(cli, CLI_LOCAL, "sim", message)
                                  : report_local(cli, "sim", -result);
    }
    return CLI_DONE;
}

static int run(struct cli *cli, const struct args *args)
{
    struct simulation s = {.until_eof = args_has(args, ARGS_UNTIL_EOF), .child_fd = -1};
    sim_control_none(&s.control);
    if (args_has(args, 'p') && !args_has(args, ARGS_OPENOCD)) {
        return report_usage(cli, "-p is OpenOCD's port, and needs --openocd (the probe's is "
                                 "--probe-port)");
    }
    int status = cli_text_or_json(cli, args, &s.json);
    if (status == CLI_DONE)
        status = parse(cli, args, &s.chip);
    if (status == CLI_DONE)
        status = open_control(cli, &s, args);
    if (status == CLI_DONE)
        status = create(cli, &s);
    if (status == CLI_DONE)
        status = serve(cli, &s, args);
    sim_free(s.sim);
    sim_control_close(&s.control);
    if (s.child_fd >= 0)
        close(s.child_fd);
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
