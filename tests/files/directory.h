// SPDX-License-Identifier: MIT
/* Tests of the files that are written: each is in a directory of its own. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The directory's name is the test's state. */
int directory_enter(void **state);
int directory_leave(void **state);
#define TEST(name) cmocka_unit_test_setup_teardown(name, directory_enter, directory_leave)

/* The names in a directory, each with a blank before it, sorted. */
const char *names(const char *path);
void put_file(const char *path, const char *text);
/* Of up to 255 bytes; valid until the next call. */
const char *contents(const char *path);
bool is_link(const char *path);
unsigned mode_of(const char *path);
/* Writes a file of one word and gives it its name. */
void write_file(const char *path, const char *text);
