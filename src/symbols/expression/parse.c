// SPDX-License-Identifier: MIT
/* Expressions: text into a tree. */
#include <ctype.h>
#include <string.h>

#include "symbols/expression/expression.h"

enum {
    NESTING_MAX = 100,
};

struct parser {
    struct ocd_expression *e;
    struct ocd_lexer x;
    unsigned depth;
};

static struct ocd_node *parse_sum(struct parser *p);
static struct ocd_node *parse_unary(struct parser *p);

static struct ocd_node *create(struct parser *p, enum ocd_node_kind kind, struct ocd_node *a)
{
    struct ocd_node *n = ocd__arena_alloc(&p->e->arena, sizeof(*n));

    if (n == NULL) {
        ocd__expression_nomem(p->e);
        return NULL;
    }
    n->kind = kind;
    n->at = p->x.at;
    n->a = a;
    return n;
}

static struct ocd_node *malformed(struct parser *p, const char *what)
{
    if (p->e->detail.error.code != OCD_OK)
        return NULL;
    ocd__lex_blanks(&p->x);
    const char *rest = p->x.text + p->x.at;
    if (*rest == '\0')
        ocd__expression_fail(p->e, OCD_ERR_EXPRESSION, "%s is missing at the end", what);
    else
        ocd__expression_fail(p->e, OCD_ERR_EXPRESSION, "%s is missing before '%.40s'", what, rest);
    return NULL;
}

static struct ocd_node *too_many(struct parser *p, const char *what)
{
    if (p->e->detail.error.code == OCD_OK)
        ocd__expression_fail(p->e, OCD_ERR_EXPRESSION, "it has more than %d %s", NESTING_MAX, what);
    return NULL;
}

/* --- Operands --- */

static struct ocd_node *parse_name(struct parser *p)
{
    struct ocd_node *n = create(p, OCD_NODE_NAME, NULL);
    char *name = n != NULL ? ocd__lex_name(&p->x) : NULL;

    if (name == NULL)
        return n != NULL ? malformed(p, "a name or a number") : NULL;
    n->name = name;
    return n;
}

static struct ocd_node *parse_number(struct parser *p)
{
    struct ocd_node *n = create(p, OCD_NODE_NUMBER, NULL);
    bool is_real;

    if (n == NULL)
        return NULL;
    const char *start = p->x.text + p->x.at;
    if (start[0] == '0' && isdigit((unsigned char)start[1])) {
        ocd__expression_fail(p->e, OCD_ERR_EXPRESSION,
                             "'%.40s' has a leading 0: write 0x for hexadecimal", start);
        return NULL;
    }
    if (!ocd__lex_number(&p->x, &n->number, &n->real, &is_real))
        return malformed(p, "a number");
    if (is_real)
        n->kind = OCD_NODE_REAL;
    return n;
}

static bool is_quoted_file(const struct parser *p)
{
    const char *start = p->x.text + p->x.at;
    const char *end = strchr(start + 1, '\'');

    return end != NULL && strncmp(end, "'::", 3) == 0;
}

static struct ocd_node *parse_char(struct parser *p)
{
    struct ocd_node *n = create(p, OCD_NODE_NUMBER, NULL);

    if (n == NULL)
        return NULL;
    p->x.at++;
    n->is_char = true;
    return ocd__lex_char(&p->x, &n->number) ? n : malformed(p, "a character in single quotes");
}

static bool starts_operand(char c)
{
    return isalnum((unsigned char)c) || (c != '\0' && strchr("_$('*&", c) != NULL);
}

/* "(type)" before an operand. */
static struct ocd_node *parse_cast(struct parser *p)
{
    struct ocd_lexer saved = p->x;
    struct ocd_type_words words = {0};
    bool certain = false;

    if (strncmp(p->x.text + p->x.at, "(anonymous", 10) == 0)
        return NULL;
    p->x.at++;
    if (ocd__lex_type(&p->x, &words, &certain) && ocd__lex_take(&p->x, ")")) {
        ocd__lex_blanks(&p->x);
        if (certain || starts_operand(p->x.text[p->x.at])) {
            struct ocd_node *n = create(p, OCD_NODE_CAST, NULL);
            if (n == NULL)
                return NULL;
            n->type = words;
            n->a = parse_unary(p);
            return n->a != NULL ? n : NULL;
        }
    }
    p->x = saved;
    return NULL;
}

static struct ocd_node *parse_primary(struct parser *p)
{
    ocd__lex_blanks(&p->x);
    char c = p->x.text[p->x.at];

