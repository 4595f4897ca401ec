// SPDX-License-Identifier: MIT
/* Files of the server: dump_image, load_image, and how far `file` and `open` work. */
#include "fake_internal.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* OpenOCD dumps in steps of this many bytes (src/target/target.c, handle_dump_image_command). */
#define STEP 4096

static FILE *open_file(struct fake_server *s, const char *path, const char *mode)
{
    bool hidden = s->options->no_proc && strncmp(path, "/proc/", 6) == 0;
    bool fails = hidden || atomic_load(&s->shared->raw_fails);
    FILE *file = fails ? NULL : fopen(path, mode);

    if (file == NULL)
        fake_log(s, "couldn't open %s\n", path);
    return file;
}

/* Faults that hit the server itself strike in mid-file. */
static void strike_in_file(struct fake_server *s, uint64_t written, FILE *file)
{
    const struct fake_slot *slot = s->fault;

    if (slot == NULL || written < slot->fault.at || slot->fault.kind != FAKE_EXIT)
        return;
    fflush(file);
    raise(SIGKILL);
}

/* Finds all bytes of a step, in words as far as they cost time. 0 or the target's status. */
static int reach_step(struct fake_access *a, uint8_t **bytes, size_t size, bool write)
{
    uint64_t touched = a->s->elements;
    int status = 0;

    a->width = 1;
    for (size_t i = 0; i < size && status == 0; i++, a->addr++)
        status = fake_memory_reach(a, &bytes[i], write);
    a->s->elements = touched + (a->s->elements - touched + 3) / 4;
    return status;
}

static int dump(struct fake_access *a, uint64_t size, FILE *file)
{
    static uint8_t *bytes[STEP];
    int status = 0;

    for (uint64_t done = 0; done < size && status == 0;) {
        size_t step = size - done < STEP ? (size_t)(size - done) : STEP;
        strike_in_file(a->s, done + step, file);
        status = reach_step(a, bytes, step, false);
        for (size_t i = 0; i < step && status == 0; i++)
            if (fputc(*bytes[i], file) == EOF)
                status = FAKE_ERROR_FILE;
        done += step;
    }
    return status;
}

int fake_dump_image(struct fake_access *a, int argc, Jim_Obj *const *argv)
{
    struct fake_server *s = a->s;
    jim_wide addr, size;

    if (argc != 4)
        return fake_memory_fail(s, FAKE_ERROR_SYNTAX, "");
    if (Jim_GetWide(s->interp, argv[2], &addr) != JIM_OK ||
        Jim_GetWide(s->interp, argv[3], &size) != JIM_OK)
        return fake_memory_fail(s, FAKE_ERROR_ARGUMENT, "");
    FILE *file = open_file(s, Jim_String(argv[1]), "wb");
    if (file == NULL)
        return fake_memory_fail(s, FAKE_ERROR_FILE, "");
    a->addr = (uint64_t)addr;
    int status = 0;
    if (atomic_load(&s->shared->files_full)) {
        fake_log(s, "couldn't write data: No space left on device\n");
        status = FAKE_ERROR_FILE;
    } else {
        status = dump(a, (uint64_t)size, file);
    }
    if (fclose(file) != 0 && status == 0)
        status = FAKE_ERROR_FILE;
    if (status != 0)
        return fake_memory_fail(s, status, "");
    struct fake_text text = {0};
    fake_text_printf(&text, "dumped %lld bytes in 0.001s (%lld.000 KiB/s)\n", (long long)size,
                     (long long)size);
    status = fake_memory_finish(s, &text, 0);
    free(text.data);
    return status;
}

/* A step is written as a whole or not at all. */
static int load(struct fake_access *a, FILE *file, uint64_t *size)
{
    static uint8_t *bytes[STEP], data[STEP];
    int status = 0;

    for (size_t step; status == 0 && (step = fread(data, 1, STEP, file)) > 0; *size += step) {
        strike_in_file(a->s, *size + step, file);
        status = reach_step(a, bytes, step, true);
        for (size_t i = 0; i < step && status == 0; i++)
            *bytes[i] = data[i];
    }
    return status;
}

