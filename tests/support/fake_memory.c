// SPDX-License-Identifier: MIT
/* The commands that touch memory, with OpenOCD's texts and codes (src/target/target.c). */
#include "fake_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ELEMENTS_MAX 65536
/* Bytes of one access to the target. */
#define ACCESS_BYTES 4096

static bool is_unreadable(const struct fake_shared *shared, uint64_t addr, size_t size)
{
    unsigned count = atomic_load(&shared->unreadable_count);
    for (unsigned i = 0; i < count; i++) {
        uint64_t first = shared->unreadable_at[i], last = first + shared->unreadable_size[i] - 1;
        if (addr <= last && addr + size - 1 >= first)
            return true;
    }
    return false;
}

static uint8_t *find(struct fake_shared *shared, uint64_t addr, size_t size)
{
    for (int i = 0; i < FAKE_REGIONS; i++) {
        const struct fake_region *r = &shared->regions[i];
        if (addr >= r->addr && addr - r->addr < r->size && size <= r->size - (addr - r->addr))
            return shared->memory + shared->region_at[i] + (addr - r->addr);
    }
    return NULL;
}

static uint64_t get(const struct fake_access *a, const uint8_t *at)
{
    bool big = a->s->options->big_endian >> a->target & 1;
    uint64_t value = 0;
    for (unsigned i = 0; i < a->width; i++)
        value |= (uint64_t)at[big ? a->width - 1 - i : i] << 8 * i;
    return value;
}

static void put(const struct fake_access *a, uint8_t *at, uint64_t value)
{
    bool big = a->s->options->big_endian >> a->target & 1;
    for (unsigned i = 0; i < a->width; i++)
        at[big ? a->width - 1 - i : i] = (uint8_t)(value >> 8 * i);
}

/* One element. 0 or the target's status. */
int fake_memory_reach(struct fake_access *a, uint8_t **at, bool write)
{
    struct fake_server *s = a->s;
    if (s->options->must_halt && strcmp(s->state[a->target], "halted") != 0) {
        fake_log(s, s->options->head ? "[%s] not halted\n" : "Target %s not halted\n",
                 fake_target_name(a->target));
        return FAKE_ERROR_NOT_HALTED;
    }
    if (a->width == 8 && s->options->no_width64)
        return FAKE_ERROR_UNALIGNED;
    *at = find(s->shared, a->addr, a->width);
    if (!*at || is_unreadable(s->shared, a->addr, a->width)) {
        fake_log(s, "Failed to %s memory at 0x%8.8" PRIx64 "\n", write ? "write" : "read", a->addr);
        return FAKE_ERROR_FAIL;
    }
    s->elements++;
    return 0;
}

/* Reads up to ACCESS_BYTES; all or nothing. */
static int read_chunk(struct fake_access *a, uint64_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++, a->addr += a->width) {
        uint8_t *at;
        int status = fake_memory_reach(a, &at, false);
        if (status != 0)
            return status;
        values[i] = get(a, at);
    }
    a->count -= count;
    return 0;
}

static size_t chunk_of(const struct fake_access *a)
{
    size_t most = ACCESS_BYTES / a->width;
    return a->count < most ? a->count : most;
}

int fake_memory_finish(struct fake_server *s, const struct fake_text *text, int status)
{
    Jim_SetResultString(s->interp, text->size > 0 ? text->data : "", (int)text->size);
    return status == 0 ? JIM_OK : s->options->head ? JIM_ERR : status;
}

int fake_memory_fail(struct fake_server *s, int status, const char *text)
{
    Jim_SetResultString(s->interp, text, -1);
    return s->options->head ? JIM_ERR : status;
}

static int check_range(struct fake_access *a, bool reads)
{
    struct fake_server *s = a->s;
    uint64_t end = a->addr + a->count * a->width;
    bool head = s->options->head;
    /* The spelling is OpenOCD's. */
    if (a->count > ELEMENTS_MAX && reads)
        return fake_memory_fail(s, JIM_ERR,
                                head ? "too large read request, exceeds 64K elements"
                                     : "read_memory: too large read request, exeeds 64K elements");
    if (a->count > ELEMENTS_MAX)
        return fake_memory_fail(
            s, JIM_ERR,
            head ? "too large memory write request, exceeds 64K elements"
                 : "write_memory: too large memory write request, exceeds 64K elements");
    /* 0.12 refuses a range that ends at 2^64 too; its successor an empty one, except at 0. */
    if (head && end - 1 < a->addr)
        return fake_memory_fail(s, JIM_ERR, "memory region wraps over address zero");
    if (!head && end < a->addr)
        return fake_memory_fail(s, JIM_ERR,
                                reads ? "read_memory: addr + count wraps to zero"
                                      : "write_memory: addr + len wraps to zero");
    return JIM_OK;
}

