// SPDX-License-Identifier: MIT
/* Which fault strikes, and what it does to the contents of a reply. */
#include "fake_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_for_connections(enum fake_kind kind)
{
    return kind >= FAKE_CLOSE_ON_ACCEPT && kind <= FAKE_FOREIGN;
}

const struct fake_slot *fake_fault_pick(struct fake_shared *shared, bool accepting,
                                        const char *command)
{
    for (int i = 0; i < FAKE_FAULTS; i++) {
        struct fake_slot *slot = &shared->faults[i];
        if (!atomic_load(&slot->armed) || is_for_connections(slot->fault.kind) != accepting)
            continue;
        if (!accepting && !strstr(command, slot->match))
            continue;
        if (slot->fault.times != 0 && atomic_load(&slot->struck) >= slot->fault.times)
            continue;
        if (atomic_fetch_add(&slot->seen, 1) < slot->fault.skip)
            continue;
        atomic_fetch_add(&slot->struck, 1);
        return slot;
    }
    return NULL;
}

/* Whether a line is a wrapped command: apply {{id cmd} …} NUMBER COMMAND or
 * apply {{id args} …} NUMBER WORD… */
static bool is_wrapped(struct fake_server *s, Jim_Obj *list, int words)
{
    return words >= 4 && strcmp(Jim_String(Jim_ListGetIndex(s->interp, list, 0)), "apply") == 0;
}

static bool is_by_words(struct fake_server *s, Jim_Obj *list)
{
    static const char lambda[] = "{id args}";

    return strncmp(Jim_String(Jim_ListGetIndex(s->interp, list, 1)), lambda, sizeof(lambda) - 1) ==
           0;
}

void fake_fault_refuse(struct fake_server *s, const struct fake_slot *slot, const char *line,
                       struct fake_text *reply)
{
    Jim_Obj *list = Jim_NewStringObj(s->interp, line, -1);
    Jim_IncrRefCount(list);
    if (is_wrapped(s, list, Jim_ListLength(s->interp, list))) {
        jim_wide status = slot->fault.at == 0 ? 1 : (jim_wide)slot->fault.at;
        Jim_Obj *words[] = {
            Jim_ListGetIndex(s->interp, list, 2),
            Jim_NewIntObj(s->interp, status),
            Jim_NewStringObj(s->interp, "", 0),
            Jim_NewStringObj(s->interp, slot->text, (int)slot->fault.text_size),
        };
        Jim_Obj *answer = Jim_NewListObj(s->interp, words, 4);
        Jim_IncrRefCount(answer);
        int size;
        const char *text = Jim_GetString(answer, &size);
        fake_text_add(reply, text, (size_t)size);
        Jim_DecrRefCount(s->interp, answer);
    } else {
        fake_text_add(reply, slot->text, slot->fault.text_size);
    }
    Jim_DecrRefCount(s->interp, list);
}

void fake_command_of(struct fake_server *s, const char *line, size_t size, struct fake_text *out)
{
    Jim_Obj *list = Jim_NewStringObj(s->interp, line, (int)size);
    Jim_IncrRefCount(list);
    int words = Jim_ListLength(s->interp, list);
    if (is_wrapped(s, list, words)) {
        int length;
        Jim_Obj *command = Jim_ListGetIndex(s->interp, list, 3);
        if (is_by_words(s, list)) {
            command = Jim_NewListObj(s->interp, NULL, 0);
            for (int i = 3; i < words; i++)
                Jim_ListAppendElement(s->interp, command, Jim_ListGetIndex(s->interp, list, i));
        }
        Jim_IncrRefCount(command);
        const char *text = Jim_GetString(command, &length);
        fake_text_add(out, text, (size_t)length);
        Jim_DecrRefCount(s->interp, command);
    } else {
        fake_text_add(out, line, size);
    }
    Jim_DecrRefCount(s->interp, list);
}

/* A value stands between `start` and `end`. */
struct value {
    size_t start, end;
};

/* The values of a result; addresses of a dump's lines, which end in a colon, are none. */
static size_t find_values(const char *text, size_t size, struct value **values)
{
    size_t count = 0;
    *values = malloc((size / 2 + 1) * sizeof(**values));
    if (!*values)
        abort();
    for (size_t i = 0; i < size;) {
        size_t start = i;
        while (i < size && !strchr(" \n", text[i]))
            i++;
        if (i > start && text[i - 1] != ':')
            (*values)[count++] = (struct value){start, i};
        if (i < size)
            i++;
    }
    return count;
}

static void replace(struct fake_text *t, size_t start, size_t end, const void *bytes, size_t size)
{
    struct fake_text changed = {0};
    fake_text_add(&changed, t->data, start);
    fake_text_add(&changed, bytes, size);
    fake_text_add(&changed, t->data + end, t->size - end);
    free(t->data);
    *t = changed;
}

/* A read of that many values as a number. */
static uint64_t number_in(const char *command, int word, uint64_t otherwise)
{
    for (; word > 0 && *command != '\0'; word--) {
        command += strcspn(command, " ");
        command += strspn(command, " ");
    }
    return *command != '\0' ? strtoull(command, NULL, 0) : otherwise;
}

/* A digit more than the values of this command can have. */
static void widen(struct fake_text *result, struct value v, const char *command)
{
    char wide[32];
    const char *read = strstr(command, "read_memory");
    if (read) {
        int digits = (int)number_in(read, 2, 32) / 4;
        snprintf(wide, sizeof(wide), "0x1%0*d", digits, 0);
    } else {
        snprintf(wide, sizeof(wide), "1%.*s", (int)(v.end - v.start), result->data + v.start);
    }
    replace(result, v.start, v.end, wide, strlen(wide));
}

