// SPDX-License-Identifier: MIT
#include "watch/screen/screen.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "watch/rows/value.h"
#include "watch/screen/table.h"
#include "watch/screen/terminal.h"

#define DRAW_MS   50 /* between two drawings of the table */
#define ESCAPE_MS 50 /* after which an escape is the key and no sequence */

static const char help[] = "p pause  r reset  a add  d remove  w write  up/down select  q quit";
static const char *const labels[] = {"", "add: ", "remove: ", "write: "};

int screen_open(struct screen *screen, struct columns *columns, const struct actions *actions)
{
    *screen = (struct screen){.columns = columns, .actions = actions};
    setlocale(LC_CTYPE, "");
    screen->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    screen->keys_ended = !terminal_has_keys();
    int error = terminal_enter();
    screen->open = error == 0;
    screen->stale = true;
    return error;
}

void screen_say(struct screen *screen, const char *message)
{
    snprintf(screen->message, sizeof(screen->message), "%s", message);
    screen->stale = true;
}

/* --- The table --- */

/* Column number `at` of those that are shown; NULL: there is none. */
static struct column *shown_column(const struct screen *screen, size_t at)
{
    for (size_t i = 0; i < screen->columns->count; i++)
        if (column_is_shown(screen->columns->list[i]) && at-- == 0)
            return screen->columns->list[i];
    return NULL;
}

static size_t count_shown(const struct screen *screen)
{
    size_t count = 0;
    while (shown_column(screen, count) != NULL)
        count++;
    return count;
}

static void take_sample(struct column *column)
{
    const struct ocd_sample *sample = column->sample;
    if (sample == NULL)
        return;
    column->flag = sample_flag(sample);
    column->has_number = sample_number(sample).kind != NUMBER_NONE;
    if (sample_has_value(sample)) {
        line_clear(&column->shown);
        value_text(sample->value, &column->shown);
    }
    struct number number = sample_number(sample);
    spark_add(&column->spark, number_real(&number));
}

void screen_frame(struct screen *screen, int64_t now_ms)
{
    /* Frames that come faster than the table is drawn are not formatted. */
    if (!screen->open || screen->paused || (screen->stale && now_ms - screen->drawn_ms < DRAW_MS))
        return;
    for (size_t i = 0; i < screen->columns->count; i++)
        if (column_is_shown(screen->columns->list[i]))
            take_sample(screen->columns->list[i]);
    screen->stale = true;
}

static struct table_row row_of(const struct column *column, int64_t now_us)
{
    const struct stats *stats = &column->stats;
    return (struct table_row){
        .name = column->item.name,
        .unit = column->item.unit,
        .value = column->shown.size > 0 ? column->shown.text : "",
        .flag = column->flag,
        .has_numbers = stats->numbers > 0,
        .min = stats->min,
        .max = stats->max,
        .mean = stats->mean,
        .rate = stats_rate(stats, now_us),
        .spark = &column->spark,
    };
}

/* The table of the last frame; without `prompt` as it stays after the end. */
static bool make_table(const struct screen *screen, int64_t now_us, bool prompt, struct line *out)
{
    char status[SCREEN_MESSAGE_MAX + PROMPT_MAX];
    const char *no_color = getenv("NO_COLOR");
    struct table table = {
        .count = count_shown(screen),
        .utf8 = screen->utf8,
        .mark = prompt,
        .colour = prompt && (no_color == NULL || no_color[0] == '\0'),
    };
    struct table_row *rows = calloc(table.count + 1, sizeof(*rows));
    if (rows == NULL)
        return false;
    for (size_t i = 0; i < table.count; i++)
        rows[i] = row_of(shown_column(screen, i), now_us);
    bool asking = screen->asking != SCREEN_KEYS;
    snprintf(status, sizeof(status), "%s%s",
             asking                       ? labels[screen->asking]
             : screen->message[0] != '\0' ? screen->message
             : screen->keys_ended         ? ""
                                          : help,
             asking ? screen->prompt.text : "");
    terminal_size(&table.width, &table.height);
    table.rows = rows;
    table.selected = prompt ? screen->selected : 0;
    table.height = prompt ? table.height : table.count + 3;
    table.title = asking && screen->message[0] != '\0' ? screen->message : screen->title;
    table.status = prompt ? status : "";
    table_draw(&table, out);
    free(rows);
    return !out->failed;
}

