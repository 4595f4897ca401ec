// SPDX-License-Identifier: MIT
/* Operations that are not about memory. */
#include "matrix.h"

#include <poll.h>
#include <sys/stat.h>

static const struct ocd_options *options_for(struct cell *c, const char *target)
{
    static struct ocd_options options;

    options = (struct ocd_options){.host = "127.0.0.1",
                                   .port = fake_port(c->fake),
                                   .timeout_ms = c->timeout_ms,
                                   .target = target};
    return &options;
}

static struct ocd_op *start_connect(struct cell *c, const struct ocd_call *call)
{
    return ocd_connect_async(&c->session, options_for(c, NULL), call);
}

static int block_connect(struct cell *c)
{
    return ocd_connect(&c->session, options_for(c, NULL));
}

static struct ocd_op *start_connect_to_target(struct cell *c, const struct ocd_call *call)
{
    return ocd_connect_async(&c->session, options_for(c, "fake.cpu"), call);
}

static int block_connect_to_target(struct cell *c)
{
    return ocd_connect(&c->session, options_for(c, "fake.cpu"));
}

/* All options of a session, and a host name that is resolved: by a getent of the test. */
static void prepare_name(struct cell *c)
{
    static const char script[] = "#!/bin/sh\necho '127.0.0.1 STREAM a.name'\n";
    static char path[512], name[512];

    snprintf(name, sizeof(name), "%s/getent", c->directory);
    FILE *f = fopen(name, "w");
    if (f == NULL || fputs(script, f) < 0 || fclose(f) != 0 || chmod(name, 0755) != 0)
        abort();
    if (path[0] == '\0')
        snprintf(path, sizeof(path), "%s:%s", c->directory, getenv("PATH"));
    setenv("PATH", path, 1);
}

static const struct ocd_options *all_options(struct cell *c)
{
    static const struct ocd_range writable[] = {{.addr = RAM, .size = 65536},
                                                {.addr = FLASH, .size = 4}};
    static struct ocd_options options;

    options = *options_for(c, "fake.cpu");
    options.host = "a.name";
    options.writable = writable;
    options.writable_count = COUNT_OF(writable);
    return &options;
}

static struct ocd_op *start_connect_by_name(struct cell *c, const struct ocd_call *call)
{
    return ocd_connect_async(&c->session, all_options(c), call);
}

static int block_connect_by_name(struct cell *c)
{
    return ocd_connect(&c->session, all_options(c));
}

/* The session is about to find that the server has closed the connection. */
static void prepare_lost(struct cell *c)
{
    uint32_t word;
    const struct fake_fault fault = {
        .kind = FAKE_CLOSE, .match = "read_memory 0x", .at = FAKE_END, .times = 1};

    ocd_wait(ocd_command_async(c->session, "targets fake.cpu", NULL,
                               &(struct ocd_call){.timeout_ms = PATIENCE_MS}));
    fake_inject(c->fake, &fault);
    read_word(c->session, &word);
    struct pollfd p = {.fd = ocd_loop_fd(c->session), .events = POLLIN};
    if (p.fd >= 0 && poll(&p, 1, PATIENCE_MS) != 1)
        cell_wrong(c, "the connection has not been closed");
    fake_heal(c->fake);
}

static struct ocd_op *start_reconnect(struct cell *c, const struct ocd_call *call)
{
    return ocd_command_async(c->session, "expr 6*7", &c->text, call);
}

static int block_reconnect(struct cell *c)
{
    return ocd_command(c->session, "expr 6*7", &c->text);
}

static bool check_connected(struct cell *c, int result)
{
    bool known = ocd_server_version(c->session)[0] != '\0';

    if (known != (result == OCD_OK))
        return cell_wrong(c, "the version is \"%s\"", ocd_server_version(c->session));
    return true;
}

/* The faulty OpenOCD takes the fault from its arguments. */
static const struct ocd_options *options_to_start(struct cell *c)
{
    static struct ocd_options options;
    static const char *args[8];
    static char words[6][32], text[2 * FAKE_TEXT_MAX + 2];
    const struct fake_fault *f = &c->fault->spec;
    size_t size = f->text == NULL ? 0 : f->text_size > 0 ? f->text_size : strlen(f->text);

    snprintf(words[0], sizeof(words[0]), "%d", (int)f->kind);
    snprintf(words[1], sizeof(words[1]), "%u", f->skip);
    snprintf(words[2], sizeof(words[2]), "%u", f->times);
    snprintf(words[3], sizeof(words[3]), "%llu", (unsigned long long)f->at);
    snprintf(words[4], sizeof(words[4]), "%u", (unsigned)f->us);
    strcpy(text, "-");
    for (size_t i = 0; i < size; i++)
        snprintf(text + 1 + 2 * i, 3, "%02x", (unsigned char)f->text[i]);
    for (int i = 0; i < 5; i++)
        args[i] = words[i];
    args[5] = text;
    args[6] = f->match != NULL ? f->match : "";
    args[7] = NULL;
    options = (struct ocd_options){
        .openocd = FAULTY_OPENOCD, .config = "-c fault", .args = args, .timeout_ms = c->timeout_ms};
    return &options;
}