/* ADDRESS WIDTH COUNT, or a list of values in COUNT's place, and perhaps "phys". */
static int parse_access(struct fake_access *a, int argc, Jim_Obj *const *argv, bool reads)
{
    struct fake_server *s = a->s;
    long bits, count = 0;
    jim_wide addr;
    if (argc < 4 || argc > 5) {
        Jim_WrongNumArgs(s->interp, 1, argv,
                         reads ? "address width count ['phys']" : "address width data ['phys']");
        return JIM_ERR;
    }
    if (Jim_GetWide(s->interp, argv[1], &addr) != JIM_OK ||
        Jim_GetLong(s->interp, argv[2], &bits) != JIM_OK ||
        (reads && Jim_GetLong(s->interp, argv[3], &count) != JIM_OK))
        return JIM_ERR;
    if (!reads)
        count = Jim_ListLength(s->interp, argv[3]);
    if (argc == 5 && strcmp(Jim_String(argv[4]), "phys") != 0) {
        Jim_SetResultFormatted(s->interp, "invalid argument '%#s', must be 'phys'", argv[4]);
        return JIM_ERR;
    }
    if (bits != 8 && bits != 16 && bits != 32 && bits != 64)
        return fake_memory_fail(s, JIM_ERR, "invalid width, must be 8, 16, 32 or 64");
    a->addr = (uint64_t)addr;
    a->width = (unsigned)bits / 8;
    a->count = (size_t)count;
    return check_range(a, reads);
}

static int read_memory(struct fake_access *a, int argc, Jim_Obj *const *argv)
{
    struct fake_server *s = a->s;
    bool head = s->options->head;
    int status = parse_access(a, argc, argv, true);
    if (status != JIM_OK)
        return status;

    static uint64_t values[ACCESS_BYTES];
    struct fake_text text = {0};
    while (status == 0 && a->count > 0) {
        size_t count = chunk_of(a);
        uint64_t start = a->addr;
        status = read_chunk(a, values, count);
        for (size_t i = 0; status == 0 && i < count; i++)
            fake_text_printf(&text, "%s0x%" PRIx64, text.size > 0 ? " " : "", values[i]);
        if (status != 0 && !head) {
            fake_log(s,
                     "read_memory: read at 0x%8.8" PRIx64 " with width=%u and count=%zu failed\n",
                     start, 8 * a->width, count);
            text.size = 0;
            fake_text_printf(&text, "read_memory: failed to read memory");
        } else if (status != 0) {
            /* It is directly after the values read before, as there. */
            fake_text_printf(&text, "failed to read memory");
        }
    }
    status = fake_memory_finish(s, &text, status != 0 ? JIM_ERR : 0);
    free(text.data);
    return status;
}

static int write_memory(struct fake_access *a, int argc, Jim_Obj *const *argv)
{
    struct fake_server *s = a->s;
    int status = parse_access(a, argc, argv, false);
    if (status != JIM_OK)
        return status;
    jim_wide value = 0;
    uint64_t start = a->addr;
    for (size_t i = 0; i < a->count; i++, a->addr += a->width) {
        Jim_Obj *word = Jim_ListGetIndex(s->interp, argv[3], (int)i);
        /* 0.12 does not look at the answer and writes the value before once more. */
        if (Jim_GetWide(s->interp, word, &value) != JIM_OK && s->options->head)
            return fake_memory_fail(s, JIM_ERR, "invalid value");
        uint8_t *at;
        if (fake_memory_reach(a, &at, true) != 0) {
            if (!s->options->head)
                fake_log(s,
                         "write_memory: write at 0x%8.8" PRIx64
                         " with width=%u and count=%zu failed\n",
                         start, 8 * a->width, a->count);
            return fake_memory_fail(s, JIM_ERR,
                                    s->options->head ? "failed to write memory"
                                                     : "write_memory: failed to write memory");
        }
        put(a, at, (uint64_t)value);
    }
    Jim_SetEmptyResult(s->interp);
    return JIM_OK;
}

static unsigned width_of(char letter)
{
    return letter == 'b' ? 1 : letter == 'h' ? 2 : letter == 'w' ? 4 : letter == 'd' ? 8 : 0;
}

