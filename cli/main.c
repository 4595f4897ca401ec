// SPDX-License-Identifier: MIT
/* `ocd`: the command line over libocd. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "completion.h"
#include "output.h"
#include "report.h"
#include "signals.h"
#include "version.h"

static int run_tool(struct cli *cli, int argc, char **argv)
{
    struct args args = {0};
    char message[300];
    if (!args_parse(&args, argc, argv, commands_options, true, message, sizeof(message)))
        return report_usage(cli, "%s", message);
    if (args_has(&args, ARGS_VERSION))
        return version_print();
    if (args.count == 0) {
        return args_has(&args, 'h') ? commands_help(cli, 0, NULL)
                                    : report_usage(cli, "no command given");
    }
    if (strcmp(args.operands[0], "help") == 0)
        return commands_help(cli, args.count, args.operands);
    if (strcmp(args.operands[0], "complete") == 0)
        return completion_run(cli, args.count, args.operands);
    return commands_run_with(cli, &args, args.count, args.operands);
}

/* Descriptors 0 to 2 must be taken: otherwise a socket would be standard output. */
static int claim_standard_descriptors(void)
{
    for (int fd = 0; fd < 3; fd++) {
        if (fcntl(fd, F_GETFD) == -1 && errno == EBADF) {
            /* The wrong direction, so that using it fails. */
            int opened = open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
            if (opened != fd)
                return opened < 0 ? errno : EBADF;
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    /* Static: what is open at the end is released with the process, which is faster. */
    static struct cli cli;
    cli.name = argc > 0 ? argv[0] : "ocd";
    int error = claim_standard_descriptors();
    if (error == 0)
        error = signals_install();
    setvbuf(stderr, NULL, _IOLBF, BUFSIZ); /* a message at once */
    if (error != 0)
        return report_local(&cli, "start", error);
    int status = run_tool(&cli, argc, argv);
    bool written = status != CLI_DONE && status != CLI_NO;
    error = output_finish();
    if (error != 0 && !written)
        status = report_local(&cli, "standard output", error);
    return status;
}
