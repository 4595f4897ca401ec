// SPDX-License-Identifier: MIT
/* The simplest client of a Tcl RPC port, for tests that must not rely on libocd: it blocks, and
 * fails the test when something cannot be done. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "fake_server.h"

/* What libocd puts around a command. */
#define RAW_WRAPPED                                                                                \
    "apply {{id cmd} {set log [capture {set rc [catch {uplevel #0 $cmd} out]}]; "                  \
    "list $id $rc $out $log}} 7 {%s}"

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
 * "<silence>" (nothing for `ms` milliseconds, a minute for the others) behind it. Valid until the
 * next call. */
const char *raw_frame(int fd);
const char *raw_frame_within(int fd, int ms);
/* So many bytes, less where there is a terminator among them. */
const char *raw_bytes(int fd, size_t count);

/* raw_request and raw_frame; `command` is put into RAW_WRAPPED. */
const char *raw_ask(int fd, const char *line);
const char *raw_ask_wrapped(int fd, const char *command);
