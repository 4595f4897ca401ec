// SPDX-License-Identifier: MIT
#include "watch/actions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "complete.h"
#include "elf.h"
#include "watch/watch.h"

#define WORDS_MAX 1000

static void explain(const struct watch *watch, int result, char message[ACTIONS_MESSAGE_MAX])
{
    const struct ocd_error *error = ocd_last_error(watch->cli->session);
    bool fits = error != NULL && error->code == result && error->text[0] != '\0';
    snprintf(message, ACTIONS_MESSAGE_MAX, "%s", fits ? error->text : ocd_strerror(result));
}

/* --- Add and remove --- */

int watch_add(struct watch *watch, struct item *item, struct column **added)
{
    struct ocd_sampler_item wanted = {
        .expression = item->is_address ? NULL : item->text,
        .addr = item->addr,
        .type = item->type,
        .count = item->count,
        .tear = watch->options->tear,
    };
    uint32_t id = 0;
    int result = ocd_sampler_add(watch->sampler, &wanted, &id);
    if (result != OCD_OK) {
        item_free(item);
        return result;
    }
    struct column *column = columns_add(&watch->columns, item);
    if (column == NULL) {
        ocd_sampler_remove(watch->sampler, id);
        return OCD_ERR_NOMEM;
    }
    column->id = id;
    *added = column;
    return OCD_OK;
}

/* "ITEM", or "ITEM --as NAME,UNIT" as in a file. */
static const char *parse(struct item *item, const char *text)
{
    char *copy = strdup(text);
    if (copy == NULL)
        return "cannot be kept: out of memory";
    char *as = items_split(copy);
    const char *wrong = item_parse(item, copy);
    if (wrong == NULL && as != NULL)
        wrong = item_rename(item, as);
    free(copy);
    return wrong;
}

static bool do_add(void *user, const char *text, char message[ACTIONS_MESSAGE_MAX])
{
    struct watch *watch = user;
    struct item item;
    struct column *column;
    const char *wrong = parse(&item, text);
    if (wrong == NULL && columns_named(&watch->columns, item.name) != NULL)
        wrong = "is watched already";
    if (wrong == NULL && !item.is_address && watch->symbols == NULL)
        wrong = "needs an ELF file, -e FILE";
    if (wrong != NULL) {
        snprintf(message, ACTIONS_MESSAGE_MAX, "'%.200s' %s", text, wrong);
        item_free(&item);
        return false;
    }
    int result = watch_add(watch, &item, &column);
    if (result != OCD_OK) {
        explain(watch, result, message);
        return false;
    }
    page_set_columns(&watch->page);
    if (watch->options->rows && !watch->rows.json)
        watch_say(watch, "%s is not in the rows of CSV, whose columns stay", column->item.name);
    return true;
}

static bool do_remove(void *user, uint32_t id, char message[ACTIONS_MESSAGE_MAX])
{
    struct watch *watch = user;
    struct column *column = columns_find(&watch->columns, id);
    if (column == NULL || !column_is_shown(column)) {
        snprintf(message, ACTIONS_MESSAGE_MAX, "no such value is watched");
        return false;
    }
    /* The trigger still wants it. */
    if (watch->trigger != NULL && column == watch->trigger_column) {
        snprintf(message, ACTIONS_MESSAGE_MAX, "the trigger needs it");
        return false;
    }
    int result = ocd_sampler_remove(watch->sampler, id);
    if (result != OCD_OK) {
        explain(watch, result, message);
        return false;
    }
    column->removed = true;
    page_set_columns(&watch->page);
    return true;
}

/* --- Writes --- */

static void end_write(struct watch *watch, struct watch_write *write)
{
    int result = ocd_op_result(write->op);
    const struct ocd_error *error = ocd_op_error(write->op);
    const struct column *column = columns_find(&watch->columns, write->id);
    if (result != OCD_OK && result != OCD_ERR_CANCELLED && column != NULL)
        watch_say_failure(watch, column, error);
    ocd_op_free(write->op);
    write->op = NULL;
}

void watch_check_writes(struct watch *watch)
{
    for (size_t i = 0; i < WATCH_WRITES_MAX; i++) {
        struct watch_write *write = &watch->writes[i];
        if (write->op != NULL && ocd_op_result(write->op) != OCD_PENDING)
            end_write(watch, write);
    }
}

void watch_drop_writes(struct watch *watch)
{
    for (size_t i = 0; i < WATCH_WRITES_MAX; i++) {
        ocd_op_free(watch->writes[i].op);
        watch->writes[i].op = NULL;
    }
}

static struct watch_write *free_write(struct watch *watch)
{
    for (size_t i = 0; i < WATCH_WRITES_MAX; i++)
        if (watch->writes[i].op == NULL)
            return &watch->writes[i];
    return NULL;
}

/* A malformed value is reported at once, a failure of the target later. */
static bool do_write(void *user, uint32_t id, const char *value, char message[ACTIONS_MESSAGE_MAX])
{
    struct watch *watch = user;
    struct watch_write *write = free_write(watch);
    struct ocd_call call = cli_call(watch->cli);
    if (write == NULL) {
        snprintf(message, ACTIONS_MESSAGE_MAX, "earlier writes have not ended");
        return false;
    }
    *write = (struct watch_write){.op = ocd_sampler_write_async(watch->sampler, id, value, &call),
                                  .id = id};
    if (write->op == NULL) {
        explain(watch, OCD_ERR_NOMEM, message);
        return false;
    }
    int result = ocd_op_result(write->op);
    if (result == OCD_PENDING || result == OCD_OK)
        return true;
    const struct ocd_error *error = ocd_op_error(write->op);
    snprintf(message, ACTIONS_MESSAGE_MAX, "%s",
             error != NULL ? error->text : ocd_strerror(result));
    ocd_op_free(write->op);
    write->op = NULL;
    return false;
}

/* --- Names --- */

/* The callback of complete_names() has no user argument. */
static struct {
    char *words[WORDS_MAX];
    size_t count;
    const char *begin;
} found;

static void forget_words(void)
{
    for (size_t i = 0; i < found.count; i++)
        free(found.words[i]);
    found.count = 0;
}

static void add_word(const char *word)
{
    if (found.count == WORDS_MAX || strncmp(word, found.begin, strlen(found.begin)) != 0)
        return;
    for (size_t i = 0; i < found.count; i++)
        if (strcmp(found.words[i], word) == 0)
            return;
    char *copy = strdup(word);
    if (copy != NULL)
        found.words[found.count++] = copy;
}

static const char *const *do_complete(void *user, const char *text, size_t *count)
{
    struct watch *watch = user;
    forget_words();
    found.begin = text;
    if (watch->symbols != NULL)
        complete_names(watch->cli, text, add_word);
    *count = found.count;
    return (const char *const *)found.words;
}

static void do_reset(void *user)
{
    struct watch *watch = user;
    for (size_t i = 0; i < watch->columns.count; i++) {
        stats_reset(&watch->columns.list[i]->stats);
        spark_reset(&watch->columns.list[i]->spark);
    }
}

struct actions watch_actions(struct watch *watch)
{
    return (struct actions){
        .add = do_add,
        .remove = do_remove,
        .write = do_write,
        .complete = do_complete,
        .reset = do_reset,
        .user = watch,
    };
}
