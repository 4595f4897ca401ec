// SPDX-License-Identifier: MIT
#include "completion.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "complete.h"
#include "report.h"
#include "spawn/shell_split.h"
#include "text.h"

#define OPTIONS_MAX 64
#define CONNECT_MS  1000 /* short: a person waits for the list of targets */

/* The end of the command line. */
struct position {
    const struct command *command; /* NULL: none so far */
    const struct option *option;   /* whose argument the last word is; NULL: of none */
    bool help;                     /* the words of `ocd help` */
    char *word;                    /* the last one, from where candidates take its place */
    size_t words;                  /* before it, not counting the option whose argument it is */
};

/* The callbacks have no user argument. */
static struct {
    const char *word;   /* what candidates begin with */
    const char *before; /* what is printed before each: "--target=" */
    size_t before_size;
} wanted;

static void put(const char *candidate)
{
    if (strncmp(candidate, wanted.word, strlen(wanted.word)) == 0) {
        printf("%.*s", (int)wanted.before_size, wanted.before);
        text_print_line(stdout, candidate);
        putchar('\n');
    }
}

static void put_options(const struct option *options)
{
    char word[64];
    for (; options->name != NULL; options++) {
        snprintf(word, sizeof(word), "--%s", options->name);
        put(word);
    }
}

/* --- What a help text says of an option --- */

/* Words that arguments of options are made of. */
static const char *const vocabulary[] = {
    "csv",   "table",  "text",    "json",    "hexdump", "hex",       "dec",     "bin",    "signed",
    "float", "string", "c-array", "ihex",    "srec",    "elf",       "8",       "16",     "32",
    "64",    "little", "big",     "riscv32", "riscv64", "cortex-m3", "running", "halted",
};

static bool is_word_end(char c)
{
    return isalnum((unsigned char)c) == 0 && c != '-' && c != '_';
}

/* Whether a text has the word, not as a part of another. */
static bool has_word(const char *text, size_t size, const char *word)
{
    size_t length = strlen(word);
    for (size_t i = 0; i + length <= size; i++)
        if (memcmp(text + i, word, length) == 0 && (i == 0 || is_word_end(text[i - 1])) &&
            (i + length == size || is_word_end(text[i + length])))
            return true;
    return false;
}

/* The lines about an option: from its own up to the next option's. */
static const char *find_section(const char *help, const char *name, size_t *size)
{
    char long_name[64];
    snprintf(long_name, sizeof(long_name), "--%s ", name);
    for (const char *line = help; *line != '\0'; line += strcspn(line, "\n"), line += *line != 0) {
        size_t length = strcspn(line, "\n");
        const char *at = strstr(line, long_name);
        if (line[0] != ' ' || at == NULL || at > line + length || line[strspn(line, " ")] != '-')
            continue;
        const char *end = at;
        do {
            end += strcspn(end, "\n");
            end += *end != '\0' ? 1 : 0;
        } while (*end == ' ' && end[strspn(end, " ")] != '-');
        *size = (size_t)(end - at);
        return at;
    }
    return NULL;
}

static void put_vocabulary(const struct command *command, const struct option *option)
{
    size_t size;
    const char *section = find_section(command->help, option->name, &size);
    for (size_t i = 0; section != NULL && i < sizeof(vocabulary) / sizeof(*vocabulary); i++)
        if (has_word(section, size, vocabulary[i]))
            put(vocabulary[i]);
}

/* --- The running OpenOCD --- */

static void put_targets(struct cli *cli)
{
    struct ocd_target *targets = NULL;
    size_t count = 0;
    char subject[CLI_SUBJECT_MAX];
    cli->settings.timeout_ms = CONNECT_MS;
    cli->settings.target = NULL;
    cli->settings.wait_server = false;
    if (cli->settings.spawn != NULL)
        return;
    struct ocd_op *op = cli_connect_async(cli, subject);
    if (cli_wait(cli, op) == OCD_OK) {
        ocd_op_free(op);
        op = ocd_targets_async(cli->session, &targets, &count, NULL);
        cli_wait(cli, op);
    }
    for (size_t i = 0; i < count; i++)
        put(targets[i].name);
    ocd_op_free(op);
    ocd_free(targets);
    ocd_close(cli->session);
    cli->session = NULL;
}

/* --- Candidates --- */

static void put_list(const char *const *words)
{
    for (; *words != NULL; words++)
        put(*words);
}

static void put_argument(struct cli *cli, const struct position *at)
{
    static const char *const tears[] = {"check", "halt", "ignore", NULL};
    static const char *const clocks[] = {"host", "server", "target", NULL};
    static const char *const rates[] = {"max", NULL};
    switch (at->option->val) {
    case ARGS_TEAR:
        put_list(tears);
        break;
    case ARGS_CLOCK:
        put_list(clocks);
        break;
    case ARGS_RATE:
        put_list(rates);
        break;
    case ARGS_TRIGGER:
        complete_names(cli, at->word, put);
        puts(elf_given(cli) ? ":nospace" : ":");
        break;
    case 't':
        put_targets(cli);
        break;
    case 'e':
    case 'o':
    case ARGS_FLASH:
    case ARGS_RAM:
        puts(":files");
        break;
    default:
        if (at->command != NULL)
            put_vocabulary(at->command, at->option);
    }
}