    if (isdigit((unsigned char)c))
        return parse_number(p);
    if (c == '\'' && !is_quoted_file(p))
        return parse_char(p);
    if (c == '(' && strncmp(p->x.text + p->x.at, "(anonymous", 10) != 0) {
        p->x.at++;
        struct ocd_node *inner = parse_sum(p);
        if (inner == NULL)
            return NULL;
        return ocd__lex_take(&p->x, ")") ? inner : malformed(p, "')'");
    }
    return parse_name(p);
}

/* --- What follows an operand --- */

static struct ocd_node *parse_member(struct parser *p, struct ocd_node *of, bool arrow)
{
    struct ocd_node *n = create(p, OCD_NODE_MEMBER, of);

    if (n == NULL)
        return NULL;
    n->is_arrow = arrow;
    n->name = ocd__lex_member(&p->x);
    return n->name != NULL ? n : malformed(p, "the name of a member");
}

static struct ocd_node *parse_index(struct parser *p, struct ocd_node *of)
{
    struct ocd_node *n = create(p, OCD_NODE_INDEX, of);

    if (n == NULL || (n->b = parse_sum(p)) == NULL)
        return NULL;
    if (ocd__lex_take(&p->x, "..")) {
        n->kind = OCD_NODE_SLICE;
        n->c = parse_sum(p);
        if (n->c == NULL)
            return NULL;
    }
    return ocd__lex_take(&p->x, "]") ? n : malformed(p, "']'");
}

static struct ocd_node *parse_postfix(struct parser *p)
{
    struct ocd_node *n = parse_primary(p);

    for (unsigned i = 0; n != NULL; i++) {
        if (i == NESTING_MAX)
            return too_many(p, "members");
        ocd__lex_blanks(&p->x);
        if (ocd__lex_take(&p->x, "->"))
            n = parse_member(p, n, true);
        else if (strncmp(p->x.text + p->x.at, "..", 2) != 0 && ocd__lex_take(&p->x, "."))
            n = parse_member(p, n, false);
        else if (ocd__lex_take(&p->x, "["))
            n = parse_index(p, n);
        else
            break;
    }
    return n;
}

static struct ocd_node *parse_prefix(struct parser *p, enum ocd_node_kind kind)
{
    struct ocd_node *n = create(p, kind, NULL);

    if (n != NULL)
        n->a = parse_unary(p);
    return n != NULL && n->a != NULL ? n : NULL;
}

static struct ocd_node *parse_unary(struct parser *p)
{
    struct ocd_node *n = NULL;

    if (p->depth == NESTING_MAX)
        return too_many(p, "nested brackets or operators");
    p->depth++;
    ocd__lex_blanks(&p->x);
    if (ocd__lex_take(&p->x, "*"))
        n = parse_prefix(p, OCD_NODE_DEREF);
    else if (ocd__lex_take(&p->x, "&"))
        n = parse_prefix(p, OCD_NODE_ADDRESS);
    else if (ocd__lex_take(&p->x, "-"))
        n = parse_prefix(p, OCD_NODE_NEGATE);
    else if (p->x.text[p->x.at] == '(')
        n = parse_cast(p);
    else
        n = parse_postfix(p);
    if (n == NULL && p->e->detail.error.code == OCD_OK)
        n = parse_postfix(p);
    p->depth--;
    return n;
}

static struct ocd_node *parse_sum(struct parser *p)
{
    struct ocd_node *n = parse_unary(p);

    for (unsigned i = 0; n != NULL; i++) {
        enum ocd_node_kind kind;
        if (ocd__lex_take(&p->x, "+"))
            kind = OCD_NODE_ADD;
        else if (ocd__lex_take(&p->x, "-"))
            kind = OCD_NODE_SUBTRACT;
        else
            break;
        if (i == NESTING_MAX)
            return too_many(p, "terms");
        n = create(p, kind, n);
        if (n == NULL || (n->b = parse_unary(p)) == NULL)
            return NULL;
    }
    return n;
}

int ocd__parse(struct ocd_expression *e)
{
    struct parser p = {.e = e, .x = {.text = e->text, .arena = &e->arena}};
    struct ocd_node *tree = parse_sum(&p);

    if (tree != NULL) {
        ocd__lex_blanks(&p.x);
        if (e->text[p.x.at] != '\0') {
            ocd__expression_fail(e, OCD_ERR_EXPRESSION, "unexpected '%.40s'", e->text + p.x.at);
            tree = NULL;
        }
    }
    e->tree = tree;
    return tree != NULL ? OCD_OK : e->detail.error.code;
}
