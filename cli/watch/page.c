// SPDX-License-Identifier: MIT
#include "watch/page.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "location.h"
#include "watch/rows/value.h"
#include "web/web.h"

_Static_assert(WEB_MESSAGE_MAX >= ACTIONS_MESSAGE_MAX, "messages fit");

/* --- What the page asks for --- */

static bool do_add(void *user, const char *text, char *message)
{
    const struct actions *actions = ((struct page *)user)->actions;
    return actions->add(actions->user, text, message);
}

static bool do_remove(void *user, uint32_t id, char *message)
{
    const struct actions *actions = ((struct page *)user)->actions;
    return actions->remove(actions->user, id, message);
}

static bool do_write(void *user, uint32_t id, const char *value, char *message)
{
    const struct actions *actions = ((struct page *)user)->actions;
    return actions->write(actions->user, id, value, message);
}

static void do_complete(void *user, const char *text, struct web_names *names)
{
    const struct actions *actions = ((struct page *)user)->actions;
    size_t count;
    const char *const *words = actions->complete(actions->user, text, &count);
    for (size_t i = 0; i < count && web_names_add(names, words[i]); i++) {
    }
}

int page_open(struct page *page, const struct columns *columns, const struct actions *actions,
              uint16_t port, bool may_write)
{
    page->columns = columns;
    page->actions = actions;
    const struct web_options options = {
        .port = port,
        .may_write = may_write,
        .calls = {.add = do_add, .remove = do_remove, .write = do_write, .complete = do_complete},
        .user = page,
    };
    return web_open(&page->web, &options);
}

void page_close(struct page *page)
{
    web_close(page->web);
    page->web = NULL;
}

const char *page_url(const struct page *page)
{
    return web_url(page->web);
}

/* --- Columns --- */

static const char *type_of(const struct page *page, const struct item *item)
{
    const struct ocd_type *type = NULL;
    if (item->is_address)
        return strchr(item->text, ':') + 1;
    if (page->symbols != NULL)
        type = location_type(page->symbols, item->text);
    const struct ocd_type_info *info = type != NULL ? ocd_type_get_info(type) : NULL;
    return info != NULL && info->name != NULL ? info->name : "";
}

void page_set_columns(struct page *page)
{
    size_t count = 0;
    if (page->web == NULL)
        return;
    struct web_column *list = calloc(page->columns->count + 1, sizeof(*list));
    for (size_t i = 0; list != NULL && i < page->columns->count; i++) {
        const struct column *column = page->columns->list[i];
        if (column_is_shown(column)) {
            list[count++] = (struct web_column){
                .id = column->id,
                .name = column->item.name,
                .unit = column->item.unit,
                .type = type_of(page, &column->item),
            };
        }
    }
    if (list != NULL)
        web_set_columns(page->web, list, count);
    free(list);
}

/* --- Frames --- */

#define WHOLE_MAX (UINT64_C(1) << 53) /* a double can hold all integers up to this */

/* The text is needed where the number is not enough: enumerators, structs, text, and integers
 * that no double has. */
static bool needs_text(const struct ocd_value *value)
{
    if (value->kind == OCD_VALUE_INTEGER)
        return value->is_signed && (int64_t)value->number < 0 ? 0 - value->number > WHOLE_MAX
                                                              : value->number > WHOLE_MAX;
    return value->kind != OCD_VALUE_FLOAT;
}

/* The double that is written with as few digits as this float: 0.1, and not 0.10000000149011612. */
static double widen(float narrow)
{
    char text[32] = "";
    for (int digits = 6; digits <= 9; digits++) {
        snprintf(text, sizeof(text), "%.*g", digits, (double)narrow);
        if (strtof(text, NULL) == narrow)
            break;
    }
    return strtod(text, NULL);
}

static void fill(struct web_value *to, const struct ocd_sample *sample, struct line *text)
{
    struct number number = sample_number(sample);
    *to = (struct web_value){
        .has_number = number.kind != NUMBER_NONE,
        .number = number_real(&number),
        .flag = sample != NULL ? sample_flag(sample) : "unreadable",
        .cause = sample != NULL && sample->error != NULL ? sample->error->text : NULL,
    };
    if (sample_has_value(sample) && sample->value->kind == OCD_VALUE_FLOAT &&
        sample->value->size == sizeof(float))
        to->number = widen((float)to->number);
    if (sample_has_value(sample) && needs_text(sample->value)) {
        line_clear(text);
        if (value_text(sample->value, text))
            to->text = text->text;
    }
}

void page_frame(struct page *page, const struct ocd_frame *frame)
{
    size_t count = 0;
    if (page->web == NULL)
        return;
    struct web_value *values = calloc(page->columns->count + 1, sizeof(*values));
    struct line *texts = calloc(page->columns->count + 1, sizeof(*texts));
    for (size_t i = 0; values != NULL && texts != NULL && i < page->columns->count; i++) {
        const struct column *column = page->columns->list[i];
        if (!column_is_shown(column))
            continue;
        fill(&values[count], column->sample, &texts[count]);
        count++;
    }
    const struct web_frame made = {
        .time = (double)frame->host_us / 1e6,
        .state = ocd_state_name(frame->state),
        .values = values,
        .count = count,
    };
    if (values != NULL && texts != NULL)
        web_add_frame(page->web, &made);
    for (size_t i = 0; texts != NULL && i < count; i++)
        line_free(&texts[i]);
    free(texts);
    free(values);
}

void page_gap(struct page *page, const struct ocd_gap *gap)
{
    if (page->web == NULL)
        return;
    const struct web_gap made = {
        .time = (double)gap->from_us / 1e6,
        .seconds = (double)gap->length_us / 1e6,
        .reason = ocd_gap_name(gap->reason),
        .cause = gap->error != NULL ? gap->error->text : NULL,
    };
    web_add_gap(page->web, &made);
}

void page_say(struct page *page, const char *message)
{
    if (page->web != NULL)
        web_add_note(page->web, message);
}

int page_fd(const struct page *page)
{
    return page->web != NULL ? web_fd(page->web) : -1;
}

int page_due(const struct page *page)
{
    return page->web != NULL ? web_timeout(page->web) : -1;
}

void page_process(struct page *page)
{
    if (page->web != NULL)
        web_process(page->web);
}
