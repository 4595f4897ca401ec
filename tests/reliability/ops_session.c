// SPDX-License-Identifier: MIT
/* Operations that are not about memory. */
#include "matrix.h"

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

static struct ocd_op *start_command(struct cell *c, const struct ocd_call *call)
{
    return ocd_command_async(c->session, "expr 6*7", &c->text, call);
}

static int block_command(struct cell *c)
{
    return ocd_command(c->session, "expr 6*7", &c->text);
}

/* Which text is right only the server knows. What it does not change has to arrive as it is. */
static bool check_command(struct cell *c, int result)
{
    enum fake_kind kind = c->fault->spec.kind;
    bool changed =
        (kind >= FAKE_FEWER && kind <= FAKE_PARTIAL) || kind == FAKE_ELEMENT || kind == FAKE_INSERT;

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
    bool emptied = c->fault->spec.kind == FAKE_ELEMENT || c->fault->spec.kind == FAKE_FEWER;
    if (emptied && c->count == 0)
        return true;
    if (c->count != 1 || strcmp(c->targets[0].name, "fake.cpu") != 0 ||
        strcmp(c->targets[0].type, "cortex_m") != 0 ||
        strcmp(c->targets[0].state, "running") != 0 || !c->targets[0].current)
        return cell_wrong(c, "%zu targets, the first is %s", c->count,
                          c->count > 0 ? c->targets[0].name : "missing");
    return true;
}

static struct ocd_op *start_prove(struct cell *c, const struct ocd_call *call)
{
    return ocd_prove_local_async(c->session, call);
}

static int block_prove(struct cell *c)
{
    return ocd_prove_local(c->session);
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
    {.name = "start",
     .kind = STARTS,
     .start = start_start,
     .block = block_start,
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
    {.name = "prove_local", .start = start_prove, .block = block_prove},
    {0},
};