/* Columns before the cursor: each character is taken for one. */
static size_t cursor_column(const struct screen *screen)
{
    size_t column = strlen(labels[screen->asking]);
    for (size_t i = 0; i < screen->prompt.at; i++)
        column += ((unsigned char)screen->prompt.text[i] & 0xC0) != 0x80;
    return column;
}

int screen_due(const struct screen *screen, int64_t now_ms)
{
    if (!screen->open || (!screen->stale && screen->keys.size == 0))
        return -1;
    int64_t end = screen->stale ? screen->drawn_ms + DRAW_MS : screen->key_ms + ESCAPE_MS;
    return end > now_ms ? (int)(end - now_ms) : 0;
}

void screen_draw(struct screen *screen, int64_t now_ms, int64_t now_us)
{
    struct line lines = {0};
    if (!screen->open || !screen->stale || now_ms - screen->drawn_ms < DRAW_MS)
        return;
    screen->stale = false;
    screen->drawn_ms = now_ms;
    if (make_table(screen, now_us, true, &lines))
        terminal_draw(&lines, screen->asking != SCREEN_KEYS, cursor_column(screen));
    line_free(&lines);
}

void screen_close(struct screen *screen)
{
    struct line lines = {0};
    if (!screen->open)
        return;
    terminal_leave();
    screen->open = false;
    if (make_table(screen, 0, false, &lines)) {
        fwrite(lines.text, 1, lines.size, stdout);
        fflush(stdout);
    }
    line_free(&lines);
}

/* --- Keys --- */

static void ask(struct screen *screen, enum screen_prompt what, const char *text)
{
    screen->asking = what;
    screen->message[0] = '\0';
    prompt_begin(&screen->prompt, text);
}

/* The name of the selected value, and what follows it. */
static void ask_of_selected(struct screen *screen, enum screen_prompt what, const char *after)
{
    char text[PROMPT_MAX];
    const struct column *column = shown_column(screen, screen->selected);
    if (column == NULL) {
        screen_say(screen, "there is no value: a adds one");
        return;
    }
    snprintf(text, sizeof(text), "%s%s", column->item.name, after);
    ask(screen, what, text);
}

static void reset(struct screen *screen)
{
    screen->actions->reset(screen->actions->user);
    screen_say(screen, "min, max, mean and curves begin anew");
}

static void pause_or_go_on(struct screen *screen)
{
    screen->paused = !screen->paused;
    screen_say(screen, screen->paused ? "paused: values are still read; p goes on" : "");
}

static void select_other(struct screen *screen, bool down)
{
    size_t count = count_shown(screen);
    if (down && screen->selected + 1 < count)
        screen->selected++;
    if (!down && screen->selected > 0)
        screen->selected--;
}

static void take_letter(struct screen *screen, char letter)
{
    screen->message[0] = '\0';
    switch (letter) {
    case 'p':
    case ' ':
        pause_or_go_on(screen);
        break;
    case 'r':
        reset(screen);
        break;
    case 'a':
        ask(screen, SCREEN_ADD, "");
        break;
    case 'd':
        ask_of_selected(screen, SCREEN_REMOVE, "");
        break;
    case 'w':
        ask_of_selected(screen, SCREEN_WRITE, " = ");
        break;
    case 'j':
    case 'k':
        select_other(screen, letter == 'j');
        break;
    case 'q':
        screen->quit = true;
        break;
    default:
        break;
    }
}

/* --- Answers to the prompt --- */

/* The value whose name is the first `size` bytes of `text`. */
static struct column *find_named(struct screen *screen, const char *text, size_t size)
{
    char name[PROMPT_MAX];
    snprintf(name, sizeof(name), "%.*s", (int)size, text);
    struct column *column = columns_named(screen->columns, name);
    if (column == NULL)
        screen_say(screen, "no value of that name is watched");
    return column;
}

static bool do_remove(struct screen *screen, char message[ACTIONS_MESSAGE_MAX])
{
    const struct column *column =
        find_named(screen, screen->prompt.text, strlen(screen->prompt.text));
    if (column == NULL)
        return false;
    bool done = screen->actions->remove(screen->actions->user, column->id, message);
    size_t count = count_shown(screen);
    if (done && screen->selected >= count && count > 0)
        screen->selected = count - 1;
    return done;
}

