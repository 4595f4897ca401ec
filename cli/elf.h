// SPDX-License-Identifier: MIT
/* The ELF files of -e or OCD_ELF, opened when a name is first needed. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ocd.h"

struct cli;

#define ELF_NAME_MAX 160 /* bytes of a name that is shown beside an address */

/* Of a file as it was read: whether it has been written since. */
struct elf_stamp {
    uint64_t device, inode, size;
    int64_t seconds, nanoseconds;
};

struct elf {
    struct ocd_symbols *symbols; /* NULL: not open */
    struct elf_stamp stamps[16]; /* ARGS_ELF_MAX */
    bool current;                /* this command has looked whether the files have changed */
    bool failed;                 /* they cannot be opened; this has been reported */
};

bool elf_given(const struct cli *cli);
/* CLI_DONE, or the exit code after a message. A command of a shell reads files that have changed
 * again; what the symbols handed out to earlier commands is gone then. */
int elf_symbols(struct cli *cli, struct ocd_symbols **symbols);

/* "name+offset" of an address. False: no ELF file is given, or it has nothing there. */
bool elf_name(struct cli *cli, uint64_t addr, char name[ELF_NAME_MAX]);

/* What an expression has failed with, as report_failure(). */
int elf_report(struct cli *cli, int result, const struct ocd_error *error, const char *text);