static bool takes_files(const struct command *command)
{
    return command == &command_dump || command == &command_load || command == &command_verify ||
           command == &command_diff;
}

static void put_operand(struct cli *cli, const struct position *at)
{
    static const char *const modes[] = {"run", "halt", "init"};
    if (at->command == NULL) {
        commands_each(put);
        if (!at->help)
            put("help");
        return;
    }
    for (size_t i = 0; at->command == &command_reset && i < 3; i++)
        put(modes[i]);
    complete_names(cli, at->word, put);
    puts(takes_files(at->command) ? ":files" : elf_given(cli) ? ":nospace" : ":");
}

/* --- Where the line ends --- */

static const struct option *find_option(const struct option *options, const char *word)
{
    bool is_long = strncmp(word, "--", 2) == 0;
    size_t size = is_long ? strcspn(word + 2, "=") : 0;
    for (; options->name != NULL; options++)
        if (is_long ? strlen(options->name) == size && strncmp(options->name, word + 2, size) == 0
                    : word[0] == '-' && options->val == word[1])
            return options;
    return NULL;
}

/* The options that may be at the end of the line. */
static void find_options(const struct position *at, struct option options[OPTIONS_MAX])
{
    static const struct option none[] = {{0}};
    args_join(options, OPTIONS_MAX, at->command != NULL ? at->command->options : none,
              commands_options);
}

static void take_word(struct position *at, char *word)
{
    struct option options[OPTIONS_MAX];
    find_options(at, options);
    if (at->option != NULL) {
        at->option = NULL;
    } else if (word[0] == '-' && word[1] != '\0') {
        const struct option *option = find_option(options, word);
        bool has_argument =
            strncmp(word, "--", 2) == 0 ? strchr(word, '=') != NULL : word[2] != '\0';
        if (option != NULL && option->has_arg == required_argument && !has_argument) {
            static struct option found;
            found = *option;
            at->option = &found;
        }
    } else if (at->command == NULL && !at->help) {
        at->command = commands_find(word);
        at->help = strcmp(word, "help") == 0;
    }
}

/* "--target=ab": the argument begins after the sign. */
static void split_argument(struct position *at)
{
    static struct option found;
    struct option options[OPTIONS_MAX];
    char *sign = strchr(at->word, '=');
    find_options(at, options);
    const struct option *option =
        at->option == NULL && strncmp(at->word, "--", 2) == 0 && sign != NULL
            ? find_option(options, at->word)
            : NULL;
    if (option != NULL && option->has_arg == required_argument) {
        found = *option;
        at->option = &found;
        wanted.before = at->word;
        wanted.before_size = (size_t)(sign + 1 - at->word);
        at->word = sign + 1;
    }
}

static void complete_words(struct cli *cli, char **words, size_t count)
{
    struct position at = {.word = words[count - 1]};
    struct option options[OPTIONS_MAX];
    char message[300];
    struct args args = {0};
    for (size_t i = 1; i + 1 < count; i++)
        take_word(&at, words[i]);
    at.words = at.option != NULL ? count - 2 : count - 1;
    split_argument(&at);
    find_options(&at, options);
    wanted.word = at.word;
    cli->command = at.command != NULL ? at.command : &command_info;
    args_parse(&args, (int)at.words, words, options, false, message, sizeof(message));
    if (commands_settings(cli, &args) != CLI_DONE)
        return;
    if (at.option != NULL) {
        put_argument(cli, &at);
    } else if (at.word[0] == '-') {
        find_options(&at, options);
        put_options(options);
    } else {
        put_operand(cli, &at);
    }
}

static int complete_line(struct cli *cli, const char *line)
{
    struct ocd_shell_words words;
    char *list[512];
    static char empty[1] = "";
    size_t length = strlen(line);
    size_t count = 0;
    if (!ocd__shell_split(&words, line)) {
        ocd__shell_words_free(&words);
        return CLI_NO; /* within quotes nothing is completed */
    }
    for (; count < words.count && count < sizeof(list) / sizeof(*list) - 1; count++)
        list[count] = words.word[count];
    if (length == 0 || line[length - 1] == ' ' || count < 2)
        list[count++] = empty;
    if (count >= 2)
        complete_words(cli, list, count);
    ocd__shell_words_free(&words);
    return CLI_DONE;
}

int completion_run(struct cli *cli, int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--commands") == 0) {
        wanted.word = "";
        commands_each(put);
        return CLI_DONE;
    }
    if (argc == 3 && strcmp(argv[1], "--line") == 0)
        return complete_line(cli, argv[2]);
    return report_usage(cli, "complete is for shells: complete --line LINE, or --commands");
}