int fake_load_image(struct fake_access *a, int argc, Jim_Obj *const *argv)
{
    struct fake_server *s = a->s;
    jim_wide addr = 0;

    if (argc < 2 || argc > 6)
        return fake_memory_fail(s, FAKE_ERROR_SYNTAX, "");
    if (argc > 2 && Jim_GetWide(s->interp, argv[2], &addr) != JIM_OK)
        return fake_memory_fail(s, FAKE_ERROR_ARGUMENT, "");
    FILE *file = open_file(s, Jim_String(argv[1]), "rb");
    if (file == NULL)
        return fake_memory_fail(s, FAKE_ERROR_FILE, "");
    uint64_t size = 0;
    a->addr = (uint64_t)addr;
    int status = load(a, file, &size);
    fclose(file);
    if (status != 0)
        return fake_memory_fail(s, status, "");
    struct fake_text text = {0};
    fake_text_printf(&text,
                     "%" PRIu64 " bytes written at address 0x%8.8" PRIx64 "\ndownloaded %" PRIu64
                     " bytes in 0.001s (%" PRIu64 ".000 KiB/s)\n",
                     size, (uint64_t)addr, size, size);
    status = fake_memory_finish(s, &text, 0);
    free(text.data);
    return status;
}

/* fake.full: whether files take no more. */
static int is_full(Jim_Interp *interp, int argc, Jim_Obj *const *argv)
{
    struct fake_server *s = Jim_CmdPrivData(interp);

    (void)argc;
    (void)argv;
    Jim_SetResultInt(interp, atomic_load(&s->shared->files_full));
    return JIM_OK;
}

/* The handle of an open file is a command: it is wrapped by one that can refuse. */
static const char script[] =
    "rename file fake.file; rename open fake.open\n"
    "proc file {what args} {\n"
    "    if {$what eq {tempfile} && $::fake_no_tempfile} {\n"
    "        error {file, unknown subcommand \"tempfile\"}\n"
    "    }\n"
    "    if {$what eq {exists} && $::fake_no_proc && [string match /proc/* [lindex $args 0]]} {\n"
    "        return 0\n"
    "    }\n"
    "    fake.file $what {*}$args\n"
    "}\n"
    "proc open {path args} {\n"
    "    if {$::fake_no_proc && [string match /proc/* $path]} {\n"
    "        error \"$path: No such file or directory\"\n"
    "    }\n"
    "    set h [fake.open $path {*}$args]\n"
    "    rename $h fake.$h\n"
    "    proc $h {what args} [concat [list apply {{h what args} {\n"
    "        if {$what eq {getfd} && $::fake_no_getfd} {\n"
    "            error \"$h, unknown subcommand \\\"getfd\\\"\"\n"
    "        }\n"
    "        if {$what eq {puts} && [fake.full] && [lindex $args end] ne {}} {\n"
    "            error {No space left on device}\n"
    "        }\n"
    "        if {$what eq {close}} {rename $h {}}\n"
    "        fake.$h $what {*}$args\n"
    "    }} $h] {$what {*}$args}]\n"
    "    set h\n"
    "}\n";

void fake_file_commands(struct fake_server *s)
{
    const struct fake_options *o = s->options;
    char flags[128];

    if (o->file_limit > 0) {
        struct rlimit limit;
        getrlimit(RLIMIT_FSIZE, &limit);
        limit.rlim_cur = o->file_limit;
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    Jim_CreateCommand(s->interp, "fake.full", is_full, s, NULL);
    snprintf(flags, sizeof(flags),
             "set fake_no_tempfile %d; set fake_no_getfd %d; set fake_no_proc %d", o->no_tempfile,
             o->no_getfd, o->no_proc);
    if (Jim_Eval(s->interp, flags) != JIM_OK || Jim_Eval(s->interp, script) != JIM_OK) {
        fprintf(stderr, "fake server: %s\n", Jim_String(Jim_GetResult(s->interp)));
        abort();
    }
}
