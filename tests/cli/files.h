// SPDX-License-Identifier: MIT
/* The tool at work with files: a rig with a halted target, and a directory. In every text here an @
 * means the name of the directory, so that commands read as a user types them. */
#pragma once

#include <stdint.h>

#include "rig.h"
#include "tool.h"

#define RAM   0x20000000u
#define FLASH 0x08000000u

extern struct rig *rig;

/* For cmocka: the rig and its directory, for a program; and both as they were, for each test. */
int files_start(void **state);
int files_stop(void **state);
int files_enter(void **state);
#define files_test(test) cmocka_unit_test_setup(test, files_enter)

/* Runs "ocd -p PORT LINE" and compares, as expect() does. */
#define run(status, out, err, ...) files_run(__FILE__, __LINE__, status, out, err, __VA_ARGS__)
void files_run(const char *file, int line, int status, const char *out, const char *err,
               const char *format, ...) __attribute__((format(printf, 6, 7)));
/* The same, where output and errors have to hold these texts, "" for none at all. */
#define run_holds(status, out, err, ...)                                                           \
    files_run_holds(__FILE__, __LINE__, status, out, err, __VA_ARGS__)
void files_run_holds(const char *file, int line, int status, const char *out, const char *err,
                     const char *format, ...) __attribute__((format(printf, 6, 7)));
/* Only starts it. */
void files_begin(struct tool *tool, const struct tool_setup *setup, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Files; "@/name" names one in the directory. What is answered has to be freed. */
char *file_path(const char *name);
void put_bytes(const char *name, const void *data, size_t size);
void put_text(const char *name, const char *text);
char *get_file(const char *name, size_t *size);
bool is_there(const char *name);
#define file_holds(name, text) files_hold(__FILE__, __LINE__, name, text)
void files_hold(const char *file, int line, const char *name, const char *text);
/* Names in the directory. */
unsigned file_count(void);

/* Bytes that do not repeat. */
void fill_random(uint8_t *data, size_t size, uint32_t seed);

/* The chip's memory, without a debugger. */
void poke(uint32_t addr, const void *data, size_t size);
#define memory_holds(addr, data, size) files_memory(__FILE__, __LINE__, addr, data, size)
void files_memory(const char *file, int line, uint32_t addr, const void *data, size_t size);
/* Number of bytes that the debugger has written so far. */
uint64_t bytes_written(void);
