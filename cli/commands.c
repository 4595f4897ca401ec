// SPDX-License-Identifier: MIT
#include "commands.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "near.h"
#include "numbers.h"
#include "report.h"
#include "version.h"

#define OPTIONS_MAX        48
#define TIMEOUT_DEFAULT_MS 10000

static const char help[] =
    "usage: ocd [OPTION...] COMMAND ...\n"
    "\n"
    "Reads, writes, searches and dumps the memory of a chip through OpenOCD (0.12 or\n"
    "later), over its Tcl port.\n"
    "\n"
    "  read ADDR [COUNT]       print memory\n"
    "  write ADDR VALUE...     write values; write NAME VALUE: by the name's type\n"
    "  print EXPR...           print variables by name, with an ELF file\n"
    "  watch VALUE...          print, record and plot values while the core runs\n"
    "  symbols [GLOB]          list the names of an ELF file\n"
    "  type NAME               the layout of a type of an ELF file\n"
    "  set, clear ADDR MASK    set or clear bits\n"
    "  dump ADDR SIZE FILE     read memory into a file\n"
    "  search START END BYTES  find bytes or text\n"
    "  fill ADDR SIZE VALUE    fill memory\n"
    "  copy FROM TO SIZE       copy memory to memory\n"
    "  load FILE [ADDR]        write a file into RAM or flash\n"
    "  erase ADDR SIZE         erase sectors of flash\n"
    "  verify FILE [ADDR]      compare a file with memory\n"
    "  diff A B                compare two files, or a file with memory\n"
    "  wait ADDR VALUE         wait until memory has a value\n"
    "  info                    OpenOCD's version and its targets\n"
    "  doctor                  check what this needs, and say what to do about it\n"
    "  targets                 list the targets\n"
    "  state                   print the target's state, or wait for one\n"
    "  halt, resume, step      stop and go\n"
    "  reset [run|halt|init]   reset the chip\n"
    "  reg [NAME[=VALUE]...]   read and write registers\n"
    "  bp [ADDR], wp [ADDR N]  set, list and remove breakpoints and watchpoints\n"
    "  events                  follow what happens to the targets\n"
    "  cmd TCL...              run a command of OpenOCD\n"
    "  shell                   a prompt for all of these, and for OpenOCD's own\n"
    "  sim                     simulate a chip, to try all this without hardware\n"
    "  help [COMMAND]          explain; as --help does with each command\n"
    "\n"
    "Options, before or after the command:\n"
    "  -H, --host HOST         where OpenOCD runs (localhost)\n"
    "  -p, --port PORT         its Tcl port (6666)\n"
    "  -t, --target NAME       the target (OpenOCD's current one)\n"
    "  -e, --elf FILE          the program's ELF file, for names; up to 16 times.\n"
    "                          Where a command wants ADDR a name is the address of\n"
    "                          its object, NAME+4 is 4 bytes after it, and the size\n"
    "                          is the object's unless given\n"
    "      --no-check          do not compare the program in the target with the ELF\n"
    "                          file before the first value\n"
    "      --phys              physical addresses: bypass the MMU\n"
    "      --timeout SECONDS   give up after so long (10), which may have decimals;\n"
    "                          0: never. What moves much data is given up when none\n"
    "                          of its requests has been completed for so long\n"
    "      --deadline SECONDS  give up when the whole command has taken so long;\n"
    "                          0, as without it: never\n"
    "      --wait-server       wait within --timeout for an OpenOCD that is starting\n"
    "      --read-only         write nothing: writes are refused before anything is\n"
    "                          sent, and so is cmd, which could write\n"
    "      --writable A:S      write only within the S bytes from address A on, no\n"
    "                          register, and run no cmd; up to 32 times, for several\n"
    "                          ranges\n"
    "      --spawn ARGS        start an OpenOCD with these arguments, and end it\n"
    "                          afterwards: --spawn '-f board/mine.cfg'\n"
    "  -v, --verbose           show each command sent and its reply\n"
    "  -q, --quiet             show no progress\n"
    "  -h, --help              explain the tool or the command\n"
    "      --version           print version, commit and optional parts\n"
    "\n"
    "Without -H, -p, -t and -e the environment counts: OCD_HOST, OCD_PORT,\n"
    "OCD_TARGET, and OCD_ELF, which may have several names with colons between them.\n"
    "\n"
    "Numbers are decimal or 0x...; sizes and counts may end in K, M or G (1024 and\n"
    "its powers). A range is ADDR SIZE, ADDR +SIZE or ADDR..END, END itself excluded.\n"
    "Results go to standard output, all else to standard error; with -f json a result\n"
    "is one JSON object, and so is a failure.\n"
    "\n"
    "Exit code: 0 done; 1 nothing found, or memory or files differ; 2 wrong usage;\n"
    "3 no connection; 4 OpenOCD or the target refused, or memory was skipped; 5 timed\n"
    "out; 6 a local file or system call failed, or the reader of the output is gone;\n"
    "7 the target or its probe is not there; 128 and the signal's number after a\n"
    "signal (Ctrl-C: 130).\n";

