// SPDX-License-Identifier: MIT
#include "hints.h"

#include <string.h>

#include "text.h"

/* The tool with the options that reach the same OpenOCD. */
static void print_self(FILE *stream, const struct settings *settings, bool with_target)
{
    fputs("ocd", stream);
    if (settings->host != NULL) {
        fputs(" -H ", stream);
        text_print_line(stream, settings->host);
    }
    if (settings->port != 0)
        fprintf(stream, " -p %u", settings->port);
    if (with_target && settings->target != NULL) {
        fputs(" -t ", stream);
        text_print_line(stream, settings->target);
    }
}

/* The library's hint, in which 'ocd COMMAND' becomes what reaches the same OpenOCD. */
static void print_hint(FILE *stream, const struct settings *settings, int result, const char *hint)
{
    const char *at;
    while ((at = strstr(hint, "'ocd ")) != NULL) {
        text_print_escaped(stream, hint, (size_t)(at - hint) + 1);
        print_self(stream, settings, result != OCD_ERR_NO_TARGET);
        hint = at + strlen("'ocd");
    }
    text_print_escaped(stream, hint, strlen(hint));
}

static const char *port_hint(const struct settings *settings)
{
    switch (settings->port) {
    case 3333:
        return "3333 is OpenOCD's usual port for GDB, and whatever connects to it halts the "
               "target; its Tcl port is 6666";
    case 4444:
        return "4444 is OpenOCD's usual telnet port; its Tcl port is 6666";
    default:
        return NULL;
    }
}

/* Another kind of server, such as HTTP, waits for more input and is as silent as an OpenOCD
 * that hangs. */
static const char *timeout_hint(const struct cli *cli)
{
    bool greeted = ocd_server_version(cli->session)[0] != '\0';
    return greeted || cli->settings.spawn != NULL
               ? "allow more with --timeout SECONDS, or see whether OpenOCD or the probe hangs"
               : "is it OpenOCD's Tcl port? Then allow more with --timeout SECONDS, or see whether "
                 "OpenOCD or the probe hangs";
}

bool hint_is_local(const char *host)
{
    return host == NULL || strcmp(host, "localhost") == 0 || strncmp(host, "127.", 4) == 0 ||
           strcmp(host, "::1") == 0;
}

/* How to reach an OpenOCD, or to start one at the port of this command line. */
static void print_connect(FILE *stream, const struct settings *settings)
{
    if (!hint_is_local(settings->host)) {
        fputs("OpenOCD answers its own host only, unless its configuration says 'bindto "
              "0.0.0.0'; safer is 'ssh -L 6666:localhost:6666 HOST', and then no -H",
              stream);
        return;
    }
    fputs("start OpenOCD, or a simulated chip with 'ocd sim --openocd", stream);
    if (settings->port != 0 && settings->port != CLI_TCL_PORT)
        fprintf(stream, " -p %u", settings->port);
    fputs("'", stream);
}

/* The hint, where it depends on the command line; NULL: use the library's. */
static const char *own_hint(const struct cli *cli, int result)
{
    bool spawned = cli->settings.spawn != NULL;
    switch (result) {
    case OCD_ERR_RESOLVE:
        return "check the name given with -H";
    case OCD_ERR_NOT_OPENOCD:
        return port_hint(&cli->settings);
    case OCD_ERR_PROCESS:
        return cli->command == &command_sim ? "is OpenOCD 0.12 or later installed? OCD_OPENOCD in "
                                              "the environment names another"
                                            : NULL;
    case OCD_ERR_TIMEOUT:
        return timeout_hint(cli);
    case OCD_ERR_PROTOCOL:
        return "-v shows what was sent and received";
    case OCD_ERR_NOT_HALTED:
        return spawned ? "add -c init -c halt to the --spawn arguments" : NULL;
    case OCD_ERR_NO_TARGET:
        return spawned ? "" : NULL;
    case OCD_ERR_NO_SYMBOL:
        return "'ocd symbols' lists the names";
    default:
        return NULL;
    }
}

/* An address of decimal digits that was meant as a hexadecimal one. */
static bool print_hexadecimal(FILE *stream, const struct cli *cli, int result,
                              const struct ocd_error *error)
{
    bool access = result == OCD_ERR_TARGET || (error != NULL && error->has_addr);
    if (cli->bare_address == NULL || !access)
        return false;
    fprintf(stream, "was 0x%s meant? A number without 0x is decimal", cli->bare_address);
    return true;
}

void hint_print(FILE *stream, const struct cli *cli, int result, const struct ocd_error *error)
{
    const struct settings *settings = &cli->settings;
    const char *own = own_hint(cli, result);
    const char *hint = error != NULL ? error->hint : "";
    if (print_hexadecimal(stream, cli, result, error))
        return;
    if (result == OCD_ERR_CONNECT)
        print_connect(stream, settings);
    else if (own != NULL)
        fputs(own, stream);
    else if (hint[0] != '\0')
        print_hint(stream, settings, result, hint);
    else if (result == OCD_ERR_COMMAND)
        fputs("-v shows what was sent and received", stream);
}
