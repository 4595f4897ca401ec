// SPDX-License-Identifier: MIT
#include "watch/options.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"
#include "report.h"
#include "watch/rows/ring.h"
#include "watch/screen/terminal.h"

#define RATE_DEFAULT 10
/* Another client may load flash meanwhile, and a run is to last for days. */
#define BUSY_MAX_MS (5u * 60 * 1000)
#define RATE_LEAST  1e-4
#define RATE_MOST   1e6

static bool is_one_of(const char *word, const char *const *words, size_t count, size_t *found)
{
    for (*found = 0; *found < count; (*found)++)
        if (strcmp(word, words[*found]) == 0)
            return true;
    return false;
}

/* --- Numbers --- */

static int parse_rate(struct cli *cli, const struct args *args, struct watch_options *o)
{
    const char *word = args->value[ARGS_RATE];
    char *end;
    o->rate = RATE_DEFAULT;
    if (word == NULL)
        return CLI_DONE;
    if (strcmp(word, "max") == 0) {
        o->rate = OCD_RATE_MAX;
        return CLI_DONE;
    }
    o->rate = strtod(word, &end);
    if (end == word || *end != '\0' || !(o->rate >= RATE_LEAST && o->rate <= RATE_MOST))
        return report_word(cli, "--rate", word, "is not a rate: frames a second, or max");
    return CLI_DONE;
}

static int parse_count(struct cli *cli, const struct args *args, int key, const char *name,
                       uint64_t *count)
{
    const char *word = args->value[key];
    const char *wrong = word != NULL ? number_parse(word, count) : NULL;
    return wrong != NULL ? report_word(cli, name, word, wrong) : CLI_DONE;
}

static int parse_length(struct cli *cli, const struct args *args, struct watch_options *o)
{
    const char *word = args->value[ARGS_FOR];
    const char *wrong = word != NULL ? number_parse_seconds(word, &o->run_ms) : NULL;
    if (wrong != NULL)
        return report_word(cli, "--for", word, wrong);
    if (o->run_ms == UINT32_MAX)
        o->run_ms = 0;
    return parse_count(cli, args, ARGS_COUNT, "--count", &o->frames);
}

/* --- Words --- */

static int parse_tear(struct cli *cli, const struct args *args, struct watch_options *o)
{
    static const char *const words[] = {"check", "ignore", "halt"};
    static const enum ocd_tear tears[] = {OCD_TEAR_CHECK, OCD_TEAR_IGNORE, OCD_TEAR_HALT};
    const char *word = args->value[ARGS_TEAR];
    size_t found;
    if (word == NULL)
        return CLI_DONE;
    if (!is_one_of(word, words, 3, &found))
        return report_word(cli, "--tear", word, "is not check, halt or ignore");
    o->tear = tears[found];
    return CLI_DONE;
}

static int parse_clock(struct cli *cli, const struct args *args, struct watch_options *o)
{
    static const char *const words[] = {"host", "server", "target"};
    const char *word = args->value[ARGS_CLOCK];
    size_t found;
    if (word == NULL)
        return CLI_DONE;
    if (!is_one_of(word, words, 3, &found))
        return report_word(cli, "--clock", word, "is not host, server or target");
    o->clock = (enum rows_clock)found;
    return CLI_DONE;
}

/* --- Where rows go --- */

static bool ends_in(const char *path, const char *suffix)
{
    size_t size = strlen(path), length = strlen(suffix);
    return size > length && strcmp(path + size - length, suffix) == 0;
}

static bool names_json(const char *path)
{
    return ends_in(path, ".json") || ends_in(path, ".jsonl") || ends_in(path, ".ndjson");
}

static int parse_format(struct cli *cli, const struct args *args, struct watch_options *o)
{
    static const char *const words[] = {"table", "csv", "json"};
    const char *word = args->value['f'];
    bool terminal = terminal_is_there();
    bool to_file = o->path != NULL;
    size_t found;
    if (word == NULL) {
        o->table = terminal && (!to_file || strcmp(o->path, "-") != 0);
        o->rows = !o->table || to_file;
        o->json = to_file && names_json(o->path);
        return CLI_DONE;
    }
    if (!is_one_of(word, words, 3, &found))
        return report_word(cli, "-f", word, "is not a format (table, csv or json)");
    if (found == 0 && !terminal)
        return report_usage(cli, "-f table needs a terminal: standard output is none");
    o->table = found == 0 || (to_file && terminal && strcmp(o->path, "-") != 0);
    o->rows = found != 0 || to_file;
    o->json = found == 2 || (found == 0 && to_file && names_json(o->path));
    return CLI_DONE;
}

static int parse_output(struct cli *cli, const struct args *args, struct watch_options *o)
{
    bool append = args_has(args, ARGS_APPEND), force = args_has(args, ARGS_FORCE);
    o->path = args->value['o'];
    o->mode = append ? RECORD_APPEND : force ? RECORD_FORCE : RECORD_NEW;
    o->changes = args_has(args, ARGS_CHANGES);
    if (append && force)
        return report_usage(cli, "--append and --force exclude each other");
    if ((append || force) && o->path == NULL)
        return report_usage(cli, "--append and --force say what -o FILE does");
    return parse_format(cli, args, o);
}

/* --- The trigger and the page --- */

static int parse_trigger(struct cli *cli, const struct args *args, struct watch_options *o)
{
    const char *text = args->value[ARGS_TRIGGER];
    o->has_trigger = text != NULL;
    o->has_post = args_has(args, ARGS_POST);
    if (text == NULL) {
        if (o->has_post || args_has(args, ARGS_PRE))
            return report_usage(cli, "--pre and --post count frames around a --trigger");
        return CLI_DONE;
    }
    const char *wrong = condition_parse(&o->trigger, text);
    if (wrong != NULL)
        return report_word(cli, "--trigger", text, wrong);
    int status = parse_count(cli, args, ARGS_PRE, "--pre", &o->pre);
    if (status == CLI_DONE)
        status = parse_count(cli, args, ARGS_POST, "--post", &o->post);
    if (status == CLI_DONE && o->pre > RING_PRE_MAX)
        status = report_word(cli, "--pre", args->value[ARGS_PRE], "is more than 1000000 frames");
    return status;
}

static int parse_web(struct cli *cli, const struct args *args, struct watch_options *o)
{
    const char *port = args->value[ARGS_WEB];
    o->web = port != NULL;
    o->web_write = args_has(args, ARGS_WEB_WRITE);
    if (o->web_write && !o->web)
        return report_usage(cli, "--web-write allows the page of --web to write");
    const char *wrong = o->web && port[0] != '\0' ? number_parse_port(port, &o->web_port) : NULL;
    return wrong != NULL ? report_word(cli, "--web", port, wrong) : CLI_DONE;
}

int options_parse(struct cli *cli, const struct args *args, struct watch_options *options)
{
    static int (*const parsers[])(struct cli *, const struct args *, struct watch_options *) = {
        parse_rate, parse_length, parse_output, parse_trigger, parse_tear, parse_clock, parse_web};
    *options = (struct watch_options){
        .timeout_ms = args_has(args, ARGS_TIMEOUT) ? cli->settings.timeout_ms : BUSY_MAX_MS,
        .merge = args_has(args, ARGS_MERGE),
    };
    for (size_t i = 0; i < sizeof(parsers) / sizeof(*parsers); i++) {
        int status = parsers[i](cli, args, options);
        if (status != CLI_DONE)
            return status;
    }
    return CLI_DONE;
}

void options_free(struct watch_options *options)
{
    condition_free(&options->trigger);
}
