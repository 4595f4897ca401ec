// SPDX-License-Identifier: MIT
/* Options and operands of a command line. Pure. */
#pragma once

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>

/* Keys of the options without a letter, above all letters. The key of the others is the letter. */
enum args_key {
    ARGS_PHYS = 128,
    ARGS_TIMEOUT,
    ARGS_DEADLINE,
    ARGS_WAIT_SERVER,
    ARGS_SPAWN,
    ARGS_VERSION,
    ARGS_READ_ONLY,
    ARGS_WRITABLE,
    ARGS_VERIFY,
    ARGS_DRY_RUN,
    ARGS_RESUME,
    ARGS_SKIP_UNREADABLE,
    ARGS_FILL_BYTE,
    ARGS_TEXT,
    ARGS_MAX,
    ARGS_FLASH,
    ARGS_RAM,
    ARGS_FLASH_SIZE,
    ARGS_RAM_SIZE,
    ARGS_LATENCY,
    ARGS_FAULT,
    ARGS_PROGRAM_TIME,
    ARGS_ERASE_TIME,
    ARGS_CORES,
    ARGS_NO_CORE,
    ARGS_OPENOCD,
    ARGS_CHIP,
    ARGS_NO_SYSBUS,
    ARGS_NO_PROGBUF,
    ARGS_SYSBUS_WIDTH,
    ARGS_PROBE_PORT,
    ARGS_CONTROL,
    ARGS_UNTIL_EOF,
    ARGS_WAIT,
    ARGS_MASK,
    ARGS_UNTIL,
    ARGS_FORCE,
    ARGS_FORMAT,
    ARGS_SECTION,
    ARGS_VIRTUAL,
    ARGS_FAST,
    ARGS_ALL,
    ARGS_COLUMNS,
    ARGS_GROUP,
    ARGS_ENDIAN,
    ARGS_PLAIN,
    ARGS_SQUEEZE,
    ARGS_ALLOW_EMPTY,
    ARGS_RESET,
    ARGS_SOFT,
    ARGS_HARD,
    ARGS_REMOVE,
    ARGS_KEEP,
    ARGS_REWRITE,
    ARGS_IGNORE,
    ARGS_SECTORS,
    ARGS_NO_CHECK,
    ARGS_LIMIT,
    ARGS_FOLLOW,
    ARGS_SORT,
    ARGS_AS,
    ARGS_RATE,
    ARGS_FOR,
    ARGS_COUNT,
    ARGS_CHANGES,
    ARGS_APPEND,
    ARGS_TRIGGER,
    ARGS_PRE,
    ARGS_POST,
    ARGS_TEAR,
    ARGS_CLOCK,
    ARGS_MERGE,
    ARGS_WEB,
    ARGS_WEB_WRITE,
    ARGS_KEYS
};

#define ARGS_FAULTS_MAX   32   /* --fault may be repeated */
#define ARGS_WRITABLE_MAX 32   /* --writable too */
#define ARGS_IGNORED_MAX  64   /* --ignore too */
#define ARGS_ELF_MAX      16   /* and --elf */
#define ARGS_NAMES_MAX    1024 /* and --as */

/* The argument of an option that belongs to the operand before it. */
struct args_name {
    const char *text;
    int operand; /* -1: there is none before it */
};

struct args {
    char **operands;
    int count;
    const char *value[ARGS_KEYS]; /* by key: its argument, "" for one without, NULL if not given */
    const char *faults[ARGS_FAULTS_MAX];
    int fault_count;
    const char *writable[ARGS_WRITABLE_MAX];
    int writable_count;
    const char *ignored[ARGS_IGNORED_MAX];
    int ignored_count;
    const char *elf[ARGS_ELF_MAX];
    int elf_count;
    struct args_name names[ARGS_NAMES_MAX]; /* of --as */
    int name_count;
};

/* Sorts argv[1] to argv[argc - 1] into `args`, which is zeroed or holds what an earlier call has
 * found. Options and operands may be mixed; something like -1 is an operand; all after `--` are
 * operands, and with `stop` all from the first operand on. An option that is given again replaces
 * the one before. One whose argument may be left out takes the next word if that is a decimal
 * number. --help and --version end the parsing. Reorders argv.
 *
 * Answers true, or false with one line in `message`. */
bool args_parse(struct args *args, int argc, char **argv, const struct option *options, bool stop,
                char *message, size_t size);

/* Appends table `b` to `a`; both end with a zeroed entry. `out` has room for `max` entries. */
void args_join(struct option *out, size_t max, const struct option *a, const struct option *b);

static inline bool args_has(const struct args *args, int key)
{
    return args->value[key] != NULL;
}