/* Words after the command and perhaps "phys": up to `most` numbers. */
static int parse_numbers(struct fake_access *a, int argc, Jim_Obj *const *argv, jim_wide *numbers,
                         int least, int most)
{
    int first = argc > 1 && strcmp(Jim_String(argv[1]), "phys") == 0 ? 2 : 1;
    if (argc - first < least || argc - first > most) {
        fake_log(a->s, "%s address ...\n", Jim_String(argv[0]));
        return fake_memory_fail(a->s, FAKE_ERROR_SYNTAX, "");
    }
    for (int i = first; i < argc; i++)
        if (Jim_GetWide(a->s->interp, argv[i], &numbers[i - first]) != JIM_OK)
            return fake_memory_fail(a->s, FAKE_ERROR_ARGUMENT, "option value is not valid\n");
    a->addr = (uint64_t)numbers[0];
    return 0;
}

/* 32 bytes a line; 0.12 ends the last one too. */
static int md(struct fake_access *a, int argc, Jim_Obj *const *argv)
{
    struct fake_server *s = a->s;
    jim_wide numbers[2] = {0, 1};
    int status = parse_numbers(a, argc, argv, numbers, 1, 2);
    if (status != 0)
        return status;
    a->count = (size_t)numbers[1];

    struct fake_text text = {0};
    while (status == 0 && a->count > 0) {
        uint64_t values[32], start = a->addr;
        size_t count = 32 / a->width < a->count ? 32 / a->width : a->count;
        status = read_chunk(a, values, count);
        fake_text_printf(&text, "0x%8.8" PRIx64 ": ", start);
        for (size_t i = 0; i < count; i++)
            fake_text_printf(&text, "%*.*" PRIx64 " ", 2 * (int)a->width, 2 * (int)a->width,
                             values[i]);
        if (!s->options->head || a->count > 0)
            fake_text_printf(&text, "\n");
    }
    if (status != 0)
        text.size = 0;
    status = fake_memory_finish(s, &text, status);
    free(text.data);
    return status;
}

static int mw(struct fake_access *a, int argc, Jim_Obj *const *argv)
{
    jim_wide numbers[3] = {0, 0, 1};
    int status = parse_numbers(a, argc, argv, numbers, 2, 3);
    if (status != 0)
        return status;
    for (jim_wide i = 0; i < numbers[2]; i++, a->addr += a->width) {
        uint8_t *at;
        status = fake_memory_reach(a, &at, true);
        if (status != 0)
            return fake_memory_fail(a->s, status, "");
        put(a, at, (uint64_t)numbers[1]);
    }
    Jim_SetEmptyResult(a->s->interp);
    return JIM_OK;
}

int fake_memory_run(struct fake_server *s, unsigned index, int argc, Jim_Obj *const *argv)
{
    struct fake_access a = {.s = s, .target = index};
    const char *name = Jim_String(argv[0]);
    if (!s->options->no_read_memory && strcmp(name, "read_memory") == 0)
        return read_memory(&a, argc, argv);
    if (!s->options->no_read_memory && strcmp(name, "write_memory") == 0)
        return write_memory(&a, argc, argv);
    if (strcmp(name, "dump_image") == 0)
        return fake_dump_image(&a, argc, argv);
    if (strcmp(name, "load_image") == 0)
        return fake_load_image(&a, argc, argv);
    if (strlen(name) == 3 && name[0] == 'm') {
        a.width = width_of(name[2]);
        if (name[1] == 'd' && a.width != 0)
            return md(&a, argc, argv);
        if (name[1] == 'w' && a.width != 0)
            return mw(&a, argc, argv);
    }
    Jim_SetResultFormatted(s->interp, "invalid command name \"%#s\"", argv[0]);
    return JIM_ERR;
}

static int run(Jim_Interp *interp, int argc, Jim_Obj *const *argv)
{
    struct fake_server *s = Jim_CmdPrivData(interp);
    if (fake_targets(s) == 0) {
        Jim_SetResultString(interp, "no current target", -1);
        return s->options->head ? JIM_ERR : FAKE_ERROR_FAIL;
    }
    return fake_memory_run(s, s->conn ? s->conn->target : 0, argc, argv);
}

void fake_memory_commands(struct fake_server *s)
{
    static const char *const names[] = {
        "mdb", "mdh", "mdw",        "mdd",        "mwb",         "mwh",
        "mww", "mwd", "dump_image", "load_image", "read_memory", "write_memory",
    };
    size_t count = sizeof(names) / sizeof(names[0]);
    if (s->options->no_read_memory)
        count -= 2;
    for (size_t i = 0; i < count; i++)
        Jim_CreateCommand(s->interp, names[i], run, s, NULL);
}
