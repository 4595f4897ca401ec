// SPDX-License-Identifier: MIT
/* GDB on OpenOCD's GDB port, controlled over its machine interface so that its start is not part of
 * what is measured. */
#include "bench.h"

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct gdb {
    pid_t pid;
    FILE *in, *out;
    unsigned number; /* of the last command */
};

static void run_child(const int in[2], const int out[2])
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(in[0], 0);
    dup2(out[1], 1);
    dup2(out[1], 2);
    execlp("gdb-multiarch", "gdb-multiarch", "-q", "-nx", "--interpreter=mi2", (char *)NULL);
    _exit(127);
}

void gdb_do(struct gdb *g, const char *format, ...)
{
    char command[256], line[4096], mark[32];
    va_list args;

    va_start(args, format);
    vsnprintf(command, sizeof(command), format, args);
    va_end(args);
    int length = snprintf(mark, sizeof(mark), "%u^", ++g->number);
    fprintf(g->in, "%u-interpreter-exec console \"%s\"\n", g->number, command);
    fflush(g->in);
    while (fgets(line, sizeof(line), g->out) != NULL) {
        if (strncmp(line, mark, (size_t)length) != 0)
            continue;
        if (strncmp(line + length, "done", 4) != 0 && strncmp(line + length, "connected", 9) != 0)
            bench_fail("GDB: %s: %s", command, line);
        return;
    }
    bench_fail("GDB has ended");
}

struct gdb *gdb_start(uint16_t port)
{
    int in[2], out[2];

    if (system("command -v gdb-multiarch >/dev/null 2>&1") != 0)
        return NULL;
    struct gdb *g = calloc(1, sizeof(*g));
    if (g == NULL || pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0)
        bench_fail("no pipes");
    g->pid = fork();
    if (g->pid == 0)
        run_child(in, out);
    close(in[0]);
    close(out[1]);
    g->in = fdopen(in[1], "w");
    g->out = fdopen(out[0], "r");
    if (g->pid < 0 || g->in == NULL || g->out == NULL)
        bench_fail("GDB does not start");
    gdb_do(g, "set confirm off");
    gdb_do(g, "target extended-remote 127.0.0.1:%u", (unsigned)port);
    return g;
}

void gdb_stop(struct gdb *g)
{
    if (g == NULL)
        return;
    kill(g->pid, SIGKILL);
    waitpid(g->pid, NULL, 0);
    fclose(g->in);
    fclose(g->out);
    free(g);
}
