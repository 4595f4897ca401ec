// SPDX-License-Identifier: MIT
/* The simplest client of a Tcl RPC port, for tests that must not rely on libocd: it blocks, and
 * fails the test when something cannot be done. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "fake_server.h"

/* A server to talk to. */
struct fake *raw_server(const struct fake_options *options);
/* Microseconds of the monotonic clock. */
int64_t raw_now_us(void);

/* Connects to 127.0.0.1. To be closed with close(2). */
int raw_join(uint16_t port);

void raw_send(int fd, const char *text);
/* The line and its terminator. */
void raw_request(int fd, const char *line);

/* What comes up to a terminator, as a string; if there is none, with "<end>", "<reset>" or
 * "<silence>" (nothing for `ms` milliseconds, a minute for the others) after it. A NUL is shown as
 * '@'. Valid until the next call. */
const char *raw_frame(int fd);
const char *raw_frame_within(int fd, int ms);
/* So many bytes, less where there is a terminator among them. */
const char *raw_bytes(int fd, size_t count);

/* raw_request and raw_frame. */
const char *raw_ask(int fd, const char *line);
/* The same for a command in the script that libocd puts around it, as its request 7. A reply whose
 * counts are right is answered as "7 STATUS {RESULT} {LOG}", any other one as it is. */
const char *raw_ask_wrapped(int fd, const char *command);
/* The frame that comes next, answered as raw_ask_wrapped does. */
const char *raw_reply(int fd);
