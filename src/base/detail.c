// SPDX-License-Identifier: MIT
#include "base/detail.h"

#include <inttypes.h>
#include <string.h>

#include "base/scan.h"

/* Characters of the reason in `text`; `message` has all of it. */
#define TEXT_REASON_MAX 300

static const char *contents(const struct ocd_buffer *b)
{
    return b->size > 0 && b->error == 0 ? b->data : "";
}

static void publish(struct ocd_detail *d)
{
    d->error.command = contents(&d->command);
    d->error.message = contents(&d->message);
    d->error.text = contents(&d->text);
    d->error.reason = contents(&d->reason);
    d->error.hint = contents(&d->hint);
    if (d->error.text[0] == '\0')
        d->error.text = ocd_strerror(d->error.code);
}

const struct ocd_error *ocd__detail_no_memory(void)
{
    static const struct ocd_error no_memory = {
        .code = OCD_ERR_NOMEM,
        .command = "",
        .message = "",
        .text = "out of memory",
        .reason = "",
        .hint = "",
    };

    return &no_memory;
}

void ocd__detail_init(struct ocd_detail *d)
{
    memset(d, 0, sizeof(*d));
    publish(d);
}

void ocd__detail_free(struct ocd_detail *d)
{
    ocd__buffer_free(&d->command);
    ocd__buffer_free(&d->message);
    ocd__buffer_free(&d->text);
    ocd__buffer_free(&d->reason);
    ocd__buffer_free(&d->hint);
    ocd__detail_init(d);
}

void ocd__detail_clear(struct ocd_detail *d)
{
    ocd__buffer_clear(&d->command);
    ocd__buffer_clear(&d->message);
    ocd__buffer_clear(&d->text);
    ocd__buffer_clear(&d->reason);
    ocd__buffer_clear(&d->hint);
    memset(&d->error, 0, sizeof(d->error));
    ocd__detail_fact(d, OCD_FACT_NONE, 0);
    publish(d);
}

int ocd__detail_set(struct ocd_detail *d, int code, const char *format, ...)
{
    va_list args;

    ocd__detail_clear(d);
    d->error.code = code;
    va_start(args, format);
    ocd__buffer_vprintf(&d->message, format, args);
    va_end(args);
    publish(d);
    return code;
}

void ocd__detail_command(struct ocd_detail *d, const char *command, size_t size)
{
    ocd__buffer_clear(&d->command);
    ocd__buffer_add(&d->command, command, size);
    publish(d);
}

static bool is_padding(char c)
{
    return ocd_is_space(c) || c == '\0';
}

void ocd__detail_message(struct ocd_detail *d, const char *message, size_t size)
{
    while (size > 0 && is_padding(message[size - 1]))
        size--;
    while (size > 0 && is_padding(*message)) {
        message++;
        size--;
    }
    ocd__buffer_clear(&d->message);
    ocd__buffer_add(&d->message, message, size);
    publish(d);
}

void ocd__detail_fact(struct ocd_detail *d, enum ocd_fact fact, uint64_t number)
{
    d->fact = fact;
    d->number = number;
}

void ocd__detail_address(struct ocd_detail *d, uint64_t addr, uint64_t done)
{
    d->error.addr = addr;
    d->error.has_addr = true;
    d->error.done = done;
}

/* Appends `what`, which may be a script of many lines, as one line. */
static void add_flat(struct ocd_buffer *text, const char *what)
{
    while (*what != '\0') {
        size_t line = strcspn(what, "\r\n");
        ocd__buffer_add(text, what, line);
        what += line;
        if (*what != '\0')
            ocd__buffer_puts(text, " ");
        what += strspn(what, "\r\n");
    }
}

/* Takes reason and hint from the table of causes. */
static void explain(struct ocd_detail *d)
{
    struct ocd_view words = {d->message.data, d->message.error == 0 ? d->message.size : 0};
    struct ocd_view line = ocd__cause_line(words);
    const char *hint = ocd__cause_hint(d->error.code, d->fact, words);

    ocd__buffer_clear(&d->reason);
    ocd__buffer_clear(&d->hint);
    ocd__buffer_add(&d->reason, line.data, line.size);
    for (; hint != NULL && *hint != '\0'; hint++)
        if (*hint == '#')
            ocd__buffer_printf(&d->hint, "%" PRIu64, d->number);
        else
            ocd__buffer_add(&d->hint, hint, 1);
}

void ocd__detail_compose(struct ocd_detail *d, const char *what)
{
    explain(d);
    ocd__buffer_clear(&d->text);
    if (what != NULL && what[0] != '\0') {
        add_flat(&d->text, what);
        ocd__buffer_puts(&d->text, ": ");
    }
    ocd__buffer_puts(&d->text, ocd_strerror(d->error.code));
    if (d->error.has_addr)
        ocd__buffer_printf(&d->text, " at 0x%08" PRIX64, d->error.addr);
    const char *reason = contents(&d->reason);
    if (reason[0] != '\0')
        ocd__buffer_printf(&d->text, ": %.*s", TEXT_REASON_MAX, reason);
    publish(d);
}

void ocd__detail_copy(struct ocd_detail *to, const struct ocd_detail *from)
{
    ocd__detail_clear(to);
    ocd__buffer_puts(&to->command, from->error.command);
    ocd__buffer_puts(&to->message, from->error.message);
    ocd__buffer_puts(&to->text, from->error.text);
    ocd__buffer_puts(&to->reason, from->error.reason);
    ocd__buffer_puts(&to->hint, from->error.hint);
    to->error = from->error;
    publish(to);
}
