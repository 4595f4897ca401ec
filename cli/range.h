// SPDX-License-Identifier: MIT
/* Addresses and ranges of a command line: ADDR SIZE, ADDR +SIZE, or ADDR..END with END excluded. */
#pragma once

#include "cli.h"

/* Operands that are taken one after the other. */
struct operands {
    struct cli *cli;
    char *const *word;
    int count;
    int at;              /* the next one */
    uint64_t known_size; /* of the object that the last address named; 0: not known */
};

/* All of a command's operands but the last `kept` ones. */
struct operands range_operands(struct cli *cli, const struct args *args, int kept);

/* All answer CLI_DONE, or the exit code after a message. `what` names the operand in messages. */

int range_address(struct cli *cli, const char *what, const char *word, uint64_t *addr);
/* An address that is the next operand. */
int range_take_address(struct operands *operands, const char *what, uint64_t *addr);
/* A size that is the next operand, which may have a + before it, as a sum of bytes. Where that is
 * missing, or no size, it is that of the object that the address before it named. */
int range_take_size(struct operands *operands, const char *what, uint64_t *size);
/* A range that is the next operand, or the next two. */
int range_take(struct operands *operands, const char *what, struct ocd_range *range);

/* Whether a word is to be looked up in the ELF files. */
bool range_is_name(const struct cli *cli, const char *word);
/* Whether a word is ADDR..END. */
bool range_is_span(const char *word);
int range_parse_span(struct cli *cli, const char *word, struct ocd_range *range);
/* That `size` bytes from `addr` on are within 64 bits. */
int range_check(struct cli *cli, uint64_t addr, uint64_t size);