/* NAME = VALUE */
static bool do_write(struct screen *screen, char message[ACTIONS_MESSAGE_MAX])
{
    const char *text = screen->prompt.text;
    const char *sign = strchr(text, '=');
    if (sign == NULL) {
        snprintf(message, ACTIONS_MESSAGE_MAX, "NAME = VALUE is wanted");
        return false;
    }
    size_t size = (size_t)(sign - text);
    while (size > 0 && text[size - 1] == ' ')
        size--;
    const struct column *column = find_named(screen, text, size);
    const char *value = sign + 1 + strspn(sign + 1, " ");
    return column != NULL &&
           screen->actions->write(screen->actions->user, column->id, value, message);
}

static void answer(struct screen *screen)
{
    char message[ACTIONS_MESSAGE_MAX] = "";
    enum screen_prompt asked = screen->asking;
    const char *text = screen->prompt.text;
    screen->asking = SCREEN_KEYS;
    screen->message[0] = '\0';
    if (text[strspn(text, " ")] == '\0')
        return;
    if (asked == SCREEN_ADD)
        screen->actions->add(screen->actions->user, text, message);
    else if (asked == SCREEN_REMOVE)
        do_remove(screen, message);
    else
        do_write(screen, message);
    if (message[0] != '\0')
        screen_say(screen, message);
}

/* Candidates are shown where there are several. */
static void show_candidates(struct screen *screen, const char *const *words, size_t count)
{
    size_t size = 0;
    screen->message[0] = '\0';
    for (size_t i = 0; i < count && count > 1 && size + 2 < sizeof(screen->message); i++) {
        int n = snprintf(screen->message + size, sizeof(screen->message) - size, "%s%s",
                         i > 0 ? "  " : "", words[i]);
        size += n > 0 ? (size_t)n : 0;
    }
}

static void complete(struct screen *screen)
{
    char text[PROMPT_MAX];
    size_t count = 0;
    if (screen->asking != SCREEN_ADD)
        return;
    snprintf(text, sizeof(text), "%.*s", (int)screen->prompt.at, screen->prompt.text);
    const char *const *words = screen->actions->complete(screen->actions->user, text, &count);
    prompt_complete(&screen->prompt, words, count);
    show_candidates(screen, words, count);
}

static void take_key(struct screen *screen, enum key key, char byte)
{
    screen->stale = screen->stale || key != KEY_NONE;
    if (screen->asking == SCREEN_KEYS) {
        if (key == KEY_CHARACTER)
            take_letter(screen, byte);
        else if (key == KEY_UP || key == KEY_DOWN)
            select_other(screen, key == KEY_DOWN);
        else if (key == KEY_DELETE)
            ask_of_selected(screen, SCREEN_REMOVE, "");
        else if (key == KEY_ESCAPE)
            screen->message[0] = '\0';
        return;
    }
    if (key == KEY_ESCAPE) {
        screen->asking = SCREEN_KEYS;
        screen->message[0] = '\0';
    } else if (key == KEY_ENTER) {
        answer(screen);
    } else if (key == KEY_TAB) {
        complete(screen);
    } else {
        prompt_key(&screen->prompt, key, byte);
    }
}

int screen_fd(const struct screen *screen)
{
    return screen->open && !screen->keys_ended ? STDIN_FILENO : -1;
}

void screen_read(struct screen *screen, int64_t now_ms)
{
    char bytes[256];
    if (screen->keys.size > 0 && now_ms - screen->key_ms >= ESCAPE_MS)
        take_key(screen, keys_rest(&screen->keys), 0);
    if (screen_fd(screen) < 0)
        return;
    ssize_t n = read(STDIN_FILENO, bytes, sizeof(bytes));
    if (n < 0 && errno != EINTR && errno != EAGAIN)
        screen->keys_ended = true; /* the terminal is gone */
    for (ssize_t i = 0; i < n && !screen->quit; i++) {
        enum key key = keys_take(&screen->keys, bytes[i]);
        screen->key_ms = now_ms;
        take_key(screen, key, bytes[i]);
    }
}
