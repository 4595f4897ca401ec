// SPDX-License-Identifier: MIT
#include "rig/openocd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define START_TIMEOUT_MS 10000
#define STOP_TIMEOUT_MS  1000
#define TAIL_SIZE        2048u

/* Printed after "init". The ports may be open before or after it, as OpenOCD likes. */
#define READY "simulated chip: ready"

struct sim_openocd {
    pid_t pid;
    int fd; /* its standard error, non-blocking */
    int log_fd;
    uint16_t tcl_port;
    uint16_t gdb_port;
    uint16_t telnet_port;
    bool ready; /* it has said READY */
    size_t line_length;
    size_t tail_length;
    char line[256]; /* the one that is being received, cut when longer */
    char tail[TAIL_SIZE];
};

static long now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* "Info : Listening on port 34567 for tcl connections", both in 0.12 and later. */
static void take_line(struct sim_openocd *o)
{
    const char *at = strstr(o->line, "Listening on port ");
    unsigned port;
    char what[16];

    if (strncmp(o->line, READY, sizeof READY - 1) == 0)
        o->ready = true;
    if (!at || sscanf(at, "Listening on port %u for %15s", &port, what) != 2 || port > 65535)
        return;
    if (strcmp(what, "tcl") == 0)
        o->tcl_port = (uint16_t)port;
    else if (strcmp(what, "gdb") == 0)
        o->gdb_port = (uint16_t)port;
    else if (strcmp(what, "telnet") == 0)
        o->telnet_port = (uint16_t)port;
}

static void take_log(struct sim_openocd *o, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (o->line_length < sizeof o->line - 1)
            o->line[o->line_length++] = text[i];
        if (text[i] == '\n') {
            o->line[o->line_length] = '\0';
            take_line(o);
            o->line_length = 0;
        }
    }
    if (size >= sizeof o->tail) {
        text += size - sizeof o->tail;
        size = sizeof o->tail;
    }
    if (o->tail_length + size > sizeof o->tail) {
        size_t excess = o->tail_length + size - sizeof o->tail;

        memmove(o->tail, o->tail + excess, o->tail_length - excess);
        o->tail_length -= excess;
    }
    memcpy(o->tail + o->tail_length, text, size);
    o->tail_length += size;
}

bool sim_openocd_drain(struct sim_openocd *o)
{
    char text[4096];

    for (;;) {
        ssize_t n = read(o->fd, text, sizeof text);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == EAGAIN;
        if (n == 0)
            return false;
        take_log(o, text, (size_t)n);
        if (o->log_fd > 0) {
            ssize_t written = write(o->log_fd, text, (size_t)n);

            (void)written; /* a log that nobody takes is lost, OpenOCD goes on */
        }
    }
}

static void run_child(const struct sim *sim, const struct sim_openocd_options *options, int log_fd,
                      pid_t parent)
{
    const char *binary = options->binary ? options->binary : getenv("OCD_OPENOCD");
    const char *config = options->config ? options->config : "target/stm32f1x.cfg";
    const char *commands = options->commands ? options->commands : "";
    const char *link = "adapter driver st-link; st-link vid_pid 0x0483 0x3748; "
                       "transport select dapdirect_swd; st-link backend tcp";
    char adapter[1024];
    char ports[128];
    int null = open("/dev/null", O_RDWR);

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
    /* Its port is the last word of the adapter's commands. */
    snprintf(adapter, sizeof adapter, "%s %u", options->adapter ? options->adapter : link,
             (unsigned)sim_port(sim));
    snprintf(ports, sizeof ports, "gdb_port %s; telnet_port %s; tcl_port 0",
             options->gdb ? "0" : "disabled", options->telnet ? "0" : "disabled");
    dup2(null, 0);
    dup2(null, 1);
    dup2(log_fd, 2);
    close_range(3, ~0u, 0);
    signal(SIGPIPE, SIG_DFL);
    if (!binary || !*binary)
        binary = "openocd";
    execlp(binary, binary, "-c", adapter, "-f", config, "-c", ports, "-c", commands, "-c",
           "init; echo {" READY "}", (char *)NULL);
    dprintf(2, "%s: %s\n", binary, strerror(errno));
    _exit(127);
}

static int wait_for_port(struct sim_openocd *o, unsigned timeout_ms)
{
    long deadline = now_ms() + (timeout_ms ? (long)timeout_ms : START_TIMEOUT_MS);
    struct pollfd set = {.fd = o->fd, .events = POLLIN};

    for (;;) {
        long left = deadline - now_ms();

        if (left <= 0)
            return -ETIMEDOUT;
        if (poll(&set, 1, (int)left) < 0 && errno != EINTR)
            return -errno;
        if (!sim_openocd_drain(o))
            return -ECHILD;
        if (o->ready && o->tcl_port != 0)
            return 0;
    }
}

int sim_openocd_start(struct sim_openocd **out, const struct sim *sim,
                      const struct sim_openocd_options *options)
{
    static const struct sim_openocd_options defaults;
    struct sim_openocd *o = calloc(1, sizeof *o);
    pid_t parent = getpid();
    int log[2];
    int result;

    *out = NULL;
    if (!options)
        options = &defaults;
    if (!o)
        return -ENOMEM;
    if (pipe2(log, O_CLOEXEC) < 0) {
        result = -errno;
        free(o);
        return result;
    }
    o->fd = log[0];
    o->log_fd = options->log_fd;
    fcntl(o->fd, F_SETFL, O_NONBLOCK);
    o->pid = fork();
    if (o->pid == 0)
        run_child(sim, options, log[1], parent);
    result = o->pid < 0 ? -errno : 0;
    close(log[1]);
    if (result == 0)
        result = wait_for_port(o, options->timeout_ms);
    if (result != 0) {
        if (options->message && options->message_size > 0)
            snprintf(options->message, options->message_size, "%.*s", (int)o->tail_length, o->tail);
        sim_openocd_stop(o);
        return result;
    }
    *out = o;
    return 0;
}

void sim_openocd_stop(struct sim_openocd *o)
{
    struct pollfd set;
    long deadline = now_ms() + STOP_TIMEOUT_MS;

    if (!o)
        return;
    set = (struct pollfd){.fd = o->fd, .events = POLLIN};
    if (o->pid > 0) {
        kill(o->pid, SIGTERM);
        /* The end of its log is its own end; it is deaf while the probe is silent. */
        while (sim_openocd_drain(o) && now_ms() < deadline)
            poll(&set, 1, 100);
        kill(o->pid, SIGKILL);
        while (waitpid(o->pid, NULL, 0) < 0 && errno == EINTR)
            continue;
    }
    close(o->fd);
    free(o);
}

pid_t sim_openocd_pid(const struct sim_openocd *o)
{
    return o->pid;
}

uint16_t sim_openocd_tcl_port(const struct sim_openocd *o)
{
    return o->tcl_port;
}

uint16_t sim_openocd_gdb_port(const struct sim_openocd *o)
{
    return o->gdb_port;
}

uint16_t sim_openocd_telnet_port(const struct sim_openocd *o)
{
    return o->telnet_port;
}

int sim_openocd_fd(const struct sim_openocd *o)
{
    return o->fd;
}
