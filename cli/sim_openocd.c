// SPDX-License-Identifier: MIT
#include "sim_openocd.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "report.h"
#include "signals.h"
#include "sim_port.h"

#define CONFIG_MAX 1000

/* How long after OpenOCD's first answer the line of its log with the GDB port may come. */
#define LOG_WAIT_MS 2000

/* OpenOCD has renamed these commands after 0.12: tries both names. Port 0: a free one. */
#define PORTS                                                                                      \
    "-c 'apply {{} {foreach {service port} {tcl %u gdb 0} "                                        \
    "{if {[catch {$service port $port}]} {${service}_port $port}}}}' %s"

/* The first poll may only find out that the chip has been reset. */
#define POLL_TWICE                                                                                 \
    "apply {{} {foreach t [target names] {if {[$t was_examined]} {$t arp_poll; $t arp_poll}}}}"

/* Looks for the GDB port in OpenOCD's log. */
static void trace(char direction, const char *text, size_t size, void *user)
{
    struct sim_openocd *openocd = user;
    char line[200];
    unsigned port;
    if (openocd->cli->settings.verbose)
        report_trace(direction, text, size, openocd->cli);
    if (direction != '|' || size >= sizeof(line) || openocd->gdb_port != 0)
        return;
    memcpy(line, text, size);
    line[size] = '\0';
    const char *at = strstr(line, "Listening on port ");
    if (at != NULL && strstr(at, " for gdb connections") != NULL &&
        sscanf(at, "Listening on port %u", &port) == 1)
        openocd->gdb_port = port;
}

static struct ocd_op *start_on(struct sim_openocd *openocd, const char *config, uint16_t port)
{
    struct cli *cli = openocd->cli;
    char ports[CONFIG_MAX];
    snprintf(ports, sizeof(ports), PORTS, port, config);
    struct ocd_options options = {
        .config = ports,
        .timeout_ms = cli->settings.timeout_ms,
        .trace = trace,
        .trace_user = openocd,
    };
    ocd_close(cli->session);
    cli->session = NULL;
    struct ocd_op *op = ocd_start_async(&cli->session, &options, NULL);
    cli_wait(cli, op);
    return op;
}

static int report_port(struct cli *cli, uint16_t port, int error)
{
    char message[120];
    snprintf(message, sizeof(message),
             "cannot listen on port %u: %s (name another with -p; 0 takes a free one)", port,
             strerror(error));
    return report_message(cli, CLI_LOCAL, "sim", message);
}

/* What keeps OpenOCD from its port, or 0. */
static int port_trouble(uint16_t port)
{
    return port != 0 ? sim_port_try(port) : 0;
}

/* Whether another program has taken the port before OpenOCD did, as its log says. */
static bool port_was_taken(const struct ocd_op *op)
{
    const struct ocd_error *error = op != NULL ? ocd_op_error(op) : NULL;
    return error != NULL && error->code == OCD_ERR_PROCESS && error->message != NULL &&
           (strstr(error->message, "couldn't bind tcl") != NULL ||
            strstr(error->message, "couldn't listen on socket") != NULL);
}

/* A command that OpenOCD refuses is no failure here: a target that cannot be polled can still be
 * examined by the user. */
static int finish(struct cli *cli, struct ocd_op *op, const char *subject)
{
    int result = op != NULL ? ocd_op_result(op) : OCD_ERR_NOMEM;
    int status = CLI_DONE;
    if (result != OCD_OK && result != OCD_ERR_COMMAND)
        status = report_failure(cli, result, op != NULL ? ocd_op_error(op) : NULL, subject, NULL);
    ocd_op_free(op);
    return status;
}

static int poll_targets(struct cli *cli)
{
    char *nothing = NULL;
    struct ocd_op *op = ocd_command_async(cli->session, POLL_TWICE, &nothing, NULL);
    cli_wait(cli, op);
    int status = finish(cli, op, "poll the target");
    ocd_free(nothing);
    return status;
}

/* OpenOCD's log and its answers take different paths, so the log may come later. */
static void await_gdb_port(const struct sim_openocd *openocd)
{
    struct cli *cli = openocd->cli;
    for (int waited = 0; openocd->gdb_port == 0 && waited < LOG_WAIT_MS && signals_caught() == 0;
         waited += 10) {
        struct pollfd set = {.fd = ocd_loop_fd(cli->session),
                             .events = ocd_loop_events(cli->session)};
        poll(&set, 1, 10);
        if (ocd_loop_dispatch(cli->session) != OCD_OK)
            return;
    }
}

int sim_openocd_start(struct sim_openocd *openocd, const char *config)
{
    struct cli *cli = openocd->cli;
    bool given = cli->settings.port_given;
    uint16_t port = given ? cli->settings.port : CLI_TCL_PORT;
    int error = port_trouble(port);
    if (error != 0 && given)
        return report_port(cli, port, error);
    struct ocd_op *op = start_on(openocd, config, error == 0 ? port : 0);
    if (port != 0 && port_was_taken(op)) {
        ocd_op_free(op);
        if (given)
            return report_port(cli, port, EADDRINUSE);
        op = start_on(openocd, config, 0);
    }
    int status = finish(cli, op, "start OpenOCD");
    if (status == CLI_DONE)
        status = poll_targets(cli);
    if (status == CLI_DONE)
        await_gdb_port(openocd);
    return status;
}
