// SPDX-License-Identifier: MIT
#include "report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/outfile.h"
#include "numbers.h"
#include "signals.h"
#include "text.h"

#define TRACE_MAX 400u /* bytes shown of one command or reply: head and tail */

static void begin(struct cli *cli)
{
    progress_erase(&cli->progress);
    fputs("ocd: ", stderr);
}

static void print_try_help(const struct cli *cli)
{
    if (cli->command != NULL) {
        fprintf(stderr, "; try 'ocd %s --help'\n", cli->command->name);
    } else {
        fputs("; try 'ocd --help'\n", stderr);
    }
}

int report_usage(const struct cli *cli, const char *format, ...)
{
    char text[512];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);

    fputs("ocd: ", stderr);
    if (cli->command != NULL) {
        fprintf(stderr, "%s: ", cli->command->name);
    }
    text_print_line(stderr, text);
    print_try_help(cli);
    return CLI_USAGE;
}

int report_word(const struct cli *cli, const char *what, const char *word, const char *wrong)
{
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
    case OCD_ERR_NO_SYMBOL:
    case OCD_ERR_AMBIGUOUS:
    case OCD_ERR_NO_VALUE:
        return CLI_REFUSED;
    default:
        return CLI_LOCAL;
    }
}

/* The tool with the options that reach the same OpenOCD. */
static void print_self(const struct settings *settings)
{
    fputs("ocd", stderr);
    if (settings->host != NULL) {
        fputs(" -H ", stderr);
        text_print_line(stderr, settings->host);
    }
    if (settings->port != 0) {
        fprintf(stderr, " -p %u", settings->port);
    }
}

static void print_try(const struct settings *settings, const char *command, const char *why)
{
    fputs(" (try '", stderr);
    print_self(settings);
    fprintf(stderr, " %s'%s)", command, why);
}

static const char *port_hint(const struct settings *settings)
{
    switch (settings->port) {
    case 3333:
        return "3333 is OpenOCD's usual port for GDB; its Tcl port is 6666";
    case 4444:
        return "4444 is OpenOCD's usual telnet port; its Tcl port is 6666";
    default:
        return "OpenOCD's Tcl port is 6666 unless its tcl_port says otherwise";
    }
}

/* Some other server, HTTP's for one, waits for more of the greeting and is as silent as an OpenOCD
 * that hangs. */
static const char *timeout_hint(const struct cli *cli)
{
    bool greeted = ocd_server_version(cli->session)[0] != '\0';
    return greeted || cli->settings.spawn != NULL
               ? "allow more with --timeout SECONDS, or see whether OpenOCD or the probe hangs"
               : "is it OpenOCD's Tcl port? Then allow more with --timeout SECONDS, or see whether "
                 "OpenOCD or the probe hangs";
}

static const char *process_hint(const struct cli *cli)
{
    if (cli->command == &command_sim) {
        return "is OpenOCD 0.12 or later installed? OCD_OPENOCD in the environment names another";
    }
    return "check the arguments given with --spawn";
}

/* What to try, where words alone say it. */
static const char *plain_hint(const struct cli *cli, int result)
{
    switch (result) {
    case OCD_ERR_CONNECT:
        return "start OpenOCD, or a simulated chip with 'ocd sim --openocd'";
    case OCD_ERR_RESOLVE:
        return "check the name given with -H";
    case OCD_ERR_NOT_OPENOCD:
        return port_hint(&cli->settings);
    case OCD_ERR_CLOSED:
        return "OpenOCD's own log says why it ended or closed the connection";
    case OCD_ERR_PROCESS:
        return process_hint(cli);
    case OCD_ERR_TIMEOUT:
        return timeout_hint(cli);
    case OCD_ERR_COMMAND:
    case OCD_ERR_PROTOCOL:
        return "-v shows what was sent and received";
    case OCD_ERR_UNSUPPORTED:
        return "0.12 or later is needed";
    case OCD_ERR_MISMATCH:
        return "is it RAM, and does nothing else write there?";
    case OCD_ERR_TARGET:
        return "is there memory, readable and writable at this width?";
    default:
        return NULL;
    }
}

static void print_hint(const struct cli *cli, int result)
{
    const struct settings *settings = &cli->settings;
    const char *plain = plain_hint(cli, result);
    if (plain != NULL) {
        fprintf(stderr, " (%s)", plain);
    } else if (result == OCD_ERR_NOT_HALTED && settings->spawn != NULL) {
        fputs(" (add -c init -c halt to the --spawn arguments)", stderr);
    } else if (result == OCD_ERR_NOT_HALTED) {
        print_try(settings, "halt", "");
    } else if (result == OCD_ERR_NO_TARGET && settings->spawn == NULL) {
        print_try(settings, "info", ", which lists the targets");
    }
}

/* Of a script all that it says; otherwise the first line, which what OpenOCD logged on the way
 * follows. */
static void print_reason(int result, const char *message)
{
    size_t size = strcspn(message, "\n");

    if (size > 0) {
        fputs(": ", stderr);
    }
    if (result == OCD_ERR_COMMAND) {
        text_print_line(stderr, message);
    } else {
        text_print_escaped(stderr, message, size);
    }
}

int report_failure(struct cli *cli, int result, const struct ocd_error *error, const char *subject,
                   const char *unit)
{
    if (signals_caught() != 0) {
        progress_erase(&cli->progress);
        return CLI_SIGNAL + signals_caught();
    }
    begin(cli);
    text_print_line(stderr, subject);
    fprintf(stderr, ": %s", ocd_strerror(result));
    if (error != NULL && error->has_address) {
        fprintf(stderr, " at 0x%0*" PRIX64, number_address_digits(error->address, 1),
                error->address);
    }
    if (error != NULL && unit != NULL && error->done > 0) {
        int size = (int)strlen(unit) - (error->done == 1 ? 1 : 0); /* all end in s */
        fprintf(stderr, " after %" PRIu64 " %.*s", error->done, size, unit);
    }
    if (error != NULL) {
        print_reason(result, error->message);
    }
    print_hint(cli, result);
    fputc('\n', stderr);
    return exit_code(result);
}

int report_message(struct cli *cli, int status, const char *what, const char *message)
{
    if (signals_caught() != 0) {
        progress_erase(&cli->progress);
        return CLI_SIGNAL + signals_caught();
    }
    begin(cli);
    text_print_line(stderr, what);
    fputs(": ", stderr);
    text_print_line(stderr, message);
    fputc('\n', stderr);
    return status;
}

int report_local(struct cli *cli, const char *what, int error)
{
    if (error == EPIPE && signals_caught() == 0) {
        return CLI_LOCAL;
    }
    return report_message(cli, CLI_LOCAL, what, ocd_outfile_strerror(error));
}

void report_unreadable(struct cli *cli, uint64_t addr, uint64_t size)
{
    int digits = number_address_digits(addr, size);
    begin(cli);
    fprintf(stderr, "%s: 0x%0*" PRIX64 " to 0x%0*" PRIX64 " unreadable (%" PRIu64 " byte%s)\n",
            cli->command->name, digits, addr, digits, addr + (size - 1), size,
            size == 1 ? "" : "s");
}

void report_trace(char direction, const char *text, size_t size, void *user)
{
    struct cli *cli = user;
    progress_erase(&cli->progress);
    if (direction == '~') {
        text_print_escaped(stdout, text, size);
        putchar('\n');
        return;
    }
    if (!cli->settings.verbose) {
        return;
    }
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
