// SPDX-License-Identifier: MIT
#include "files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct rig *rig;

static char directory[64];
static uint8_t first_flash[128 * 1024];

/* `text` with the directory's name in the place of each @; to be freed. NULL stays NULL. */
static char *expand(const char *text)
{
    if (text == NULL)
        return NULL;
    size_t count = 0;
    for (const char *at = text; *at != '\0'; at++)
        count += *at == '@';
    char *out = malloc(strlen(text) + count * strlen(directory) + 1);
    assert_non_null(out);
    char *to = out;
    for (; *text != '\0'; text++)
        if (*text == '@')
            to = stpcpy(to, directory);
        else
            *to++ = *text;
    *to = '\0';
    return out;
}

static void begin(struct tool *tool, const struct tool_setup *setup, const char *format,
                  va_list list)
{
    char line[1000];
    vsnprintf(line, sizeof(line), format, list);
    char *whole = expand(line);
    tool_start(tool, setup, "-p %u %s", rig->port, whole);
    free(whole);
}

void files_begin(struct tool *tool, const struct tool_setup *setup, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    begin(tool, setup, format, list);
    va_end(list);
}

void files_run(const char *file, int line, int status, const char *out, const char *err,
               const char *format, ...)
{
    struct tool tool;
    char *whole_out = expand(out);
    char *whole_err = expand(err);
    va_list list;
    va_start(list, format);
    begin(&tool, NULL, format, list);
    va_end(list);
    tool_finish(&tool);
    tool_compare(file, line, &tool, status, whole_out, whole_err);
    tool_free(&tool);
    free(whole_out);
    free(whole_err);
}

static void check_holds(const char *file, int line, const struct tool *tool,
                        const struct tool_text *text, const char *wanted)
{
    char *whole = expand(wanted);
    const char *have = text->data != NULL ? text->data : "";
    if (wanted[0] == '\0' ? have[0] != '\0' : strstr(have, whole) == NULL) {
        print_error("ocd %s\n--- has to hold:\n%s\n--- but is:\n%s\n", tool->line, whole, have);
        _fail(file, line);
    }
    free(whole);
}

void files_run_holds(const char *file, int line, int status, const char *out, const char *err,
                     const char *format, ...)
{
    struct tool tool;
    va_list list;
    va_start(list, format);
    begin(&tool, NULL, format, list);
    va_end(list);
    tool_finish(&tool);
    tool_compare(file, line, &tool, status, NULL, NULL);
    check_holds(file, line, &tool, &tool.out_text, out);
    check_holds(file, line, &tool, &tool.err_text, err);
    tool_free(&tool);
}

char *file_path(const char *name)
{
    return expand(name);
}

void put_bytes(const char *name, const void *data, size_t size)
{
    char *path = expand(name);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    free(path);
}

void put_text(const char *name, const char *text)
{
    put_bytes(name, text, strlen(text));
}

char *get_file(const char *name, size_t *size)
{
    char *path = expand(name);
    char *text = file_read(path, size);
    if (text == NULL)
        fail_msg("%s is not there", path);
    free(path);
    return text;
}

bool is_there(const char *name)
{
    char *path = expand(name);
    bool there = access(path, F_OK) == 0;
    free(path);
    return there;
}

void files_hold(const char *file, int line, const char *name, const char *text)
{
    size_t size;
    char *have = get_file(name, &size);
    if (strcmp(have, text) != 0) {
        print_error("%s\n--- has to be:\n%s\n--- but is:\n%s\n", name, text, have);
        _fail(file, line);
    }
    free(have);
}

unsigned file_count(void)
{
    return scratch_count(directory);
}

void fill_random(uint8_t *data, size_t size, uint32_t seed)
{
    for (size_t i = 0; i < size; i++) {
        seed = seed * 1664525u + 1013904223u;
        data[i] = (uint8_t)(seed >> 24);
    }
}

void poke(uint32_t addr, const void *data, size_t size)
{
    assert_int_equal(sim_poke(rig->sim, addr, data, size), 0);
}

void files_memory(const char *file, int line, uint32_t addr, const void *data, size_t size)
{
    uint8_t *have = malloc(size);
    assert_non_null(have);
    assert_int_equal(sim_peek(rig->sim, addr, have, size), 0);
    _assert_memory_equal(data, have, size, file, line);
    free(have);
}

uint64_t bytes_written(void)
{
    struct sim_stats stats;
    sim_get_stats(rig->sim, &stats);
    return stats.bytes_written;
}

int files_start(void **state)
{
    (void)state;
    unsetenv("NO_COLOR");
    scratch_make(directory);
    rig = rig_start(&(struct rig_options){.big = true});
    assert_int_equal(sim_peek(rig->sim, FLASH, first_flash, sizeof(first_flash)), 0);
    run(0, NULL, NULL, "halt");
    return 0;
}

int files_stop(void **state)
{
    (void)state;
    rig_stop(rig);
    scratch_remove(directory);
    return 0;
}

int files_enter(void **state)
{
    static const uint8_t zeros[20 * 1024];
    (void)state;
    sim_fault_clear(rig->sim);
    sim_set_latency(rig->sim, 0);
    poke(RAM, zeros, sizeof(zeros));
    poke(FLASH, first_flash, sizeof(first_flash));
    scratch_remove(directory);
    scratch_make(directory);
    return 0;
}
