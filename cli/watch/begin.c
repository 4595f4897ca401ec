// SPDX-License-Identifier: MIT
/* What has to be open before a run can begin. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "watch/watch.h"

static int open_record(struct watch *watch)
{
    const struct watch_options *options = watch->options;
    char *first = NULL;
    if (!options->rows)
        return CLI_DONE;
    int error = record_open(&watch->record, options->path, options->mode, &first);
    if (error == EEXIST) {
        return report_message(watch->cli, CLI_LOCAL, options->path,
                              "it is there already (--append or --force)");
    }
    if (error != 0)
        return report_local(watch->cli, options->path, error);
    struct line head = {0};
    int status = CLI_DONE;
    rows_head(&watch->rows, &watch->columns, &head);
    watch->has_head = options->json || first != NULL;
    if (!options->json && first != NULL && head.text != NULL && strcmp(first, head.text) != 0) {
        status = report_usage(watch->cli, "%.200s has other columns: %.200s, and not %.200s",
                              options->path, first, head.text);
    }
    line_free(&head);
    free(first);
    return status;
}

static int add_items(struct watch *watch, struct items *items)
{
    for (size_t i = 0; i < items->count; i++) {
        char *text = strdup(items->list[i].text);
        struct column *column;
        int result = text != NULL ? watch_add(watch, &items->list[i], &column) : OCD_ERR_NOMEM;
        int status = CLI_DONE;
        if (result != OCD_OK) {
            status = elf_report(watch->cli, result, ocd_last_error(watch->cli->session),
                                text != NULL ? text : "");
        } else {
            column->recorded = true;
        }
        free(text);
        if (status != CLI_DONE)
            return status;
    }
    return CLI_DONE;
}

/* The value of the trigger is read even if it is none of those that are shown. */
static int add_trigger(struct watch *watch, struct condition *condition)
{
    struct item item;
    struct column *column = columns_named(&watch->columns, condition->item);
    if (column == NULL) {
        const char *wrong = item_parse(&item, condition->item);
        if (wrong != NULL) {
            item_free(&item);
            return report_word(watch->cli, "--trigger", condition->item, wrong);
        }
        int result = watch_add(watch, &item, &column);
        if (result != OCD_OK) {
            return elf_report(watch->cli, result, ocd_last_error(watch->cli->session),
                              condition->item);
        }
        column->hidden = true;
    }
    watch->trigger = condition;
    watch->trigger_column = column;
    return CLI_DONE;
}

static bool wants_symbols(const struct watch *watch, const struct items *items)
{
    for (size_t i = 0; i < items->count; i++)
        if (!items->list[i].is_address)
            return true;
    return elf_given(watch->cli) ||
           (watch->options->has_trigger && !item_is_address(watch->options->trigger.item));
}

/* With --merge: from the first value by address to the last one. */
static struct ocd_range merged_range(const struct items *items)
{
    uint64_t first = UINT64_MAX, end = 0;
    for (size_t i = 0; i < items->count; i++) {
        const struct item *item = &items->list[i];
        uint64_t bytes = (uint64_t)item_type_size(item->type) * (item->count > 0 ? item->count : 1);
        if (!item->is_address)
            continue;
        first = item->addr < first ? item->addr : first;
        end = item->addr + (bytes - 1) > end ? item->addr + (bytes - 1) : end;
    }
    return (struct ocd_range){.addr = first, .size = end > first ? end - first + 1 : 0};
}

static int open_sampler(struct watch *watch, const struct items *items)
{
    const struct watch_options *options = watch->options;
    struct ocd_range ram = merged_range(items);
    struct ocd_sampler_options wanted = {
        .rate = options->rate,
        .flags = options->clock == ROWS_SERVER   ? OCD_SAMPLER_SERVER_TIME
                 : options->clock == ROWS_TARGET ? OCD_SAMPLER_TARGET_TIME
                                                 : 0,
        .symbols = watch->symbols,
        .ram = options->merge && ram.size > 0 ? &ram : NULL,
        .ram_count = options->merge && ram.size > 0 ? 1 : 0,
        .frame = watch_on_frame,
        .gap = watch_on_gap,
        .user = watch,
    };
    int result = ocd_sampler_open(&watch->sampler, watch->cli->session, &wanted);
    return result == OCD_OK ? CLI_DONE : report_failure(watch->cli, result, NULL, "watch", NULL);
}

static int open_page(struct watch *watch)
{
    const struct watch_options *options = watch->options;
    if (!options->web)
        return CLI_DONE;
    watch->page.symbols = watch->symbols;
    int error = page_open(&watch->page, &watch->columns, &watch->actions, options->web_port,
                          options->web_write);
    if (error == ENOSYS)
        return report_message(watch->cli, CLI_LOCAL, "--web", "built without libmicrohttpd");
    if (error != 0)
        return report_local(watch->cli, "--web", error);
    page_set_columns(&watch->page);
    fprintf(stderr, "ocd: watch: %s\n", page_url(&watch->page));
    return CLI_DONE;
}

static int open_screen(struct watch *watch)
{
    if (!watch->options->table)
        return CLI_DONE;
    int error = screen_open(&watch->screen, &watch->columns, &watch->actions);
    if (error != 0)
        return report_local(watch->cli, "terminal", error);
    if (watch->options->web)
        screen_say(&watch->screen, page_url(&watch->page));
    return CLI_DONE;
}

int watch_begin(struct watch *watch, struct items *items, struct condition *condition)
{
    struct cli *cli = watch->cli;
    int status = CLI_DONE;
    if (wants_symbols(watch, items))
        status = elf_symbols(cli, &watch->symbols);
    if (status == CLI_DONE)
        status = cli_connect(cli);
    if (status == CLI_DONE)
        status = open_sampler(watch, items);
    if (status == CLI_DONE)
        status = add_items(watch, items);
    if (status == CLI_DONE && condition != NULL)
        status = add_trigger(watch, condition);
    if (status == CLI_DONE)
        status = open_record(watch);
    if (status == CLI_DONE)
        status = open_page(watch);
    return status == CLI_DONE ? open_screen(watch) : status;
}
