// SPDX-License-Identifier: MIT
/* Hexdumps: of target memory as text or line by line, and of bytes that are at hand. */
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
        return ocd_buffer_add(&l->text, line, size);
    int result = l->memop.op.result;
    int stop = l->line(line, l->user);
    /* It may have ended the operation by itself: no line comes after that. */
    return stop == 0 && l->memop.op.result == result ? OCD_OK : OCD_ERR_CANCELLED;
}

static int consume(struct ocd_memop *m, uint64_t addr, const void *data, uint64_t size)
{
    struct lines *l = (struct lines *)m;

    (void)addr;
    return ocd_hexdump_add(&l->dump, data, size);
}

static int complete(struct ocd_memop *m)
{
    struct lines *l = (struct lines *)m;

    return m->size > 0 ? ocd_hexdump_finish(&l->dump) : OCD_OK;
}

static void ended(struct ocd_op *op, int result)
{
    struct lines *l = (struct lines *)op;

    /* What could be read before a failure is worth showing. */
    if (result != OCD_OK && result != OCD_ERR_CANCELLED && l->dump.line != NULL)
        ocd_hexdump_finish(&l->dump);
    if (l->result == NULL)
        return;
    if (result == OCD_OK || l->text.size > 0)
        *l->result = ocd_buffer_take(&l->text);
}

static void destroy(struct ocd_op *op)
{
    struct lines *l = (struct lines *)op;

    ocd_buffer_free(&l->text);
    ocd_memop_destroy(op);
}

static const struct ocd_memop_class lines_class = {
    .op = OCD_MEMOP_CLASS(struct lines, .account = ocd_memop_account, .ended = ended,
                          .destroy = destroy),
    .consume = consume,
    .complete = complete,
};

static struct lines *start(struct ocd_session *s, uint64_t addr, uint64_t size,
                           const struct ocd_call *call)
{
    struct lines *l = (struct lines *)ocd_op_new(
        s, &lines_class.op, call, "hexdump of %" PRIu64 " bytes at 0x%08" PRIX64, size, addr);

    if (l != NULL)
        ocd_hexdump_init(&l->dump, addr, addr + size, emit, l);
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
        ocd_op_fail(&l->memop.op, OCD_ERR_ARG, "the pointer for the text is NULL");
    else
        ocd_memop_begin(&l->memop, addr, size, NULL, true);
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
        ocd_op_fail(&l->memop.op, OCD_ERR_ARG, "the callback for the lines is NULL");
    else
        ocd_memop_begin(&l->memop, addr, size, NULL, true);
    return &l->memop.op;
}

int ocd_hexdump(struct ocd_session *session, uint64_t addr, size_t size, char **text)
{
    return ocd_op_wait(session, ocd_hexdump_async(session, addr, size, text, NULL));
}

int ocd_hexdump_lines(struct ocd_session *session, uint64_t addr, uint64_t size, ocd_line_fn line,
                      void *user)
{
    return ocd_op_wait(session, ocd_hexdump_lines_async(session, addr, size, line, user, NULL));
}

static int collect(const char *line, size_t size, void *user)
{
    return ocd_buffer_add(user, line, size);
}

int ocd_hexdump_format(uint64_t addr, const void *data, size_t size, char **text)
{
    struct ocd_buffer out = {0};
    struct ocd_hexdump dump;

    if (text == NULL)
        return OCD_ERR_ARG;
    *text = NULL;
    if ((data == NULL && size > 0) || !ocd_range_valid(addr, size))
        return OCD_ERR_ARG;
    ocd_hexdump_init(&dump, addr, addr + size, collect, &out);
    if (size > 0) {
        ocd_hexdump_add(&dump, data, size);
        ocd_hexdump_finish(&dump);
    }
    *text = ocd_buffer_take(&out);
    return *text != NULL ? OCD_OK : OCD_ERR_NOMEM;
}
