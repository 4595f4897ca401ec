// SPDX-License-Identifier: MIT
/* Chooses the fault of a request, and applies it to the contents of a reply. */
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

void fake_fault_refuse(const struct fake_slot *slot, const struct fake_command *command,
                       struct fake_text *reply)
{
    long status = slot->fault.at == 0 ? 1 : (long)slot->fault.at;
    struct fake_frame frame = {.id = command->id, .status = status};

    fake_text_add(&frame.log, slot->text, slot->fault.text_size);
    /* Each read has a status of its own. */
    for (unsigned i = 0; i < (command->stops ? 1 : command->reads); i++)
        fake_text_printf(&frame.result, "%ld 0 \n", status);
    if (command->counts)
        fake_text_printf(&frame.result, "0 refused");
    if (command->id == 0)
        fake_text_add(reply, slot->text, slot->fault.text_size);
    else
        fake_frame_build(&frame, reply);
    fake_frame_free(&frame);
}

/* A value is between `start` and `end`. */
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
        while (i < size && text[i] != ' ' && text[i] != '\n')
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

static void change_text(struct fake_text *text, const struct fake_slot *slot, const char *command)
{
    if (slot->fault.kind == FAKE_TEXT_BEFORE)
        replace(text, 0, 0, slot->text, slot->fault.text_size);
    else if (slot->fault.kind == FAKE_TEXT_AFTER)
        fake_text_add(text, slot->text, slot->fault.text_size);
    else
        change_values(text, slot, command);
}

/* Any bytes are valid: only their number can be wrong. */
static void change_bytes(struct fake_text *bytes, const struct fake_slot *slot)
{
    const struct fake_fault *f = &slot->fault;
    uint64_t many = f->at == 0 ? 1 : f->at;

    switch (f->kind) {
    case FAKE_FEWER:
        bytes->size -= many < bytes->size ? (size_t)many : bytes->size;
        break;
    case FAKE_MORE:
        for (uint64_t i = 0; i < many; i++)
            fake_text_add(bytes, "", 1);
        break;
    case FAKE_PARTIAL:
        bytes->size /= 2;
        break;
    case FAKE_TEXT_BEFORE:
    case FAKE_TEXT_AFTER:
        change_text(bytes, slot, "");
        break;
    default:
        break;
    }
}

/* One read of a list of reads. */
struct read {
    long status;
    struct fake_text values;
};

static unsigned split_reads(const struct fake_text *result, unsigned count, struct read *reads)
{
    const char *at = result->data, *end = at + result->size;
    unsigned found = 0;

    for (; found < count && at < end; found++) {
        unsigned long size;
        int used;
        if (sscanf(at, "%ld %lu %n", &reads[found].status, &size, &used) != 2)
            break;
        fake_text_add(&reads[found].values, at + used, size);
        at += (size_t)used + size + 1;
    }
    return found;
}

static void join_reads(struct fake_text *result, struct read *reads, unsigned count)
{
    result->size = 0;
    for (unsigned i = 0; i < count; i++) {
        fake_text_printf(result, "%ld %zu ", reads[i].status, reads[i].values.size);
        fake_text_add(result, reads[i].values.data, reads[i].values.size);
        fake_text_add(result, "\n", 1);
        free(reads[i].values.data);
    }
}

/* The command of read `index` and what comes after it. */
static const char *command_of_read(const char *commands, size_t index)
{
    const char *at = strstr(commands, "read_memory ");

    while (index-- > 0 && at != NULL)
        at = strstr(at + 1, "read_memory ");
    return at != NULL ? at : "";
}

/* What is at the end of the values is at the end of the last read, all else in the first one. */
static void change_reads(struct fake_text *result, const struct fake_slot *slot,
                         const struct fake_command *command)
{
    struct read *reads = calloc(command->reads, sizeof(*reads));
    if (!reads)
        abort();
    unsigned count = split_reads(result, command->reads, reads);
    enum fake_kind kind = slot->fault.kind;
    bool at_end = kind == FAKE_FEWER || kind == FAKE_MORE || kind == FAKE_TEXT_AFTER ||
                  kind == FAKE_PARTIAL || slot->fault.at == FAKE_END;
    size_t index = at_end && count > 0 ? count - 1 : 0;
    struct read *read = &reads[index];

    change_text(&read->values, slot, command_of_read(command->text.data, index));
    if (kind == FAKE_PARTIAL)
        read->status = 1;
    join_reads(result, reads, count);
    free(reads);
}

static void change_result(struct fake_text *result, const struct fake_slot *slot,
                          const struct fake_command *command)
{
    if (command->dumps)
        change_bytes(result, slot);
    else if (command->reads > 0)
        change_reads(result, slot, command);
    else if (command->counts && slot->fault.kind == FAKE_PARTIAL)
        replace(result, 0, result->size, "0 failed to write memory", 24);
    else
        change_text(result, slot, command->text.data);
}

/* The counts are those of what is in the reply, or off as asked. */
static void change_frame(struct fake_text *reply, const struct fake_slot *slot,
                         const struct fake_command *command)
{
    const struct fake_fault *f = &slot->fault;
    struct fake_frame frame;

    if (!fake_frame_parse(&frame, reply)) {
        change_result(reply, slot, command);
        fake_frame_free(&frame);
        return;
    }
    if (f->kind == FAKE_WRONG_ID)
        frame.id += f->at == 0 ? 1 : f->at;
    else if (f->kind == FAKE_COUNT_LARGER)
        frame.count_off = f->at == 0 ? 1 : (int64_t)f->at;
    else if (f->kind == FAKE_COUNT_SMALLER)
        frame.count_off = f->at == 0 || f->at > frame.result.size ? -1 : -(int64_t)f->at;
    else if (f->kind == FAKE_RESULT)
        replace(&frame.result, 0, frame.result.size, slot->text, f->text_size);
    else if (f->kind == FAKE_LOG)
        fake_text_add(&frame.log, slot->text, f->text_size);
    else
        change_result(&frame.result, slot, command);
    if (f->kind == FAKE_PARTIAL)
        frame.status = 1;
    fake_frame_build(&frame, reply);
    fake_frame_free(&frame);
}

/* A number of the header: of the request, status, bytes of the result, of the log, time. */
static void change_field(struct fake_text *reply, const struct fake_slot *slot)
{
    size_t start = 1, end;

    for (uint64_t field = 0;; field++) {
        for (end = start; end < reply->size && reply->data[end] != ' ' && reply->data[end] != '\n';)
            end++;
        if (field == slot->fault.at || end >= reply->size || reply->data[end] == '\n')
            break;
        start = end + 1;
    }
    if (start <= reply->size && reply->data[0] == '\0')
        replace(reply, start, end, slot->text, slot->fault.text_size);
}

void fake_fault_apply(const struct fake_slot *slot, const struct fake_command *command,
                      struct fake_text *reply)
{
    const struct fake_fault *f = &slot->fault;
    size_t at = f->at > reply->size ? reply->size : (size_t)f->at;
    switch (f->kind) {
    case FAKE_FIELD:
        change_field(reply, slot);
        break;
    case FAKE_WRONG_ID:
    case FAKE_COUNT_LARGER:
    case FAKE_COUNT_SMALLER:
    case FAKE_RESULT:
    case FAKE_LOG:
    case FAKE_FEWER:
    case FAKE_MORE:
    case FAKE_TOO_WIDE:
    case FAKE_NOT_A_NUMBER:
    case FAKE_TEXT_BEFORE:
    case FAKE_TEXT_AFTER:
    case FAKE_PARTIAL:
        change_frame(reply, slot, command);
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
