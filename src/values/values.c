// SPDX-License-Identifier: MIT
/* The public calls. */
#include "values/value_op.h"

struct ocd_op *ocd_check_program_async(struct ocd_session *session, struct ocd_symbols *symbols,
                                       const struct ocd_call *call)
{
    return ocd__check_op(session, symbols, call);
}

int ocd_check_program(struct ocd_session *session, struct ocd_symbols *symbols)
{
    return ocd__op_wait(session, ocd_check_program_async(session, symbols, NULL));
}

struct ocd_op *ocd_locate_value_async(struct ocd_session *session,
                                      struct ocd_expression *expression,
                                      const struct ocd_call *call)
{
    return ocd__value_op(session, OCD_VALUE_LOCATE, expression, NULL, call);
}

int ocd_locate_value(struct ocd_session *session, struct ocd_expression *expression)
{
    return ocd__op_wait(session, ocd_locate_value_async(session, expression, NULL));
}

struct ocd_op *ocd_read_value_async(struct ocd_session *session, struct ocd_expression *expression,
                                    const struct ocd_call *call)
{
    return ocd__value_op(session, OCD_VALUE_READ, expression, NULL, call);
}

int ocd_read_value(struct ocd_session *session, struct ocd_expression *expression)
{
    return ocd__op_wait(session, ocd_read_value_async(session, expression, NULL));
}

struct ocd_op *ocd_write_value_async(struct ocd_session *session, struct ocd_expression *expression,
                                     const char *value, const struct ocd_call *call)
{
    return ocd__value_op(session, OCD_VALUE_WRITE, expression, value, call);
}

int ocd_write_value(struct ocd_session *session, struct ocd_expression *expression,
                    const char *value)
{
    return ocd__op_wait(session, ocd_write_value_async(session, expression, value, NULL));
}
