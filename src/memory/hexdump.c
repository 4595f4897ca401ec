// SPDX-License-Identifier: MIT
/* Hexdumps: of target memory as text or line by line, and of the caller's bytes. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/hexdump.h"
#include "memory/memop.h"

struct lines {
    struct ocd_memop memop;
    struct ocd_hexdump dump;
    ocd_line_fn line; /* NULL: collect into `text` */
    void *user;
    struct ocd_buffer text;
    char **result;
};

static int emit(const char *line, size_t size, void *user)
{
    struct lines *l = user;

    if (l->line == NULL)
        return ocd__buffer_add(&l->text, line, size);
    int result = l->memop.op.result;
    int stop = l->line(line, l->user);
    /* The callback may have ended the operation: no line comes after that. */
    return stop == 0 && l->memop.op.result == result ? OCD_OK : OCD_ERR_CANCELLED;
}

static int consume(struct ocd_memop *m, uint64_t addr, const void *data, uint64_t size)
{
    struct lines *l = (struct lines *)m;

    (void)addr;
    return ocd__hexdump_add(&l->dump, data, (size_t)size);
}

static int complete(struct ocd_memop *m)
{
    struct lines *l = (struct lines *)m;

    return m->size > 0 ? ocd__hexdump_finish(&l->dump) : OCD_OK;
}

static void ended(struct ocd_op *op, int result)
{
    struct lines *l = (struct lines *)op;

    /* What was read before a failure is shown too. */
    if (result != OCD_OK && result != OCD_ERR_CANCELLED && l->dump.line != NULL)
        ocd__hexdump_finish(&l->dump);
    if (l->result == NULL)
        return;
    if (result == OCD_OK || l->text.size > 0)
        *l->result = ocd__buffer_take(&l->text);
}

static void destroy(struct ocd_op *op)
{
    struct lines *l = (struct lines *)op;

    ocd__buffer_free(&l->text);
    ocd__memop_destroy(op);
}

static const struct ocd_memop_class lines_class = {
    .op = OCD_MEMOP_CLASS(struct lines, .account = ocd__memop_account, .ended = ended,
                          .destroy = destroy),
    .consume = consume,
    .complete = complete,
};

static struct lines *start(struct ocd_session *s, uint64_t addr, uint64_t size,
                           const struct ocd_call *call)
{
    struct lines *l = (struct lines *)ocd__op_new(
        s, &lines_class.op, call, "hexdump of %" PRIu64 " bytes at 0x%08" PRIX64, size, addr);

    if (l != NULL)
        ocd__hexdump_init(&l->dump, addr, addr + size, emit, l);
    return l;
}

struct ocd_op *ocd_hexdump_async(struct ocd_session *session, uint64_t addr, size_t size,
                                 char **text, const struct ocd_call *call)
{
    struct lines *l = start(session, addr, size, call);

    if (text != NULL)
        *text = NULL;
    if (l == NULL)
        return NULL;
    l->result = text;
    if (text == NULL)
        ocd__op_fail(&l->memop.op, OCD_ERR_ARG, "the pointer for the text is NULL");
    else
        ocd__memop_begin(&l->memop, addr, size, NULL, true);
    return &l->memop.op;
}

struct ocd_op *ocd_hexdump_lines_async(struct ocd_session *session, uint64_t addr, uint64_t size,
                                       ocd_line_fn line, void *user, const struct ocd_call *call)
{
    struct lines *l = start(session, addr, size, call);

    if (l == NULL)
        return NULL;
    l->line = line;
    l->user = user;
    if (line == NULL)
        ocd__op_fail(&l->memop.op, OCD_ERR_ARG, "the callback for the lines is NULL");
    else
        ocd__memop_begin(&l->memop, addr, size, NULL, true);
    return &l->memop.op;
}

int ocd_hexdump(struct ocd_session *session, uint64_t addr, size_t size, char **text)
{
    return ocd__op_wait(session, ocd_hexdump_async(session, addr, size, text, NULL));
}

int ocd_hexdump_lines(struct ocd_session *session, uint64_t addr, uint64_t size, ocd_line_fn line,
                      void *user)
{
    return ocd__op_wait(session, ocd_hexdump_lines_async(session, addr, size, line, user, NULL));
}

static int collect(const char *line, size_t size, void *user)
{
    return ocd__buffer_add(user, line, size);
}

int ocd_hexdump_format(uint64_t addr, const void *data, size_t size, char **text)
{
    struct ocd_buffer out = {0};
    struct ocd_hexdump dump;

    if (text == NULL)
        return OCD_ERR_ARG;
    *text = NULL;
    if ((data == NULL && size > 0) || !ocd__range_valid(addr, size))
        return OCD_ERR_ARG;
    ocd__hexdump_init(&dump, addr, addr + size, collect, &out);
    if (size > 0) {
        ocd__hexdump_add(&dump, data, size);
        ocd__hexdump_finish(&dump);
    }
    *text = ocd__buffer_take(&out);
    return *text != NULL ? OCD_OK : OCD_ERR_NOMEM;
}