const struct option commands_options[] = {
    {"host", required_argument, NULL, 'H'},
    {"port", required_argument, NULL, 'p'},
    {"target", required_argument, NULL, 't'},
    {"elf", required_argument, NULL, 'e'},
    {"no-check", no_argument, NULL, ARGS_NO_CHECK},
    {"phys", no_argument, NULL, ARGS_PHYS},
    {"timeout", required_argument, NULL, ARGS_TIMEOUT},
    {"deadline", required_argument, NULL, ARGS_DEADLINE},
    {"wait-server", no_argument, NULL, ARGS_WAIT_SERVER},
    {"read-only", no_argument, NULL, ARGS_READ_ONLY},
    {"writable", required_argument, NULL, ARGS_WRITABLE},
    {"spawn", required_argument, NULL, ARGS_SPAWN},
    {"verbose", no_argument, NULL, 'v'},
    {"quiet", no_argument, NULL, 'q'},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, ARGS_VERSION},
    {0},
};

static const struct command *const commands[] = {
    &command_read,    &command_write, &command_dump,   &command_search, &command_fill,
    &command_copy,    &command_load,  &command_verify, &command_diff,   &command_info,
    &command_targets, &command_state, &command_halt,   &command_resume, &command_step,
    &command_reset,   &command_reg,   &command_events, &command_cmd,    &command_sim,
    &command_shell,   &command_bp,    &command_wp,     &command_erase,  &command_print,
    &command_symbols, &command_type,  &command_set,    &command_clear,  &command_wait,
    &command_doctor,  &command_watch,
};

