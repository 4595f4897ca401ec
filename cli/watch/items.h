// SPDX-License-Identifier: MIT
/* The values that a command line names, in their order: operands, their --as, and files of both. */
#pragma once

#include "cli.h"
#include "watch/item.h"

#define ITEMS_MAX 4096u

struct items {
    struct item *list;
    size_t count;
};

/* CLI_DONE, or the exit code after a message. To be freed in both cases. */
int items_gather(struct cli *cli, const struct args *args, struct items *items);
void items_free(struct items *items);

/* Cuts "ITEM --as NAME,UNIT" after ITEM and answers NAME,UNIT; NULL: there is none. */
char *items_split(char *line);
