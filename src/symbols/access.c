// SPDX-License-Identifier: MIT
#include "symbols/access.h"

#include "symbols/expression/expression.h"

struct ocd_symbols *ocd__expression_symbols(const struct ocd_expression *expression)
{
    return expression->symbols;
}

const char *ocd__expression_text(const struct ocd_expression *expression)
{
    return expression->text != NULL ? expression->text : "";
}

ocd_warning_fn ocd__symbols_warning(const struct ocd_symbols *symbols, void **user)
{
    *user = symbols->options.user;
    return symbols->options.warning;
}

bool ocd__symbols_first_value(struct ocd_symbols *symbols, const void *session, uint64_t began)
{
    bool first = symbols->session != session || symbols->session_began != began;

    symbols->session = session;
    symbols->session_began = began;
    return first;
}
