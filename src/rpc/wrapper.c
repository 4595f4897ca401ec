// SPDX-License-Identifier: MIT
#include "rpc/wrapper.h"

#include <inttypes.h>
#include <string.h>

#include "ocd.h"
#include "rpc/tcl.h"

/* `apply` keeps the interpreter's globals clean; `catch` gives the status; `capture` collects what
 * is logged, so that it can stand neither before nor behind the result. */
#define RUN(command) "set log [capture {set rc [catch {" command "} out]}]; "

/* The command's words follow as they are: in braces they would be parsed once more, which costs a
 * large write a tenth of its time. `list` would look at each byte of a result, up to a quarter of
 * OpenOCD's time for a read; the results of the library's own commands hold no brace and no
 * backslash. What an error says may. */
static const char plain[] =
    "apply {{id args} {" RUN("{*}$args") "if {$rc} {list $id $rc $out $log} "
                                         "else {set out \"$id 0 {$out} [list $log]\"}}} ";
/* 0x1a in the answer would end the frame early. */
static const char any[] = "apply {{id cmd} {" RUN(
    "uplevel #0 $cmd") "set map [list % %25 \\x1a %1A]; "
                       "list $id $rc [string map $map $out] [string map $map $log]}} ";

int ocd_wrapper_write(struct ocd_buffer *out, enum ocd_wrap wrap, uint64_t id, const char *command,
                      size_t size)
{
    ocd_buffer_printf(out, "%s%" PRIu64 " ", wrap == OCD_WRAP_ANY ? any : plain, id);
    if (wrap == OCD_WRAP_PLAIN) {
        ocd_buffer_add(out, command, size);
    } else {
        int rc = ocd_tcl_quote(out, command, size);
        if (rc != OCD_OK)
            return rc;
    }
    const char end = OCD_FRAME_END;
    return ocd_buffer_add(out, &end, 1);
}

static bool read_number(struct ocd_slice word, uint64_t *value)
{
    if (word.size == 0 || word.size > 19)
        return false;
    *value = 0;
    for (size_t i = 0; i < word.size; i++) {
        if (word.data[i] < '0' || word.data[i] > '9')
            return false;
        *value = *value * 10 + (uint64_t)(word.data[i] - '0');
    }
    return true;
}

static bool read_status(struct ocd_slice word, long *status)
{
    bool negative = word.size > 0 && word.data[0] == '-';
    uint64_t value;

    if (negative) {
        word.data++;
        word.size--;
    }
    if (word.size > 9 || !read_number(word, &value))
        return false;
    *status = negative ? -(long)value : (long)value;
    return true;
}

int ocd_wrapper_read(struct ocd_slice frame, uint64_t *id, struct ocd_reply *reply)
{
    struct ocd_slice words[4], more;

    for (int i = 0; i < 4; i++) {
        if (ocd_tcl_next(&frame, &words[i]) != 1)
            return OCD_ERR_PROTOCOL;
        /* A first element that is no number: not ours, and perhaps long. */
        if (i == 0 && !read_number(words[0], id))
            return OCD_ERR_PROTOCOL;
    }
    if (ocd_tcl_next(&frame, &more) != 0 || !read_status(words[1], &reply->status))
        return OCD_ERR_PROTOCOL;
    reply->result = words[2];
    reply->log = words[3];
    return OCD_OK;
}

bool ocd_wrapper_is_event(struct ocd_slice frame)
{
    static const char prefix[] = "type target_";

    return frame.size >= sizeof(prefix) - 1 && memcmp(frame.data, prefix, sizeof(prefix) - 1) == 0;
}

size_t ocd_wrapper_unescape(char *text, size_t size)
{
    size_t to = 0;

    for (size_t from = 0; from < size; from++) {
        char c = text[from];
        if (c == '%' && from + 2 < size) {
            c = text[from + 1] == '1' ? OCD_FRAME_END : '%';
            from += 2;
        }
        text[to++] = c;
    }
    return to;
}
