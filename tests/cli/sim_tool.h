// SPDX-License-Identifier: MIT
/* `ocd sim` as a test runs it, and what it prints as JSON. */
#pragma once

#include "tool.h"

struct sim_tool {
    struct tool tool;
    unsigned probe_port;
    unsigned control_port; /* each 0 if it is not printed */
    unsigned tcl_port;
    unsigned gdb_port;
    char elf[1000];
    char openocd[200];
};

/* Starts `ocd sim -f json OPTIONS` and waits until it is ready; fails the test if it ends before.
 */
void sim_tool_start(struct sim_tool *sim, const struct tool_setup *setup, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The values of the line that such a tool has printed. */
void sim_tool_parse(struct sim_tool *sim);

/* Ends it by a signal and expects it to succeed without a word. */
void sim_tool_end(struct sim_tool *sim, int signal_number);

/* Sends bytes to the control port, and compares the answer. */
int sim_tool_dial(const struct sim_tool *sim);
void sim_tool_say(int fd, const char *lines, const char *answers);

/* Checks that all started processes end: those that lose their parent become children of the test,
 * which sim_tool_adopt() asks for. A port is no proof: another program may have it by then. */
void sim_tool_adopt(void);
void assert_nothing_runs(void);

/* Whether something listens there. */
bool is_listening(unsigned port);

/* Removes the variables OCD_… from the environment. */
void forget_environment(void);
