// SPDX-License-Identifier: MIT
#include "hints.h"

#include <string.h>

#include "text.h"

/* The tool with the options that reach the same OpenOCD. */
static void print_self(FILE *stream, const struct settings *settings)
{
    fputs("ocd", stream);
    if (settings->host != NULL) {
        fputs(" -H ", stream);
        text_print_line(stream, settings->host);
    }
    if (settings->port != 0) {
        fprintf(stream, " -p %u", settings->port);
    }
}

static void print_try(FILE *stream, const struct settings *settings, const char *command,
                      const char *why)
{
    fputs("try '", stream);
    print_self(stream, settings);
    fprintf(stream, " %s'%s", command, why);
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

/* What OpenOCD's drivers say of a probe that is not there. */
static bool names_probe(const char *message)
{
    static const char *const words[] = {"open failed",  "unable to open", "no device found",
                                        "LIBUSB_ERROR", "No such device", "unable to find"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strstr(message, words[i]) != NULL) {
            return true;
        }
    }
    return false;
}

static const char *process_hint(const struct cli *cli, const struct ocd_error *error)
{
    if (cli->command == &command_sim) {
        return "is OpenOCD 0.12 or later installed? OCD_OPENOCD in the environment names another";
    }
    return error != NULL && names_probe(error->message)
               ? "is the probe plugged in, may you open it, and does nothing else use it?"
               : "check the arguments given with --spawn";
}

static bool is_local(const char *host)
{
    return host == NULL || strcmp(host, "localhost") == 0 || strncmp(host, "127.", 4) == 0 ||
           strcmp(host, "::1") == 0;
}

/* The simulator's command leads to an OpenOCD that the same command line reaches. */
static void print_connect(FILE *stream, const struct settings *settings)
{
    if (!is_local(settings->host)) {
        fputs("OpenOCD answers its own host only, unless its configuration says 'bindto "
              "0.0.0.0'; safer is 'ssh -L 6666:localhost:6666 HOST', and then no -H",
              stream);
        return;
    }
    fputs("start OpenOCD, or a simulated chip with 'ocd sim --openocd", stream);
    if (settings->port != 0 && settings->port != CLI_TCL_PORT) {
        fprintf(stream, " -p %u", settings->port);
    }
    fputs("'", stream);
}

/* What to try, where words alone say it. */
static const char *plain_hint(const struct cli *cli, int result, const struct ocd_error *error)
{
    switch (result) {
    case OCD_ERR_RESOLVE:
        return "check the name given with -H";
    case OCD_ERR_NOT_OPENOCD:
        return port_hint(&cli->settings);
    case OCD_ERR_CLOSED:
        return "OpenOCD's own log says why it ended or closed the connection";
    case OCD_ERR_PROCESS:
        return process_hint(cli, error);
    case OCD_ERR_TIMEOUT:
        return timeout_hint(cli);
    case OCD_ERR_COMMAND:
    case OCD_ERR_PROTOCOL:
        return "-v shows what was sent and received";
    case OCD_ERR_UNSUPPORTED:
        return "0.12 or later is needed";
    case OCD_ERR_MISMATCH:
        return "is it RAM, and does nothing else write there?";
    case OCD_ERR_NOT_EXAMINED:
        return "see to its power, sleep and reset, then 'ocd cmd \"[target current] arp_examine\"' "
               "or "
               "'ocd reset'";
    case OCD_ERR_ASLEEP:
        return "a halt or a reset wakes it";
    case OCD_ERR_NO_ANSWER:
        return "has it power, and is it connected to the probe?";
    case OCD_ERR_PROBE:
        return "plug the probe in and start OpenOCD again";
    case OCD_ERR_TARGET:
        return "is there memory, readable and writable at this width?";
    default:
        return NULL;
    }
}

/* An address of decimal digits that was meant as a hexadecimal one. */
static bool print_hexadecimal(FILE *stream, const struct cli *cli, int result,
                              const struct ocd_error *error)
{
    bool access = result == OCD_ERR_TARGET || (error != NULL && error->has_address);
    if (cli->bare_address == NULL || !access) {
        return false;
    }
    fprintf(stream, "was 0x%s meant? A number without 0x is decimal", cli->bare_address);
    return true;
}

void hint_print(FILE *stream, const struct cli *cli, int result, const struct ocd_error *error)
{
    const struct settings *settings = &cli->settings;
    const char *plain = plain_hint(cli, result, error);
    if (print_hexadecimal(stream, cli, result, error)) {
        return;
    }
    if (result == OCD_ERR_CONNECT) {
        print_connect(stream, settings);
    } else if (plain != NULL) {
        fputs(plain, stream);
    } else if (result == OCD_ERR_NOT_HALTED && settings->spawn != NULL) {
        fputs("add -c init -c halt to the --spawn arguments", stream);
    } else if (result == OCD_ERR_NOT_HALTED) {
        print_try(stream, settings, "halt", "");
    } else if (result == OCD_ERR_NO_TARGET && settings->spawn == NULL) {
        print_try(stream, settings, "info", ", which lists the targets");
    } else if (result == OCD_ERR_NO_REGISTER) {
        print_try(stream, settings, "reg --all", ", which lists the registers");
    }
}
