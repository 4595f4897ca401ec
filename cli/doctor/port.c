// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "doctor/doctor.h"
#include "doctor/listeners.h"
#include "hints.h"

#define TEXT_MAX 400

/* ": PROGRAM (process PID) listens there", where that can be found out. */
static void describe_owner(const struct listener *list, size_t count, unsigned port,
                           char text[TEXT_MAX])
{
    text[0] = '\0';
    for (size_t i = 0; i < count && text[0] == '\0'; i++) {
        if (list[i].port == port && list[i].pid != 0) {
            snprintf(text, TEXT_MAX, ": '%s' (process %ld) listens there", list[i].program,
                     (long)list[i].pid);
        } else if (list[i].port == port) {
            snprintf(text, TEXT_MAX, ": a process of another user listens there");
        }
    }
}

/* The ports of an OpenOCD on this host, except `port`; "" if there is none. */
static void describe_openocd(const struct listener *list, size_t count, unsigned port,
                             char text[TEXT_MAX])
{
    pid_t pid = 0;
    int size = 0;
    text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        bool is_openocd = strstr(list[i].program, "openocd") != NULL && list[i].port != port;
        if (is_openocd && pid == 0) {
            pid = list[i].pid;
            size = snprintf(text, TEXT_MAX,
                            "or -p with the Tcl port of process %ld, an OpenOCD "
                            "that listens on",
                            (long)pid);
        }
        if (is_openocd && list[i].pid == pid && size < TEXT_MAX - 10)
            size += snprintf(text + size, TEXT_MAX - (size_t)size, " %u", list[i].port);
    }
}

static void explain_failure(struct doctor *doctor, const struct ocd_op *op, const char *subject)
{
    static struct listener list[LISTENERS_MAX];
    const struct settings *settings = &doctor->cli->settings;
    unsigned port = settings->port != 0 ? settings->port : CLI_TCL_PORT;
    bool local = settings->spawn == NULL && hint_is_local(settings->host);
    size_t count = local ? listeners_find(list) : 0;
    char owner[TEXT_MAX];
    char others[TEXT_MAX];
    char text[TEXT_MAX + CLI_SUBJECT_MAX];
    describe_owner(list, count, port, owner);
    others[0] = '\0';
    if (op == NULL || ocd_op_result(op) != OCD_ERR_NO_TARGET)
        describe_openocd(list, count, port, others);
    snprintf(text, sizeof(text), "%s%s", subject, owner);
    doctor_add_error(doctor, "port", DOCTOR_FAILED, op, text, others);
}

void doctor_check_port(struct doctor *doctor, const struct ocd_op *op, const char *subject)
{
    struct cli *cli = doctor->cli;
    if (!doctor->connected) {
        explain_failure(doctor, op, subject);
        return;
    }
    const char *version = ocd_server_version(cli->session);
    const char *host = cli->settings.host != NULL ? cli->settings.host : "localhost";
    if ((ocd_features(cli->session) & OCD_FEATURE_MEMORY) == 0) {
        doctor_add(doctor, "port", DOCTOR_FAILED, "use OpenOCD 0.12 or later",
                   "%.255s:%u is the Tcl port of %s, which has no read_memory", host,
                   ocd_port(cli->session), version);
    } else {
        doctor_add(doctor, "port", DOCTOR_OK, NULL, "%.255s:%u is the Tcl port of %s%s", host,
                   ocd_port(cli->session), version,
                   cli->settings.spawn != NULL ? ", started by this command" : "");
    }
}
