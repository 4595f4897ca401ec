// SPDX-License-Identifier: MIT
/* Shared by the reliability tests: servers, sessions, the clock. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_server.h"
#include "little.h"
#include "ocd.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

#define FLASH UINT64_C(0x08000000)
#define RAM   UINT64_C(0x20000000)

/* What a call may last beyond its deadline on a machine that is busy with other tests. Idle, it is
 * a few milliseconds. It is less than the usual timeout of 10 s: one that is ignored is noticed. */
#define SLACK_MS 8000
/* The timeout of calls that must succeed: a test that hangs fails after this time. */
#define PATIENCE_MS 60000

long now_ms(void);

/* Fail the test when they cannot be had. */
struct fake *server(const struct fake_options *options);
/* A session with it; `options` may be NULL, its port and host are set here. However soon its calls
 * are to time out, connecting has PATIENCE_MS; which is also meant by no timeout. */
struct ocd_session *join(const struct fake *f, const struct ocd_options *options);

/* A call that has to end with that code: prints what the session says otherwise. */
#define ends_with(session, code, call)                                                             \
    check_result((session), (call), (code), #call, __FILE__, __LINE__)
void check_result(const struct ocd_session *session, int result, int wanted, const char *call,
                  const char *file, int line);

/* Fails the test when more time has passed since `begin`, the last answer of now_ms(), than that
 * and the slack. What this process had to wait for a processor does not count. */
void assert_in_time(long begin, long ms);

/* Bytes of the server's memory as they were at its start. */
void assert_pattern(const struct fake *f, uint64_t addr, size_t size);
/* Fails the test when `data` is not the server's memory now. */
void assert_is_memory(const struct fake *f, uint64_t addr, const void *data, size_t size);
/* Reads a word at FLASH, and has time for it. */
int read_word(struct ocd_session *s, uint32_t *word);
/* The session works: a read gives what is there. */
void assert_works(const struct fake *f, struct ocd_session *s);
