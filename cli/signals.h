// SPDX-License-Identifier: MIT
/* SIGINT, SIGTERM and SIGHUP as a descriptor that poll(2) can wait for. */
#pragma once

/* Catches SIGINT, SIGTERM and SIGHUP once each (a second one ends the process) and ignores
 * SIGPIPE. 0 or an errno. */
int signals_install(void);

/* The signal that has come, or 0. */
int signals_caught(void);

/* Forgets a signal that has been dealt with, and catches the next one again. */
void signals_forget(void);

/* What a second signal of a kind calls before it ends the process; NULL: nothing. It may only do
 * what a signal handler may. */
void signals_before_end(void (*last)(void));

/* Readable once a signal has come; nobody reads it. */
int signals_fd(void);
