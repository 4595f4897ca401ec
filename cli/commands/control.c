// SPDX-License-Identifier: MIT
/* Run control: `ocd halt`, `resume`, `step`, `reset`, `state`. */
#include <string.h>

#include "output.h"
#include "range.h"
#include "report.h"
#include "text.h"

static const struct option options[] = {
    {"format", required_argument, NULL, 'f'},
    {0},
};

/* Checks -f, and connects. */
static int connect(struct cli *cli, const struct args *args)
{
    bool json;
    int status = cli_text_or_json(cli, args, &json);
    return status == CLI_DONE ? cli_connect(cli) : status;
}

/* Waits for the operation, reports what has failed, releases it. */
static int wait_for(struct cli *cli, struct ocd_op *op)
{
    int result = cli_wait(cli, op);
    int status = CLI_DONE;
    if (result != OCD_OK) {
        status = report_failure(cli, result, op != NULL ? ocd_op_error(op) : NULL,
                                cli->command->name, NULL);
    }
    ocd_op_free(op);
    return status;
}

/* The same for an operation without a result. */
static int finish(struct cli *cli, struct ocd_op *op)
{
    int status = wait_for(cli, op);
    if (status == CLI_DONE && cli->json)
        puts("{\"done\": true}");
    return status;
}

/* The operand, if there is one, as an address. */
static int parse_address(struct cli *cli, const struct args *args, uint64_t *addr)
{
    return args->count > 0 ? range_address(cli, "ADDR", args->operands[0], addr) : CLI_DONE;
}

static int run_halt(struct cli *cli, const struct args *args)
{
    int status = connect(cli, args);
    if (status != CLI_DONE)
        return status;
    struct ocd_call call = cli_call(cli);
    return finish(cli, ocd_halt_async(cli->session, &call));
}

static int run_resume(struct cli *cli, const struct args *args)
{
    uint64_t addr;
    int status = parse_address(cli, args, &addr);
    if (status == CLI_DONE)
        status = connect(cli, args);
    if (status != CLI_DONE)
        return status;
    struct ocd_call call = cli_call(cli);
    return finish(cli, args->count > 0 ? ocd_resume_at_async(cli->session, addr, &call)
                                       : ocd_resume_async(cli->session, &call));
}

static int run_step(struct cli *cli, const struct args *args)
{
    uint64_t addr;
    int status = parse_address(cli, args, &addr);
    if (status == CLI_DONE)
        status = connect(cli, args);
    if (status != CLI_DONE)
        return status;
    struct ocd_call call = cli_call(cli);
    return finish(cli, args->count > 0 ? ocd_step_at_async(cli->session, addr, &call)
                                       : ocd_step_async(cli->session, &call));
}

static int run_reset(struct cli *cli, const struct args *args)
{
    static const char *const modes[] = {
        [OCD_RESET_RUN] = "run", [OCD_RESET_HALT] = "halt", [OCD_RESET_INIT] = "init"};
    const char *word = args->count > 0 ? args->operands[0] : "run";
    int mode = OCD_RESET_RUN;
    while (mode <= OCD_RESET_INIT && strcmp(modes[mode], word) != 0)
        mode++;
    if (mode > OCD_RESET_INIT)
        return report_word(cli, "MODE", word, "is not run, halt or init");
    int status = connect(cli, args);
    if (status != CLI_DONE)
        return status;
    struct ocd_call call = cli_call(cli);
    return finish(cli, ocd_reset_async(cli->session, (enum ocd_reset_mode)mode, &call));
}

static const struct state_word {
    enum ocd_target_state state;
    const char *word;
} states[] = {
#define STATE(name, text) {OCD_STATE_##name, text},
    OCD_STATE_MAP(STATE)
#undef STATE
};

#define STATES (sizeof(states) / sizeof(*states))

static void print_state(const struct cli *cli, enum ocd_target_state state)
{
    if (cli->json) {
        fputs("{\"state\": ", stdout);
        text_print_json(stdout, ocd_state_name(state));
        puts("}");
    } else {
        puts(ocd_state_name(state));
    }
}

static int wait_state(struct cli *cli, const struct args *args)
{
    const char *word = args->value[ARGS_WAIT];
    size_t i = 0;
    while (i < STATES && strcmp(states[i].word, word) != 0)
        i++;
    if (i == STATES)
        return report_word(cli, "--wait", word, "is not a state");
    int status = connect(cli, args);
    if (status != CLI_DONE)
        return status;
    struct ocd_call call = cli_call(cli);
    status = wait_for(cli, ocd_wait_state_async(cli->session, states[i].state, &call));
    if (status == CLI_DONE && cli->json)
        print_state(cli, states[i].state);
    return status;
}

static int run_state(struct cli *cli, const struct args *args)
{
    if (args_has(args, ARGS_WAIT))
        return wait_state(cli, args);
    int status = connect(cli, args);
    if (status != CLI_DONE)
        return status;
    enum ocd_target_state state = OCD_STATE_UNKNOWN;
    struct ocd_call call = cli_call(cli);
    status = wait_for(cli, ocd_state_async(cli->session, &state, &call));
    if (status == CLI_DONE)
        print_state(cli, state);
    return status;
}

#define DONE_HELP                                                                                  \
    "\n"                                                                                           \
    "  -f, --format FORMAT  text (unless given), or json: {\"done\": true}\n"

static const char halt_help[] =
    "usage: ocd halt\n"
    "\n"
    "Halts the target and waits until it reports that it is halted. A halted target\n"
    "stays halted.\n" DONE_HELP;

static const char resume_help[] =
    "usage: ocd resume [ADDR]\n"
    "\n"
    "Lets the target run, from ADDR if that is given. A running one keeps running.\n" DONE_HELP;

static const char step_help[] =
    "usage: ocd step [ADDR]\n"
    "\n"
    "Executes one instruction of a halted target, the one at ADDR if that is given.\n"
    "'ocd reg pc' then shows where it is.\n" DONE_HELP;

static const char reset_help[] =
    "usage: ocd reset [run|halt|init]\n"
    "\n"
    "Resets all targets of the OpenOCD, as its own reset does, and waits until the\n"
    "target answers again. Then it runs (run, unless given), is halted before its\n"
    "first instruction (halt), or is also set up by OpenOCD's configuration (init).\n" DONE_HELP;

static const char state_help[] =
    "usage: ocd state [--wait STATE] [-f text|json]\n"
    "\n"
    "Asks the target and prints its state in OpenOCD's words: running, halted, reset,\n"
    "debug-running, unknown, unavailable, examine deferred.\n"
    "\n"
    "      --wait STATE     wait until the target is in that state, and print\n"
    "                       nothing; exit code 5 if it is not within --timeout\n"
    "  -f, --format FORMAT  text (unless given), or json: {\"state\": \"halted\"}, also\n"
    "                       after --wait\n";

static const struct option state_options[] = {
    {"wait", required_argument, NULL, ARGS_WAIT},
    {"format", required_argument, NULL, 'f'},
    {0},
};

const struct command command_halt = {
    .name = "halt", .help = halt_help, .options = options, .run = run_halt};
const struct command command_resume = {.name = "resume",
                                       .help = resume_help,
                                       .options = options,
                                       .operands_max = 1,
                                       .run = run_resume};
const struct command command_step = {
    .name = "step", .help = step_help, .options = options, .operands_max = 1, .run = run_step};
const struct command command_reset = {
    .name = "reset", .help = reset_help, .options = options, .operands_max = 1, .run = run_reset};
const struct command command_state = {
    .name = "state", .help = state_help, .options = state_options, .run = run_state};