static void change_values(struct fake_text *result, const struct fake_slot *slot,
                          const char *command)
{
    const struct fake_fault *f = &slot->fault;
    struct value *values;
    size_t count = find_values(result->data, result->size, &values);
    size_t many = f->at == 0 ? 1 : f->at > count ? count : (size_t)f->at;
    size_t index = f->at >= count && count > 0 ? count - 1 : (size_t)f->at;
    if (f->kind == FAKE_MORE) {
        for (uint64_t i = 0; i < (f->at == 0 ? 1 : f->at); i++)
            fake_text_printf(result, " 0x0");
    } else if (count == 0) {
        replace(result, 0, result->size, f->kind == FAKE_FEWER ? "" : slot->text,
                f->kind == FAKE_FEWER ? 0 : f->text_size);
    } else if (f->kind == FAKE_FEWER) {
        replace(result, many < count ? values[count - many - 1].end : 0, result->size, "", 0);
    } else if (f->kind == FAKE_PARTIAL) {
        const char *message = "failed to read memory";
        replace(result, count / 2 > 0 ? values[count / 2 - 1].end : 0, result->size, message,
                strlen(message));
    } else if (f->kind == FAKE_TOO_WIDE) {
        widen(result, values[index], command);
    } else {
        replace(result, values[index].start, values[index].end, slot->text, f->text_size);
    }
    free(values);
}

/* A reply of ours is a list of four; another one is all result. */
static void change_result(struct fake_server *s, struct fake_text *reply,
                          const struct fake_slot *slot, const char *command)
{
    const struct fake_fault *f = &slot->fault;
    Jim_Obj *list = Jim_NewStringObj(s->interp, reply->data, (int)reply->size);
    Jim_IncrRefCount(list);
    bool ours = Jim_ListLength(s->interp, list) == 4;
    struct fake_text result = {0};
    int size;
    const char *text = Jim_GetString(ours ? Jim_ListGetIndex(s->interp, list, 2) : list, &size);
    fake_text_add(&result, text, (size_t)size);
    if (f->kind == FAKE_TEXT_BEFORE)
        replace(&result, 0, 0, slot->text, f->text_size);
    else if (f->kind == FAKE_TEXT_AFTER)
        fake_text_add(&result, slot->text, f->text_size);
    else
        change_values(&result, slot, command);

    reply->size = 0;
    if (ours) {
        Jim_Obj *changed = Jim_NewListObj(s->interp, NULL, 0);
        Jim_IncrRefCount(changed);
        for (int i = 0; i < 4; i++) {
            Jim_Obj *word = Jim_ListGetIndex(s->interp, list, i);
            if (i == 1 && f->kind == FAKE_PARTIAL)
                word = Jim_NewStringObj(s->interp, "1", 1);
            else if (i == 2)
                word = Jim_NewStringObj(s->interp, result.data, (int)result.size);
            Jim_ListAppendElement(s->interp, changed, word);
        }
        text = Jim_GetString(changed, &size);
        fake_text_add(reply, text, (size_t)size);
        Jim_DecrRefCount(s->interp, changed);
    } else {
        fake_text_add(reply, result.data, result.size);
    }
    Jim_DecrRefCount(s->interp, list);
    free(result.data);
}

static void change_element(struct fake_server *s, struct fake_text *reply,
                           const struct fake_slot *slot)
{
    const struct fake_fault *f = &slot->fault;
    Jim_Obj *list = Jim_NewStringObj(s->interp, reply->data, (int)reply->size);
    Jim_Obj *changed = Jim_NewListObj(s->interp, NULL, 0);
    Jim_IncrRefCount(list);
    Jim_IncrRefCount(changed);
    int count = Jim_ListLength(s->interp, list), size;
    for (int i = 0; i < count; i++) {
        Jim_Obj *word = Jim_ListGetIndex(s->interp, list, i);
        if (f->kind == FAKE_WRONG_ID && i == 0) {
            jim_wide number = 0;
            Jim_GetWide(s->interp, word, &number);
            word = Jim_NewIntObj(s->interp, number + (jim_wide)(f->at == 0 ? 1 : f->at));
        } else if (f->kind == FAKE_ELEMENT && (uint64_t)i == f->at) {
            word = Jim_NewStringObj(s->interp, slot->text, (int)f->text_size);
        }
        Jim_ListAppendElement(s->interp, changed, word);
    }
    const char *text = Jim_GetString(changed, &size);
    reply->size = 0;
    fake_text_add(reply, text, (size_t)size);
    Jim_DecrRefCount(s->interp, changed);
    Jim_DecrRefCount(s->interp, list);
}

void fake_fault_apply(struct fake_server *s, const struct fake_slot *slot, const char *command,
                      struct fake_text *reply)
{
    const struct fake_fault *f = &slot->fault;
    size_t at = f->at > reply->size ? reply->size : (size_t)f->at;
    switch (f->kind) {
    case FAKE_ELEMENT:
    case FAKE_WRONG_ID:
        change_element(s, reply, slot);
        break;
    case FAKE_FEWER:
    case FAKE_MORE:
    case FAKE_TOO_WIDE:
    case FAKE_NOT_A_NUMBER:
    case FAKE_TEXT_BEFORE:
    case FAKE_TEXT_AFTER:
    case FAKE_PARTIAL:
        change_result(s, reply, slot, command);
        break;
    case FAKE_TRUNCATE:
        reply->size = at;
        break;
    case FAKE_INSERT:
        replace(reply, at, at, slot->text, f->text_size);
        break;
    case FAKE_REPLACE:
        replace(reply, 0, reply->size, slot->text, f->text_size);
        break;
    default:
        break;
    }
}
