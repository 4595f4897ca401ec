// SPDX-License-Identifier: MIT
#include "range.h"

#include <stdio.h>
#include <string.h>

#include "numbers.h"
#include "report.h"

#define SPAN_MAX 64 /* characters of an address in a span */
#define BARE_MIN 5  /* digits of a decimal address that may be hexadecimal ones */

struct operands range_operands(struct cli *cli, const struct args *args, int kept)
{
    return (struct operands){.cli = cli, .word = args->operands, .count = args->count - kept};
}

int range_address(struct cli *cli, const char *what, const char *word, uint64_t *addr)
{
    const char *wrong = number_parse(word, addr);
    if (wrong != NULL) {
        return report_word(cli, what, word, wrong);
    }
    if (cli->bare_address == NULL && strlen(word) >= BARE_MIN && strlen(word) <= 16 &&
        number_is_digits(word, true)) {
        cli->bare_address = word;
    }
    return CLI_DONE;
}

static const char *next(struct operands *operands)
{
    return operands->at < operands->count ? operands->word[operands->at++] : NULL;
}

int range_take_address(struct operands *operands, const char *what, uint64_t *addr)
{
    const char *word = next(operands);
    return word != NULL ? range_address(operands->cli, what, word, addr)
                        : report_usage(operands->cli, "%s is missing", what);
}

int range_take_size(struct operands *operands, const char *what, uint64_t *size)
{
    const char *word = next(operands);
    if (word == NULL) {
        return report_usage(operands->cli, "%s is missing", what);
    }
    const char *wrong = number_parse_size(word + (word[0] == '+' ? 1 : 0), size);
    return wrong != NULL ? report_word(operands->cli, what, word, wrong) : CLI_DONE;
}

int range_take(struct operands *operands, const char *what, struct ocd_range *range)
{
    const char *word = operands->at < operands->count ? operands->word[operands->at] : "";
    if (range_is_span(word)) {
        operands->at++;
        return range_parse_span(operands->cli, word, range);
    }
    int status = range_take_address(operands, what, &range->addr);
    if (status == CLI_DONE) {
        status = range_take_size(operands, "SIZE", &range->size);
    }
    return status == CLI_DONE ? range_check(operands->cli, range->addr, range->size) : status;
}

bool range_is_span(const char *word)
{
    return strstr(word, "..") != NULL;
}

int range_parse_span(struct cli *cli, const char *word, struct ocd_range *range)
{
    char start[SPAN_MAX];
    const char *dots = strstr(word, "..");
    uint64_t end = 0;
    snprintf(start, sizeof start, "%.*s", (int)(dots - word), word);
    const char *wrong = number_parse(start, &range->addr);
    if (wrong != NULL) {
        return report_word(cli, "ADDR", start, wrong);
    }
    wrong = number_parse(dots + 2, &end);
    if (wrong == NULL && end < range->addr) {
        wrong = "is below ADDR";
    }
    if (wrong != NULL) {
        return report_word(cli, "END", dots + 2, wrong);
    }
    range->size = end - range->addr;
    return CLI_DONE;
}

int range_check(struct cli *cli, uint64_t addr, uint64_t size)
{
    return number_range_fits(addr, size)
               ? CLI_DONE
               : report_usage(cli, "the range goes beyond the 64-bit address space");
}
