// SPDX-License-Identifier: MIT
#include "report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hints.h"
#include "numbers.h"
#include "signals.h"
#include "text.h"

#define TRACE_MAX 400u /* bytes shown of one command or reply: head and tail */

/* A failure that is being put into words. */
struct failure {
    const char *code; /* for JSON */
    char *message;
    char *hint;
    size_t message_size;
    size_t hint_size;
    FILE *message_stream;
    FILE *hint_stream;
    bool has_addr;
    uint64_t addr;
};

static void begin(struct failure *f, const char *code)
{
    *f = (struct failure){.code = code};
    f->message_stream = open_memstream(&f->message, &f->message_size);
    f->hint_stream = open_memstream(&f->hint, &f->hint_size);
    if (f->message_stream == NULL || f->hint_stream == NULL) {
        fputs("ocd: out of memory\n", stderr);
        exit(CLI_LOCAL);
    }
}

static void print_json(const struct failure *f)
{
    fputs("{\"error\": {", stderr);
    text_print_member(stderr, "code", f->code);
    if (f->has_addr) {
        fprintf(stderr, "\"address\": \"0x%0*" PRIX64 "\", ", number_address_digits(f->addr, 1),
                f->addr);
    } else {
        fputs("\"address\": null, ", stderr);
    }
    text_print_member(stderr, "message", f->message);
    fputs("\"hint\": ", stderr);
    text_print_json_or_null(stderr, f->hint_size > 0 ? f->hint : NULL);
    fputs("}}\n", stderr);
}

/* A line for people has the hint in brackets, or, after wrong usage, after a semicolon. */
static void end(struct failure *f, bool json, bool usage)
{
    fclose(f->message_stream);
    fclose(f->hint_stream);
    if (json)
        print_json(f);
    else if (f->hint_size == 0)
        fprintf(stderr, "ocd: %s\n", f->message);
    else
        fprintf(stderr, usage ? "ocd: %s; %s\n" : "ocd: %s (%s)\n", f->message, f->hint);
    free(f->message);
    free(f->hint);
}

int report_usage(const struct cli *cli, const char *format, ...)
{
    struct failure f;
    char text[512];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof(text), format, list);
    va_end(list);

    begin(&f, ocd_err_name(OCD_ERR_ARG));
    if (cli->command != NULL) {
        fprintf(f.message_stream, "%s: ", cli->command->name);
        fprintf(f.hint_stream, "try 'ocd %s --help'", cli->command->name);
    } else {
        fputs("try 'ocd --help'", f.hint_stream);
    }
    text_print_line(f.message_stream, text);
    end(&f, cli->json, true);
    return CLI_USAGE;
}

int report_word(const struct cli *cli, const char *what, const char *word, const char *wrong)
{
    if (wrong == number_leading_zero) {
        const char *decimal = word + strspn(word, "0");
        bool both = strspn(decimal, "0123456789KMGikmgB") == strlen(decimal);
        return report_usage(cli, "%s '%.200s' begins with 0: write 0x%.200s%s%.200s", what, word,
                            word, both ? " or " : "",
                            both && decimal[0] == '\0' ? "0"
                            : both                     ? decimal
                                                       : "");
    }
    if (wrong == number_not_one && number_is_digits(word, false))
        return report_usage(cli, "%s '%.200s' %s: write 0x%.200s", what, word, wrong, word);
    return report_usage(cli, "%s '%.200s' %s", what, word, wrong);
}

const char *report_subject(const struct cli *cli, uint64_t addr, char buffer[REPORT_SUBJECT_MAX])
{
    snprintf(buffer, REPORT_SUBJECT_MAX, "%s 0x%0*" PRIX64, cli->command->name,
             number_address_digits(addr, 1), addr);
    return buffer;
}

static int exit_code(int result)
{
    switch (result) {
    case OCD_ERR_MISMATCH:
        return CLI_NO;
    case OCD_ERR_ARG:
    case OCD_ERR_READ_ONLY:
    case OCD_ERR_EXPRESSION:
    case OCD_ERR_RANGE:
        return CLI_USAGE;
    case OCD_ERR_PROCESS:
    case OCD_ERR_RESOLVE:
    case OCD_ERR_CONNECT:
    case OCD_ERR_CLOSED:
    case OCD_ERR_NOT_OPENOCD:
        return CLI_CONNECTION;
    case OCD_ERR_TIMEOUT:
        return CLI_TIMEOUT;
    case OCD_ERR_PROTOCOL:
    case OCD_ERR_UNSUPPORTED:
    case OCD_ERR_COMMAND:
    case OCD_ERR_TARGET:
    case OCD_ERR_NOT_HALTED:
    case OCD_ERR_NO_TARGET:
    case OCD_ERR_NO_REGISTER:
    case OCD_ERR_NO_SYMBOL:
    case OCD_ERR_AMBIGUOUS:
    case OCD_ERR_NO_VALUE:
        return CLI_REFUSED;
    case OCD_ERR_NOT_EXAMINED:
    case OCD_ERR_ASLEEP:
    case OCD_ERR_NO_ANSWER:
    case OCD_ERR_PROBE:
        return CLI_ABSENT;
    default:
        return CLI_LOCAL;
    }
}

