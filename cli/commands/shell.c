// SPDX-License-Identifier: MIT
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "complete.h"
#include "editor.h"
#include "output.h"
#include "report.h"
#include "signals.h"
#include "spawn/shell_split.h"
#include "text.h"

static const char help[] =
    "usage: ocd shell\n"
    "\n"
    "Reads commands, one a line, and runs them in one session: the tool's own,\n"
    "written as after 'ocd', and everything else as Tcl by OpenOCD, whose result is\n"
    "printed.\n"
    "Where both have a command of the same name 'cmd NAME...' is OpenOCD's.\n"
    "\n"
    "On a terminal lines can be edited and completed (Tab: commands of both, names of\n"
    "targets and registers, and with -e variables and their members), the history is\n"
    "kept in ~/.ocd_history or in $OCD_HISTORY (empty: nowhere), and Ctrl-C ends the\n"
    "command that runs, not the shell. 'exit', 'quit' or Ctrl-D end it. From a file\n"
    "or pipe the lines are run as they come; the exit code is that of the last one.\n"
    "An ELF file that has been built anew is read again before the next command.\n"
    "\n"
    "  help [COMMAND]          explain the tool or a command\n"
    "  exit, quit              end the shell\n";

static const struct option no_options[] = {{0}};

/* Words of OpenOCD's that can be completed, asked for when they are first needed. */
struct vocabulary {
    char *text; /* one word a line; NULL: not asked yet */
    bool asked;
};

struct shell {
    struct cli *cli;
    struct editor editor;
    struct vocabulary commands;
    struct vocabulary names; /* targets and registers */
};

/* The result of a script, or NULL. Failures are ignored: it is only for completion. */
static char *ask(struct shell *shell, const char *tcl)
{
    char *text = NULL;
    struct ocd_call call = {.timeout_ms = 1000};
    struct ocd_op *op = ocd_command_async(shell->cli->session, tcl, &text, &call);
    cli_wait(shell->cli, op);
    ocd_op_free(op);
    return text;
}

static void add_vocabulary(struct shell *shell, struct vocabulary *v, const char *tcl,
                           void (*add)(const char *word))
{
    if (!v->asked) {
        v->asked = true;
        v->text = ask(shell, tcl);
    }
    if (v->text == NULL)
        return;
    char *copy = strdup(v->text);
    char *save = NULL;
    char *word = copy != NULL ? strtok_r(copy, "\n", &save) : NULL;
    while (word != NULL) {
        add(word);
        word = strtok_r(NULL, "\n", &save);
    }
    free(copy);
}

/* The first word is a command, others may be names. */
static void complete(const char *line, size_t start, void (*add)(const char *word), void *user)
{
    struct shell *shell = user;
    bool first = strspn(line, " \t") >= start;

    if (first) {
        commands_each(add);
        add("exit");
        add("help");
        add("quit");
        add_vocabulary(shell, &shell->commands, "join [lsort [info commands]] \\n", add);
    } else {
        complete_names(shell->cli, line + start, add);
    }
    add_vocabulary(shell, &shell->names,
                   "set names [target names]; catch {foreach {all name} "
                   "[regexp -all -inline {\\(\\d+\\) (\\S+) \\(/\\d+\\)} [capture reg]] "
                   "{lappend names $name}}; join $names \\n",
                   add);
}

static int run_tcl(struct cli *cli, char *line)
{
    char name[] = "cmd";
    char end[] = "--";
    char *argv[] = {name, end, line, NULL};

    return commands_run(cli, 3, argv);
}

/* A line of the tool's own command language. */
static int run_words(struct cli *cli, const char *line)
{
    struct ocd_shell_words words;
    int status;

    if (ocd__shell_split(&words, line)) {
        status = commands_run(cli, (int)words.count, words.word);
    } else if (words.fault == NULL) {
        status = report_local(cli, "shell", ENOMEM);
    } else {
        char message[256];
        snprintf(message, sizeof(message), "%s at character %zu of '%s'", words.fault, words.column,
                 line);
        status = report_message(cli, CLI_USAGE, "shell", message);
    }
    ocd__shell_words_free(&words);
    return status;
}

static bool is_word(const char *line, const char *word)
{
    size_t length = strlen(word);

    return strncmp(line, word, length) == 0 && strchr(" \t", line[length]) != NULL;
}

static int run_line(struct shell *shell, char *line, bool *end)
{
    struct cli *cli = shell->cli;
    const struct cli before = *cli;
    char *text = line + strspn(line, " \t");
    size_t end_of_text = strlen(text);
    char word[32];
    size_t length = strcspn(text, " \t");

    while (end_of_text > 0 && text[end_of_text - 1] == '\r') /* a file from Windows */
        text[--end_of_text] = '\0';
    *end = is_word(text, "exit") || is_word(text, "quit");
    if (*end || text[0] == '\0' || text[0] == '#')
        return CLI_DONE;
    snprintf(word, sizeof(word), "%.*s", (int)(length < 31 ? length : 31), text);
    int status = commands_find(word) != NULL || strcmp(word, "help") == 0 ? run_words(cli, text)
                                                                          : run_tcl(cli, text);
    cli->command = before.command;
    cli->settings = before.settings;
    return fflush(stdout) != 0 && status == CLI_DONE ? report_local(cli, "standard output", errno)
                                                     : status;
}

static char *history_path(void)
{
    const char *named = getenv("OCD_HISTORY");
    const char *home = getenv("HOME");
    char *path = NULL;

    if (named != NULL)
        return named[0] != '\0' ? strdup(named) : NULL;
    if (home != NULL && home[0] != '\0' && (path = malloc(strlen(home) + 16)) != NULL)
        sprintf(path, "%s/.ocd_history", home);
    return path;
}

/* Runs until the end of the input. Ctrl-C ends the running command, or drops the line. */
static int loop(struct shell *shell)
{
    int status = CLI_DONE;
    bool end = false;

    while (!end) {
        char *line = editor_line(&shell->editor);
        if (line == NULL && (!shell->editor.interactive || signals_caught() != SIGINT))
            break;
        if (line == NULL)
            putchar('\n');
        else
            status = run_line(shell, line, &end);
        free(line);
        if (signals_caught() == SIGINT && shell->editor.interactive)
            signals_forget();
        else if (signals_caught() != 0)
            break;
    }
    return signals_caught() != 0 ? CLI_SIGNAL + signals_caught() : status;
}

static int run(struct cli *cli, const struct args *args)
{
    struct shell shell = {.cli = cli};
    char *history;
    int status = cli_connect(cli);

    (void)args;
    if (status != CLI_DONE)
        return status;
    cli->shell = true;
    history = history_path();
    editor_open(&shell.editor, "ocd> ", history, complete, &shell);
    free(history);
    status = loop(&shell);
    if (shell.editor.interactive)
        putchar('\n');
    editor_close(&shell.editor);
    ocd_free(shell.commands.text);
    ocd_free(shell.names.text);
    return status;
}

const struct command command_shell = {
    .name = "shell", .help = help, .options = no_options, .run = run};
