// SPDX-License-Identifier: MIT
/* What the commands of `ocd` share: settings, the session, exit codes, waiting and reporting. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "args.h"
#include "elf.h"
#include "ocd.h"
#include "progress.h"

/* Exit codes. After a signal it is 128 plus the signal's number, as in shells. */
enum cli_exit {
    CLI_DONE = 0,
    CLI_NO = 1,         /* nothing found, or memory or files differ */
    CLI_USAGE = 2,      /* the command line is wrong; nothing was sent */
    CLI_CONNECTION = 3, /* no connection to an OpenOCD */
    CLI_REFUSED = 4,    /* OpenOCD or the target refused */
    CLI_TIMEOUT = 5,
    CLI_LOCAL = 6,  /* a local file or system call failed */
    CLI_ABSENT = 7, /* the target or its probe is not there */
    CLI_SIGNAL = 128,
};

#define CLI_TCL_PORT 6666 /* where OpenOCD listens by default */

struct cli;

/* One command; each has a file of its own. */
struct command {
    const char *name;
    const char *help;             /* lines of at most 80 columns */
    const struct option *options; /* ended by a zeroed entry */
    const char *operands;         /* their names, for messages: "ADDR VALUE" */
    int operands_min;
    int operands_max; /* -1: any number */
    bool stop;        /* the first operand ends the options */
    bool reconnect;   /* goes on when the connection was lost and is back */
    bool local;       /* needs no OpenOCD: the options of the connection are not checked */
    int (*run)(struct cli *cli, const struct args *args); /* answers the exit code */
};

extern const struct command command_read;
extern const struct command command_write;
extern const struct command command_print;
extern const struct command command_symbols;
extern const struct command command_type;
extern const struct command command_set;
extern const struct command command_clear;
extern const struct command command_dump;
extern const struct command command_search;
extern const struct command command_fill;
extern const struct command command_load;
extern const struct command command_verify;
extern const struct command command_erase;
extern const struct command command_diff;
extern const struct command command_copy;
extern const struct command command_wait;
extern const struct command command_info;
extern const struct command command_doctor;
extern const struct command command_targets;
extern const struct command command_state;
extern const struct command command_halt;
extern const struct command command_resume;
extern const struct command command_step;
extern const struct command command_reset;
extern const struct command command_reg;
extern const struct command command_bp;
extern const struct command command_wp;
extern const struct command command_events;
extern const struct command command_watch;
extern const struct command command_cmd;
extern const struct command command_shell;
extern const struct command command_sim;

struct settings {
    const char *host;
    uint16_t port;
    bool port_given; /* by an option or the environment; 0 is a port then */
    const char *target;
    const char *spawn; /* OpenOCD's arguments, NULL to connect to a running one */
    uint32_t timeout_ms;
    uint32_t deadline_ms; /* of the whole command */
    bool phys;
    bool wait_server;
    bool read_only;
    struct ocd_range writable[ARGS_WRITABLE_MAX];
    size_t writable_count; /* 0: everything may be written */
    const char *elf[ARGS_ELF_MAX];
    int elf_count;
    bool no_check; /* the program in the target is not compared with the ELF files */
    bool dry_run;  /* commands are printed to standard output, not sent */
    bool verbose;
    bool quiet;
};

struct cli {
    const char *name; /* of the tool, as it was called */
    const struct command *command;
    struct settings settings;
    struct ocd_session *session; /* NULL before cli_connect() */
    int64_t begun_ms;            /* when the command began, as cli_now_ms() has it */
    bool shell;                  /* `session` is a shell's and outlives the command */
    bool json;                   /* answers and failures are JSON objects */
    int output_error;            /* errno of standard output in a dry run; ends the command */
    const char *bare_address;    /* an address of decimal digits only, as it was given, or NULL */
    ocd_connection_fn
        connection; /* ocd_options.connection of the session that is made; NULL: none */
    void *connection_user;
    struct elf elf;
    struct progress progress;
};

/* The value of an environment variable, NULL if it is unset or empty. */
const char *cli_environment(const char *name);

/* Connects, or starts an OpenOCD, as the settings say. CLI_DONE, or the exit code after a message.
 */
int cli_connect(struct cli *cli);

/* The operation that does this, NULL if memory is short; `subject` receives what it is called in
 * messages. There must be no session yet. */
#define CLI_SUBJECT_MAX 300
struct ocd_op *cli_connect_async(struct cli *cli, char subject[CLI_SUBJECT_MAX]);

/* Drives the session until the operation has ended; a signal cancels it. Returns its result. The
 * caller releases the operation. NULL is answered with OCD_ERR_NOMEM. */
int cli_wait(struct cli *cli, struct ocd_op *op);

/* Milliseconds of the monotonic clock. */
int64_t cli_now_ms(void);
/* What is left of --deadline, at least 1; OCD_TIMEOUT_NONE without one. */
uint32_t cli_time_left(const struct cli *cli);
/* Settings of a call: --timeout, and what is left of --deadline. */
struct ocd_call cli_call(const struct cli *cli);

/* Whether --format is json; it may be json or text. CLI_DONE, or the exit code after a message. */
int cli_text_or_json(struct cli *cli, const struct args *args, bool *json);
/* The same, followed by cli_connect(). */
int cli_begin(struct cli *cli, const struct args *args, bool *json);

/* The target that the settings name. */
struct cli_target {
    enum ocd_endian endian;
    char type[64]; /* OpenOCD's, such as cortex_m */
};

/* CLI_DONE, or the exit code after a message. */
int cli_target(struct cli *cli, struct cli_target *target);
int cli_endian(struct cli *cli, enum ocd_endian *endian);