/* For a script of the user's all that OpenOCD said, for a name all its matches; otherwise the line
 * that says why. */
static void print_reason(FILE *stream, const struct cli *cli, int result,
                         const struct ocd_error *error)
{
    bool script = cli->command == &command_cmd || cli->command == &command_shell;
    bool whole = (script && result == OCD_ERR_COMMAND) || result == OCD_ERR_AMBIGUOUS;
    const char *words = whole ? error->message : error->reason;

    if (words[0] != '\0') {
        fputs(": ", stream);
        text_print_line(stream, words);
    }
}

/* After a signal nothing is reported. */
static bool is_over(struct cli *cli)
{
    progress_erase(&cli->progress);
    return signals_caught() != 0;
}

static void describe(struct failure *f, struct cli *cli, int result, const struct ocd_error *error,
                     const char *unit)
{
    FILE *stream = f->message_stream;
    fprintf(stream, ": %s", ocd_strerror(result));
    if (error == NULL)
        return;
    f->has_addr = error->has_addr;
    f->addr = error->addr;
    if (error->has_addr) {
        char name[ELF_NAME_MAX];
        fprintf(stream, " at 0x%0*" PRIX64, number_address_digits(error->addr, 1), error->addr);
        if (elf_name(cli, error->addr, name)) {
            fputs(" <", stream);
            text_print_line(stream, name);
            fputc('>', stream);
        }
    }
    if (unit != NULL && error->done > 0) {
        int size = (int)strlen(unit) - (error->done == 1 ? 1 : 0); /* all end in s */
        fprintf(stream, " after %" PRIu64 " %.*s", error->done, size, unit);
    }
    print_reason(stream, cli, result, error);
}

int report_failure(struct cli *cli, int result, const struct ocd_error *error, const char *subject,
                   const char *unit)
{
    struct failure f;
    if (is_over(cli))
        return CLI_SIGNAL + signals_caught();
    if (cli->output_error != 0)
        return report_local(cli, "standard output", cli->output_error);
    begin(&f, ocd_err_name(result));
    text_print_line(f.message_stream, subject);
    describe(&f, cli, result, error, unit);
    hint_print(f.hint_stream, cli, result, error);
    end(&f, cli->json, false);
    return exit_code(result);
}

int report_error(struct cli *cli, int status, int code, const char *what, const char *message)
{
    struct failure f;
    if (is_over(cli))
        return CLI_SIGNAL + signals_caught();
    begin(&f, ocd_err_name(code));
    text_print_line(f.message_stream, what);
    fputs(": ", f.message_stream);
    text_print_line(f.message_stream, message);
    end(&f, cli->json, false);
    return status;
}

int report_message(struct cli *cli, int status, const char *what, const char *message)
{
    return report_error(cli, status, status == CLI_USAGE ? OCD_ERR_ARG : OCD_ERR_FILE, what,
                        message);
}

int report_local(struct cli *cli, const char *what, int error)
{
    if (error == EPIPE && signals_caught() == 0)
        return CLI_LOCAL;
    return report_error(cli, CLI_LOCAL, error == ENOMEM ? OCD_ERR_NOMEM : OCD_ERR_FILE, what,
                        error == ENXIO ? "nobody reads from this pipe, or there is no such device"
                                       : strerror(error));
}

void report_unreadable(struct cli *cli, uint64_t addr, uint64_t size)
{
    int digits = number_address_digits(addr, size);
    progress_erase(&cli->progress);
    if (cli->json)
        return; /* the answer lists them */
    fprintf(stderr, "ocd: %s: 0x%0*" PRIX64 " to 0x%0*" PRIX64 " unreadable (%" PRIu64 " byte%s)\n",
            cli->command->name, digits, addr, digits, addr + (size - 1), size,
            size == 1 ? "" : "s");
}

void report_trace(char direction, const char *text, size_t size, void *user)
{
    struct cli *cli = user;
    progress_erase(&cli->progress);
    if (direction == '~') {
        text_print_escaped(stdout, text, size);
        errno = 0;
        if (putchar('\n') == EOF || ferror(stdout) != 0)
            cli->output_error = errno != 0 ? errno : EPIPE;
        return;
    }
    if (!cli->settings.verbose)
        return;
    fprintf(stderr, "%c ", direction);
    if (size <= TRACE_MAX) {
        text_print_escaped(stderr, text, size);
    } else {
        text_print_escaped(stderr, text, TRACE_MAX / 2);
        fprintf(stderr, " ...(%zu bytes)... ", size - TRACE_MAX);
        text_print_escaped(stderr, text + size - TRACE_MAX / 2, TRACE_MAX / 2);
    }
    fputc('\n', stderr);
}