const struct command *commands_find(const char *name)
{
    if (strcmp(name, "flash") == 0 || strcmp(name, "program") == 0)
        return &command_load; /* what other tools call it */
    for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

void commands_each(void (*each)(const char *name))
{
    for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
        each(commands[i]->name);
}

/* Prints to standard output, at once: the text may be longer than its buffer. */
static int print(struct cli *cli, const char *text)
{
    errno = 0;
    return fputs(text, stdout) >= 0 && fflush(stdout) == 0
               ? CLI_DONE
               : report_local(cli, "standard output", errno);
}

static int unknown_command(const struct cli *cli, const char *name)
{
    const char *synonym = near_synonym(name);
    for (size_t i = 0; i < sizeof(commands) / sizeof(*commands) && synonym == NULL; i++) {
        if (near_match(name, commands[i]->name)) {
            return report_usage(cli,
                                "there is no command '%.200s': 'ocd %s' is near, and 'ocd cmd "
                                "%.200s' is OpenOCD's own",
                                name, commands[i]->name, name);
        }
    }
    if (synonym != NULL) {
        return report_usage(cli,
                            "there is no command '%.200s': it is '%s' here, and 'ocd cmd %.200s' "
                            "is OpenOCD's own",
                            name, synonym, name);
    }
    if (strspn(name, "abcdefghijklmnopqrstuvwxyz_") != strlen(name))
        return report_usage(cli, "there is no command '%.200s'", name);
    return report_usage(cli, "there is no command '%.200s'; 'ocd cmd %.200s' is OpenOCD's own",
                        name, name);
}

int commands_help(struct cli *cli, int argc, char **argv)
{
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return print(cli, help);
    const struct command *command = commands_find(argv[1]);
    return command != NULL ? print(cli, command->help) : unknown_command(cli, argv[1]);
}

static int parse_writable(struct cli *cli, const struct args *args)
{
    struct settings *settings = &cli->settings;
    for (int i = 0; i < args->writable_count; i++) {
        struct ocd_range *range = &settings->writable[settings->writable_count++];
        const char *wrong = number_parse_range(args->writable[i], &range->addr, &range->size);
        if (wrong != NULL)
            return report_word(cli, "--writable", args->writable[i], wrong);
    }
    return CLI_DONE;
}

/* The port; `name` is the option or variable that it comes from. */
static int parse_port(struct cli *cli, const char *name, const char *word)
{
    struct settings *settings = &cli->settings;
    const char *wrong = number_parse_port(word, &settings->port);
    if (wrong == NULL && settings->port == 0 && !cli->command->local)
        wrong = "is not a port to connect to";
    settings->port_given = true;
    return wrong != NULL ? report_word(cli, name, word, wrong) : CLI_DONE;
}

/* HOST, HOST:PORT, [HOST] or [HOST]:PORT; an IPv6 address without brackets has no port. `*port`
 * becomes the port's digits. */
static int parse_host(struct cli *cli, const char *name, const char *word, const char **port)
{
    static char host[256]; /* a command line has one; lines of a shell have none */
    const char *text = word[0] == '[' ? word + 1 : word;
    const char *colon = strchr(word, ':');
    size_t size = word[0] == '[' ? strcspn(text, "]") : strlen(text);
    if (word[0] == '[')
        colon = text[size] != '\0' && text[size + 1] == ':' ? text + size + 1 : NULL;
    else if (colon != NULL && strchr(colon + 1, ':') == NULL)
        size = (size_t)(colon - text);
    else
        colon = NULL;
    if (size == 0 || size >= sizeof(host))
        return report_word(cli, name, word, "is not a host");
    if (colon != NULL && *port != NULL)
        return report_usage(cli, "%s has a port, and --port gives another", name);
    *port = colon != NULL ? colon + 1 : *port;
    memcpy(host, text, size);
    host[size] = '\0';
    cli->settings.host = host;
    return CLI_DONE;
}

const char *cli_environment(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

/* OCD_ELF: names with colons between them. */
static int take_elf_environment(struct cli *cli)
{
    static char names[8192]; /* the environment is read only once */
    struct settings *settings = &cli->settings;
    const char *value = settings->elf_count == 0 ? cli_environment("OCD_ELF") : NULL;
    char *save = NULL;
    if (value == NULL)
        return CLI_DONE;
    if (strlen(value) >= sizeof(names))
        return report_usage(cli, "OCD_ELF is longer than %zu bytes", sizeof(names) - 1);
    strcpy(names, value);
    for (char *name = strtok_r(names, ":", &save); name != NULL;
         name = strtok_r(NULL, ":", &save)) {
        if (settings->elf_count == ARGS_ELF_MAX)
            return report_usage(cli, "OCD_ELF has more than %d files", ARGS_ELF_MAX);
        settings->elf[settings->elf_count++] = name;
    }
    return CLI_DONE;
}

/* Settings that no option gives. With --spawn there is no host and port to connect to. */
static int take_environment(struct cli *cli)
{
    struct settings *settings = &cli->settings;
    const char *host = settings->host == NULL ? cli_environment("OCD_HOST") : NULL;
    const char *port = NULL;
    int status = take_elf_environment(cli);
    if (status != CLI_DONE)
        return status;
    if (settings->target == NULL)
        settings->target = cli_environment("OCD_TARGET");
    if (settings->spawn != NULL)
        return CLI_DONE;
    if (host != NULL)
        status = parse_host(cli, "OCD_HOST", host, &port);
    if (port == NULL)
        port = cli_environment("OCD_PORT");
    return status == CLI_DONE && port != NULL && !settings->port_given
               ? parse_port(cli, "OCD_PORT", port)
               : status;
}

/* Where OpenOCD is. */
static int parse_server(struct cli *cli, const struct args *args)
{
    const char *host = args->value['H'];
    const char *port = args->value['p'];
    if (args_has(args, ARGS_SPAWN) && (host != NULL || port != NULL))
        return report_usage(cli, "--spawn and --host or --port exclude each other");
    int status = host != NULL ? parse_host(cli, "--host", host, &port) : CLI_DONE;
    return status == CLI_DONE && port != NULL ? parse_port(cli, "--port", port) : status;
}

static int parse_seconds(struct cli *cli, const char *name, const char *word, uint32_t *ms)
{
    const char *wrong = word != NULL ? number_parse_seconds(word, ms) : NULL;
    return wrong != NULL ? report_word(cli, name, word, wrong) : CLI_DONE;
}

int commands_settings(struct cli *cli, const struct args *args)
{
    struct settings *settings = &cli->settings;
    *settings = (struct settings){
        .target = args->value['t'],
        .spawn = args->value[ARGS_SPAWN],
        .timeout_ms = TIMEOUT_DEFAULT_MS,
        .deadline_ms = OCD_TIMEOUT_NONE,
        .phys = args_has(args, ARGS_PHYS),
        .wait_server = args_has(args, ARGS_WAIT_SERVER),
        .no_check = args_has(args, ARGS_NO_CHECK),
        .read_only = args_has(args, ARGS_READ_ONLY),
        .verbose = args_has(args, 'v'),
        .quiet = args_has(args, 'q'),
    };
    memcpy(settings->elf, args->elf, sizeof(settings->elf));
    settings->elf_count = args->elf_count;
    int status = parse_server(cli, args);
    if (status != CLI_DONE)
        return status;
    status = parse_seconds(cli, "--timeout", args->value[ARGS_TIMEOUT], &settings->timeout_ms);
    if (status == CLI_DONE) {
        status =
            parse_seconds(cli, "--deadline", args->value[ARGS_DEADLINE], &settings->deadline_ms);
    }
    if (status != CLI_DONE)
        return status;
    /* A line of a shell has the shell's settings. */
    if (!cli->shell && (status = take_environment(cli)) != CLI_DONE)
        return status;
    return parse_writable(cli, args);
}

/* The name of operand `at` of "ADDR VALUE". */
static int report_missing(const struct cli *cli, int at)
{
    const char *name = cli->command->operands;
    for (; at > 0; at--) {
        name += strcspn(name, " ");
        name += strspn(name, " ");
    }
    return report_usage(cli, "%.*s is missing", (int)strcspn(name, " "), name);
}

static int check_operands(const struct cli *cli, const struct args *args)
{
    const struct command *command = cli->command;
    if (args->count < command->operands_min)
        return report_missing(cli, args->count);
    if (command->operands_max >= 0 && args->count > command->operands_max) {
        return report_usage(cli, "unexpected argument '%.200s'",
                            args->operands[command->operands_max]);
    }
    return CLI_DONE;
}

/* In a shell a line may choose its own target and deadline, but not another session. */
static int check_shell(struct cli *cli, const struct args *args)
{
    static const int keys[] = {'H',          'p', 'e', ARGS_WAIT_SERVER, ARGS_SPAWN, ARGS_READ_ONLY,
                               ARGS_WRITABLE};
    if (cli->command == &command_shell || cli->command == &command_sim)
        return report_usage(cli, "a shell cannot start another shell");
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
        if (args_has(args, keys[i]))
            return report_usage(cli, "options of the connection go before 'shell'");
    return CLI_DONE;
}

/* Settings that a line of a shell does not give are the shell's. */
static void inherit(struct settings *settings, const struct settings *shell,
                    const struct args *args)
{
    settings->host = shell->host;
    memcpy(settings->elf, shell->elf, sizeof(settings->elf));
    settings->elf_count = shell->elf_count;
    settings->no_check = settings->no_check || shell->no_check;
    settings->port = shell->port;
    settings->spawn = shell->spawn;
    settings->quiet = settings->quiet || shell->quiet;
    settings->verbose = settings->verbose || shell->verbose;
    settings->phys = settings->phys || shell->phys;
    if (settings->target == NULL)
        settings->target = shell->target;
    if (!args_has(args, ARGS_TIMEOUT))
        settings->timeout_ms = shell->timeout_ms;
    if (!args_has(args, ARGS_DEADLINE))
        settings->deadline_ms = shell->deadline_ms;
}

/* "json", or another format as JSON: "float,json". */
static bool is_json(const char *format)
{
    const char *comma = strrchr(format, ',');
    return strcmp(comma != NULL ? comma + 1 : format, "json") == 0;
}

int commands_run_with(struct cli *cli, struct args *args, int argc, char **argv)
{
    struct settings before = cli->settings;
    bool inside = cli->shell;
    struct option options[OPTIONS_MAX];
    char message[300];
    cli->command = commands_find(argv[0]);
    if (cli->command == NULL)
        return unknown_command(cli, argv[0]);
    cli->begun_ms = cli_now_ms();
    args_join(options, OPTIONS_MAX, cli->command->options, commands_options);
    bool parsed =
        args_parse(args, argc, argv, options, cli->command->stop, message, sizeof(message));
    cli->json = args_has(args, 'f') && is_json(args->value['f']);
    if (!parsed)
        return report_usage(cli, "%s", message);
    cli->bare_address = NULL;
    cli->elf.current = false;
    if (args_has(args, 'h'))
        return print(cli, cli->command->help);
    if (args_has(args, ARGS_VERSION))
        return version_print();
    int status = inside ? check_shell(cli, args) : CLI_DONE;
    if (status == CLI_DONE)
        status = commands_settings(cli, args);
    if (status == CLI_DONE && inside)
        inherit(&cli->settings, &before, args);
    if (status == CLI_DONE)
        status = check_operands(cli, args);
    if (status == CLI_DONE)
        status = cli->command->run(cli, args);
    if (inside)
        return status; /* the session is the shell's */
    ocd_close(cli->session);
    cli->session = NULL;
    return status;
}

int commands_run(struct cli *cli, int argc, char **argv)
{
    struct args args = {0};
    if (strcmp(argv[0], "help") == 0)
        return commands_help(cli, argc, argv);
    return commands_run_with(cli, &args, argc, argv);
}
