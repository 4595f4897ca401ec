// SPDX-License-Identifier: MIT
/* Values over time. */
#include "watch/watch.h"
#include "report.h"

static const char help[] =
    "usage: ocd watch VALUE... [--as NAME[,UNIT]] [--rate HZ|max] [--for SECONDS]\n"
    "                 [--count N] [--changes] [-f FORMAT]\n"
    "                 [-o FILE [--append|--force]]\n"
    "                 [--trigger CONDITION [--pre N] [--post N]] [--tear HOW]\n"
    "                 [--clock CLOCK] [--merge] [--web [PORT] [--web-write]]\n"
    "\n"
    "Reads values again and again while the core runs. VALUE is an expression of the\n"
    "ELF file (-e FILE), such as motor.pid.error; or ADDR:TYPE, such as\n"
    "0x20004F00:u32: u8 to u64, s8 to s64, f32 or f64, with [N] for an array; or\n"
    "@FILE, which has one VALUE a line, and --as NAME after it if it has a name.\n"
    "\n"
    "On a terminal it is a table with these keys: p pause, r reset, a add, d remove,\n"
    "w write, q quit, up and down select. Elsewhere it is CSV.\n"
    "\n"
    "      --as NAME[,UNIT] name, and unit, of the value before it\n"
    "      --rate HZ        frames a second (10), or max: as fast as possible\n"
    "      --for SECONDS    end after this time\n"
    "      --count N        end after N frames\n"
    "      --changes        write a frame only if a value, a flag or the state is not\n"
    "                       as in the frame before\n"
    "  -f, --format FORMAT  table, csv, or json: an object a line, \"time\", \"values\"\n"
    "                       and \"flags\", or \"time\", \"gap\" and \"seconds\"\n"
    "  -o, --output FILE    write rows to FILE, as csv, or as json if its name ends\n"
    "                       in .json, .jsonl or .ndjson; a terminal has the table,\n"
    "                       too\n"
    "      --append         go on after the last row of FILE\n"
    "      --force          replace FILE; a FILE that exists is refused otherwise\n"
    "      --trigger 'VALUE OP NUMBER'\n"
    "                       write nothing until this becomes true, which counts\n"
    "                       once; OP is ==, !=, <, <=, > or >=\n"
    "      --pre N          also the N frames before that (0)\n"
    "      --post N         end N frames after it\n"
    "      --tear HOW       check: read a value that can change while it is read\n"
    "                       twice, up to 4 times, and have none if it always\n"
    "                       differs; ignore: read it once, flagged unchecked; halt:\n"
    "                       stop the core for the read. Unless given it is check for\n"
    "                       numbers and ignore for structs and arrays\n"
    "      --clock CLOCK    host (unless given); server: time is that of OpenOCD's\n"
    "                       machine; target: also the core's cycles (DWT_CYCCNT)\n"
    "                       before and after each frame, which enables that counter\n"
    "                       meanwhile\n"
    "      --merge          the memory between values by address is RAM: it may be\n"
    "                       read, so that values near each other cost one access\n"
    "      --web [PORT]     serve a page with a plot, and print its address\n"
    "      --web-write      the page may write values\n"
    "\n"
    "A value that is torn or unreadable is an empty field (null in JSON) and a flag.\n"
    "A time without frames is a row of its own, gap:REASON:SECONDS: late, busy\n"
    "(OpenOCD served another client), reconnecting or reset. At the end the\n"
    "frames, rate, late frames, torn values and gaps are printed on standard error.\n"
    "\n"
    "OpenOCD may be busy with others for 5 minutes, or --timeout SECONDS.\n"
    "\n"
    "Exit code 0 at the end that --for, --count, --post or q make, 4 if no value\n"
    "could ever be read, 5 if --trigger has not become true, 130 after Ctrl-C; the\n"
    "rows written until then are whole.\n"
    "\n"
    "  ocd watch motor.speed --as speed,rpm motor.pid.error -e firmware.elf\n"
    "  ocd watch 0x20004F00:u32 0x20004F04:f32 --merge --rate max --for 5 -o run.csv\n"
    "  ocd watch motor.speed --trigger 'motor.pid.error > 10' --pre 50 --post 200\n";

static const struct option options[] = {
    {"as", required_argument, NULL, ARGS_AS},
    {"rate", required_argument, NULL, ARGS_RATE},
    {"for", required_argument, NULL, ARGS_FOR},
    {"count", required_argument, NULL, ARGS_COUNT},
    {"changes", no_argument, NULL, ARGS_CHANGES},
    {"format", required_argument, NULL, 'f'},
    {"output", required_argument, NULL, 'o'},
    {"append", no_argument, NULL, ARGS_APPEND},
    {"force", no_argument, NULL, ARGS_FORCE},
    {"trigger", required_argument, NULL, ARGS_TRIGGER},
    {"pre", required_argument, NULL, ARGS_PRE},
    {"post", required_argument, NULL, ARGS_POST},
    {"tear", required_argument, NULL, ARGS_TEAR},
    {"clock", required_argument, NULL, ARGS_CLOCK},
    {"merge", no_argument, NULL, ARGS_MERGE},
    {"web", optional_argument, NULL, ARGS_WEB},
    {"web-write", no_argument, NULL, ARGS_WEB_WRITE},
    {0},
};

static int run(struct cli *cli, const struct args *args)
{
    struct watch_options wanted;
    struct items items = {0};
    int status = options_parse(cli, args, &wanted);
    if (status == CLI_DONE)
        status = items_gather(cli, args, &items);
    if (status == CLI_DONE)
        status = watch_run(cli, &wanted, &items);
    items_free(&items);
    options_free(&wanted);
    return status;
}

const struct command command_watch = {
    .name = "watch",
    .help = help,
    .options = options,
    .operands = "VALUE",
    .operands_min = 1,
    .operands_max = -1,
    .reconnect = true,
    .run = run,
};