static struct ocd_op *start_start(struct cell *c, const struct ocd_call *call)
{
    return ocd_start_async(&c->session, options_to_start(c), call);
}

static int block_start(struct cell *c)
{
    return ocd_start(&c->session, options_to_start(c));
}

/* Whatever has become of the first one. */
static struct ocd_op *start_restart(struct cell *c, const struct ocd_call *call)
{
    ocd_start(&c->session, options_to_start(c));
    return ocd_restart_async(c->session, call);
}

static int block_restart(struct cell *c)
{
    ocd_start(&c->session, options_to_start(c));
    return c->session != NULL ? ocd_restart(c->session) : OCD_ERR_NOMEM;
}

static struct ocd_op *start_command(struct cell *c, const struct ocd_call *call)
{
    return ocd_command_async(c->session, "expr 6*7", &c->text, call);
}

static int block_command(struct cell *c)
{
    return ocd_command(c->session, "expr 6*7", &c->text);
}

/* The fault may change the result on the server. If it does not, the result must arrive unchanged.
 */
static bool check_command(struct cell *c, int result)
{
    enum fake_kind kind = c->fault->spec.kind;
    bool changed =
        (kind >= FAKE_FEWER && kind <= FAKE_PARTIAL) || kind == FAKE_RESULT || kind == FAKE_INSERT;

    if ((c->text != NULL) != (result == OCD_OK))
        return cell_wrong(c, "the result is %s", c->text != NULL ? c->text : "missing");
    if (c->text != NULL && !changed && strcmp(c->text, "42") != 0)
        return cell_wrong(c, "the result is \"%s\"", c->text);
    return true;
}

static struct ocd_op *start_targets(struct cell *c, const struct ocd_call *call)
{
    return ocd_targets_async(c->session, &c->targets, &c->count, call);
}

static int block_targets(struct cell *c)
{
    return ocd_targets(c->session, &c->targets, &c->count);
}

static bool check_targets(struct cell *c, int result)
{
    if (result != OCD_OK)
        return (c->targets == NULL && c->count == 0) || cell_wrong(c, "there are targets");
    /* No target at all is an answer like any other. */
    bool emptied = c->fault->spec.kind == FAKE_RESULT || c->fault->spec.kind == FAKE_FEWER;
    if (emptied && c->count == 0)
        return true;
    if (c->count != 1 || strcmp(c->targets[0].name, "fake.cpu") != 0 ||
        strcmp(c->targets[0].type, "cortex_m") != 0 ||
        strcmp(c->targets[0].state, "running") != 0 || !c->targets[0].current)
        return cell_wrong(c, "%zu targets, the first is %s", c->count,
                          c->count > 0 ? c->targets[0].name : "missing");
    return true;
}

const struct operation cell_session_ops[] = {
    {.name = "connect",
     .kind = CONNECTS,
     .start = start_connect,
     .block = block_connect,
     .check = check_connected},
    {.name = "connect, a target",
     .kind = CONNECTS,
     .refused = OCD_ERR_NO_TARGET,
     .start = start_connect_to_target,
     .block = block_connect_to_target,
     .check = check_connected},
    {.name = "connect by name",
     .kind = CONNECTS,
     .refused = OCD_ERR_NO_TARGET,
     .prepare = prepare_name,
     .start = start_connect_by_name,
     .block = block_connect_by_name,
     .check = check_connected},
    {.name = "connect again",
     .refused = OCD_ERR_COMMAND,
     .prepare = prepare_lost,
     .start = start_reconnect,
     .block = block_reconnect,
     .check = check_command,
     .reconnects = true},
    {.name = "start",
     .kind = STARTS,
     .start = start_start,
     .block = block_start,
     .check = check_connected},
    {.name = "restart",
     .kind = STARTS,
     .start = start_restart,
     .block = block_restart,
     .check = check_connected},
    {.name = "command",
     .refused = OCD_ERR_COMMAND,
     .start = start_command,
     .block = block_command,
     .check = check_command},
    {.name = "targets",
     .refused = OCD_ERR_COMMAND,
     .start = start_targets,
     .block = block_targets,
     .check = check_targets},
    {0},
};
