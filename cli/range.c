// SPDX-License-Identifier: MIT
#include "range.h"

#include <stdio.h>
#include <string.h>

#include "location.h"
#include "numbers.h"
#include "report.h"

#define SPAN_MAX 300 /* characters of an address in a span */
#define BARE_MIN 5   /* digits of a decimal address that may be hexadecimal ones */

struct operands range_operands(struct cli *cli, const struct args *args, int kept)
{
    return (struct operands){.cli = cli, .word = args->operands, .count = args->count - kept};
}

static int take_location(struct cli *cli, const char *what, const char *word,
                         struct location *location)
{
    int status = location_parse(cli, what, word, location);
    if (status != CLI_DONE)
        return status;
    if (cli->bare_address == NULL && strlen(word) >= BARE_MIN && strlen(word) <= 16 &&
        number_is_digits(word, true))
        cli->bare_address = word;
    return CLI_DONE;
}

int range_address(struct cli *cli, const char *what, const char *word, uint64_t *addr)
{
    struct location location;
    int status = take_location(cli, what, word, &location);
    *addr = location.addr;
    return status;
}

static const char *next(struct operands *operands)
{
    return operands->at < operands->count ? operands->word[operands->at++] : NULL;
}

int range_take_address(struct operands *operands, const char *what, uint64_t *addr)
{
    const char *word = next(operands);
    struct location location;
    if (word == NULL)
        return report_usage(operands->cli, "%s is missing", what);
    int status = take_location(operands->cli, what, word, &location);
    *addr = location.addr;
    operands->known_size = location.named ? location.size : 0;
    return status;
}

/* Whether a word is a size, and not what follows one. */
static bool looks_like_size(const char *word)
{
    uint64_t size;
    return word[0] == '+' || number_parse_size(word, &size) == NULL;
}

int range_take_size(struct operands *operands, const char *what, uint64_t *size)
{
    bool any = operands->at < operands->count;
    if (operands->known_size > 0 && (!any || !looks_like_size(operands->word[operands->at]))) {
        *size = operands->known_size;
        return CLI_DONE;
    }
    const char *word = next(operands);
    if (word == NULL)
        return report_usage(operands->cli, "%s is missing", what);
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
    if (status == CLI_DONE)
        status = range_take_size(operands, "SIZE", &range->size);
    return status == CLI_DONE ? range_check(operands->cli, range->addr, range->size) : status;
}

/* The dots between ADDR and END; those of a[2..5] are something else. */
static const char *find_dots(const char *word)
{
    int depth = 0;
    for (; *word != '\0'; word++) {
        depth += (*word == '[') - (*word == ']');
        if (depth == 0 && strncmp(word, "..", 2) == 0)
            return word;
    }
    return NULL;
}

bool range_is_span(const char *word)
{
    return find_dots(word) != NULL;
}

bool range_is_name(const struct cli *cli, const char *word)
{
    return elf_given(cli) && location_is_name(word);
}

int range_parse_span(struct cli *cli, const char *word, struct ocd_range *range)
{
    char start[SPAN_MAX];
    const char *dots = find_dots(word);
    struct location first, end = {0};
    if (dots - word >= SPAN_MAX)
        return report_usage(cli, "the address in '%.200s' is too long", word);
    snprintf(start, sizeof(start), "%.*s", (int)(dots - word), word);
    int status = location_parse(cli, "ADDR", start, &first);
    if (status == CLI_DONE)
        status = location_parse(cli, "END", dots + 2, &end);
    if (status == CLI_DONE && end.addr < first.addr)
        status = report_word(cli, "END", dots + 2, "is below ADDR");
    range->addr = first.addr;
    range->size = end.addr - first.addr;
    return status;
}

int range_check(struct cli *cli, uint64_t addr, uint64_t size)
{
    return number_range_fits(addr, size)
               ? CLI_DONE
               : report_usage(cli, "the range goes beyond the 64-bit address space");
}
