// SPDX-License-Identifier: MIT
/* What a request asks for, as one text: see fake_request() in fake_server.h. */
#include "fake_internal.h"

#include <string.h>

static void add_object(struct fake_text *t, Jim_Obj *object)
{
    int size;
    const char *bytes = Jim_GetString(object, &size);

    fake_text_add(t, bytes, (size_t)size);
}

/* The name of the target and a blank, where one is named. */
static void add_target(Jim_Interp *interp, struct fake_text *t, Jim_Obj *list)
{
    if (Jim_ListLength(interp, list) == 0)
        return;
    add_object(t, Jim_ListGetIndex(interp, list, 0));
    fake_text_add(t, " ", 1);
}

/* TARGET SPACE STOP READS */
static void add_reads(Jim_Interp *interp, struct fake_text *t, Jim_Obj *const *words)
{
    int count = Jim_ListLength(interp, words[3]);

    for (int i = 0; i + 2 < count; i += 3) {
        if (i > 0)
            fake_text_add(t, "; ", 2);
        add_target(interp, t, words[0]);
        fake_text_printf(t, "read_memory");
        for (int j = 0; j < 3; j++) {
            fake_text_add(t, " ", 1);
            add_object(t, Jim_ListGetIndex(interp, words[3], i + j));
        }
        if (Jim_Length(words[1]) > 0) {
            fake_text_add(t, " ", 1);
            add_object(t, words[1]);
        }
    }
}

/* TARGET SPACE FRAMES NEXT STEP CYCLES GROUPS HELD */
static void add_groups(Jim_Interp *interp, struct fake_text *t, Jim_Obj *const *words)
{
    for (int list = 6; list < 8; list++)
        for (int i = 1, n = Jim_ListLength(interp, words[list]); i < n; i += 2) {
            Jim_Obj *reads[] = {words[0], words[1], NULL, Jim_ListGetIndex(interp, words[list], i)};
            fake_text_add(t, "; ", t->size > 0 ? 2 : 0);
            add_reads(interp, t, reads);
        }
    fake_text_printf(t, "%s", t->size == 0 ? "curstate" : "");
}

/* TARGET ADDRESS SIZE */
static void add_dump(Jim_Interp *interp, struct fake_text *t, Jim_Obj *const *words)
{
    add_target(interp, t, words[0]);
    fake_text_printf(t, "dump_image ");
    add_object(t, words[1]);
    fake_text_add(t, " ", 1);
    add_object(t, words[2]);
}

/* TARGET HEAD TAIL BYTES */
static void add_load(Jim_Interp *interp, struct fake_text *t, Jim_Obj *const *words)
{
    add_target(interp, t, words[0]);
    add_object(t, words[1]);
    fake_text_add(t, " ", 1);
    if (Jim_ListLength(interp, words[2]) > 0)
        add_object(t, Jim_ListGetIndex(interp, words[2], 0));
    fake_text_printf(t, " %d", Jim_Length(words[3]));
}

static bool starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* apply LAMBDA ID WORD...: in place of `apply` in the interpreter that only evaluates words. */
static int take_words(Jim_Interp *interp, int argc, Jim_Obj *const *argv)
{
    struct fake_command *c = *(struct fake_command **)Jim_CmdPrivData(interp);
    const char *lambda = argc > 3 ? Jim_String(argv[1]) : "";
    jim_wide id;

    if (argc < 4 || Jim_GetWide(interp, argv[2], &id) != JIM_OK)
        return JIM_ERR;
    c->id = (uint64_t)id;
    if (argc == 4 && starts_with(lambda, "{id cmd} ")) {
        add_object(&c->text, argv[3]);
    } else if (argc == 4 && starts_with(lambda, "{id commands} ")) {
        c->counts = true;
        for (int i = 0, n = Jim_ListLength(interp, argv[3]); i < n; i++) {
            fake_text_add(&c->text, "; ", i > 0 ? 2 : 0);
            add_object(&c->text, Jim_ListGetIndex(interp, argv[3], i));
        }
    } else if (starts_with(lambda, "{id args} ")) {
        add_object(&c->text, Jim_NewListObj(interp, argv + 3, argc - 3));
    } else if (argc >= 7 && starts_with(lambda, "{id t phys stop reads ")) {
        add_reads(interp, &c->text, argv + 3);
        c->reads = (unsigned)Jim_ListLength(interp, argv[6]) / 3;
        c->stops = strcmp(Jim_String(argv[5]), "1") == 0;
    } else if (argc >= 11 && starts_with(lambda, "{id t phys frames ")) {
        add_groups(interp, &c->text, argv + 3);
    } else if (argc >= 6 && starts_with(lambda, "{id t a n ")) {
        add_dump(interp, &c->text, argv + 3);
        c->dumps = true;
    } else if (argc >= 7 && starts_with(lambda, "{id t head tail d ")) {
        add_load(interp, &c->text, argv + 3);
    }
    return JIM_OK;
}

void fake_command_of(const char *line, struct fake_command *command)
{
    static Jim_Interp *interp;
    static struct fake_command *wanted;

    if (interp == NULL) {
        /* Its own, so that the server's is left as it is. */
        interp = Jim_CreateInterp();
        Jim_RegisterCoreCommands(interp);
        Jim_CreateCommand(interp, "apply", take_words, &wanted, NULL);
    }
    *command = (struct fake_command){0};
    wanted = command;
    if (starts_with(line, "apply {{id "))
        Jim_Eval(interp, line);
    fake_text_add(&command->text, line, command->id == 0 ? strlen(line) : 0);
}
