// SPDX-License-Identifier: MIT
/* Attributes of DWARF's entries, and the locations that they state. */
#include <dwarf.h>
#include <string.h>

#include "symbols/dwarf/debug_info.h"

enum {
    STACK_SIZE = 16,
};

bool ocd__die_flag(Dwarf_Die *die, unsigned attr)
{
    Dwarf_Attribute a;
    bool flag = false;

    return dwarf_attr(die, attr, &a) != NULL && dwarf_formflag(&a, &flag) == 0 && flag;
}

bool ocd__die_number(Dwarf_Die *die, unsigned attr, uint64_t *value)
{
    Dwarf_Attribute a;
    Dwarf_Word word;

    if (dwarf_attr_integrate(die, attr, &a) == NULL || dwarf_formudata(&a, &word) != 0)
        return false;
    *value = word;
    return true;
}

/* This does not use dwarf_decl_file, which takes the number 0, the first one in DWARF 5, for none,
 * and ends the program if the table of files cannot be read (libdw 0.188). */
const char *ocd__die_file(Dwarf_Die *die)
{
    Dwarf_Attribute attr;
    Dwarf_Die unit;
    Dwarf_Files *files;
    Dwarf_Half version = 0;
    Dwarf_Word number;
    size_t count;

    if (dwarf_attr_integrate(die, DW_AT_decl_file, &attr) == NULL ||
        dwarf_formudata(&attr, &number) != 0)
        return NULL;
    /* The number is of the unit that the attribute is in. */
    if (dwarf_cu_die(attr.cu, &unit, &version, NULL, NULL, NULL, NULL, NULL) == NULL ||
        (number == 0 && version < 5))
        return NULL;
    if (dwarf_getsrcfiles(&unit, &files, &count) == 0 && number < count)
        return dwarf_filesrc(files, (size_t)number, NULL, NULL);
    return number <= 1 ? dwarf_diename(&unit) : NULL;
}

unsigned ocd__die_line(Dwarf_Die *die)
{
    int line = 0;

    return dwarf_decl_line(die, &line) == 0 && line > 0 ? (unsigned)line : 0;
}

bool ocd__die_reference(Dwarf_Die *die, unsigned attr, Dwarf_Die *result)
{
    Dwarf_Attribute a;

    return dwarf_attr(die, attr, &a) != NULL && dwarf_formref_die(&a, result) != NULL;
}

int ocd__die_language(Dwarf_Die *die)
{
    Dwarf_Die unit;

    return dwarf_diecu(die, &unit, NULL, NULL) != NULL ? dwarf_srclang(&unit) : 0;
}

bool ocd__language_is_rust(int language)
{
    return language == DW_LANG_Rust;
}

bool ocd__language_is_cpp(int language)
{
    return language == DW_LANG_C_plus_plus || language == DW_LANG_C_plus_plus_03 ||
           language == DW_LANG_C_plus_plus_11 || language == DW_LANG_C_plus_plus_14 ||
           language == 0x2a /* C++17 */ || language == 0x2b /* C++20 */ ||
           language == 0x3a /* C++23 */;
}

/* --- Location expressions --- */

struct machine {
    uint64_t stack[STACK_SIZE];
    size_t depth;
    bool is_value; /* DW_OP_stack_value */
    Dwarf_Attribute *attr;
    size_t word_size;
    ocd_word_fn word;
    void *user;
};

static bool push(struct machine *m, uint64_t value)
{
    if (m->depth == STACK_SIZE)
        return false;
    m->stack[m->depth++] = value;
    return true;
}

/* An address that the expression has itself, or in the table of addresses. */
static bool push_address(struct machine *m, const Dwarf_Op *op)
{
    Dwarf_Attribute found;
    Dwarf_Addr addr;

    if (op->atom == DW_OP_addr)
        return push(m, op->number);
    return dwarf_getlocation_attr(m->attr, op, &found) == 0 && dwarf_formaddr(&found, &addr) == 0 &&
           push(m, addr);
}

static bool compute(struct machine *m, unsigned atom)
{
    if (m->depth < 2)
        return false;
    uint64_t b = m->stack[--m->depth];
    uint64_t *a = &m->stack[m->depth - 1];
    switch (atom) {
    case DW_OP_plus:
        *a += b;
        return true;
    case DW_OP_minus:
        *a -= b;
        return true;
    case DW_OP_mul:
        *a *= b;
        return true;
    case DW_OP_and:
        *a &= b;
        return true;
    default:
        return false;
    }
}

static bool load_word(struct machine *m, size_t size)
{
    uint64_t *top = m->depth > 0 ? &m->stack[m->depth - 1] : NULL;

    return top != NULL && m->word != NULL && m->word(*top, size, top, m->user);
}

static bool step(struct machine *m, const Dwarf_Op *op)
{
    switch (op->atom) {
    case DW_OP_addr:
    case DW_OP_addrx:
    case DW_OP_GNU_addr_index:
        return push_address(m, op);
    case DW_OP_const1u ... DW_OP_consts:
        return push(m, op->number);
    case DW_OP_lit0 ... DW_OP_lit31:
        return push(m, (uint64_t)op->atom - DW_OP_lit0);
    case DW_OP_plus_uconst:
        return m->depth > 0 && (m->stack[m->depth - 1] += op->number, true);
    case DW_OP_dup:
        return m->depth > 0 && push(m, m->stack[m->depth - 1]);
    case DW_OP_deref:
        return load_word(m, m->word_size);
    case DW_OP_deref_size:
        return op->number <= 8 && load_word(m, (size_t)op->number);
    case DW_OP_stack_value:
        return m->is_value = true;
    default:
        return compute(m, op->atom);
    }
}

static bool run(struct machine *m, const Dwarf_Op *ops, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!step(m, &ops[i]))
            return false;
    return m->depth > 0;
}

static bool uses(const Dwarf_Op *ops, size_t count, unsigned atom)
{
    for (size_t i = 0; i < count; i++)
        if (ops[i].atom == atom)
            return true;
    return false;
}

static struct ocd_die_location of_expression(Dwarf_Attribute *attr, Dwarf_Op *ops, size_t count)
{
    struct ocd_die_location l = {.kind = OCD_LOCATION_UNSUPPORTED};
    struct machine m = {.attr = attr};
    Dwarf_Block block;

    if (count == 0)
        return (struct ocd_die_location){.kind = OCD_LOCATION_NONE};
    if (uses(ops, count, DW_OP_form_tls_address) || uses(ops, count, DW_OP_GNU_push_tls_address)) {
        l.kind = OCD_LOCATION_THREAD;
    } else if (count == 1 && ops[0].atom == DW_OP_implicit_value) {
        if (dwarf_getlocation_implicit_value(attr, ops, &block) == 0)
            l = (struct ocd_die_location){OCD_LOCATION_CONSTANT, 0, block.data,
                                          (size_t)block.length};
    } else if (uses(ops, count, DW_OP_piece)) {
        if (uses(ops, count, DW_OP_addr) || uses(ops, count, DW_OP_addrx))
            l.kind = OCD_LOCATION_PIECES;
    } else if (run(&m, ops, count)) {
        l.kind = m.is_value ? OCD_LOCATION_CONSTANT : OCD_LOCATION_ADDRESS;
        l.value = m.stack[m.depth - 1];
    }
    return l;
}

static struct ocd_die_location of_constant(Dwarf_Attribute *attr)
{
    struct ocd_die_location l = {.kind = OCD_LOCATION_CONSTANT};
    unsigned form = dwarf_whatform(attr);
    Dwarf_Block block;
    Dwarf_Sword number;
    Dwarf_Word word;
    const char *text;

    if (dwarf_formblock(attr, &block) == 0) {
        l.bytes = block.data;
        l.size = (size_t)block.length;
    } else if ((form == DW_FORM_sdata || form == DW_FORM_implicit_const) &&
               dwarf_formsdata(attr, &number) == 0) {
        l.value = (uint64_t)number;
    } else if (dwarf_formudata(attr, &word) == 0) {
        l.value = word;
    } else if ((text = dwarf_formstring(attr)) != NULL) {
        l.bytes = (const uint8_t *)text;
        l.size = strlen(text) + 1;
    } else {
        l.kind = OCD_LOCATION_UNSUPPORTED;
    }
    return l;
}

struct ocd_die_location ocd__die_location(Dwarf_Die *die)
{
    Dwarf_Attribute attr;
    Dwarf_Op *ops;
    size_t count;

    if (dwarf_attr_integrate(die, DW_AT_location, &attr) != NULL) {
        if (dwarf_getlocation(&attr, &ops, &count) == 0)
            return of_expression(&attr, ops, count);
        return (struct ocd_die_location){.kind = OCD_LOCATION_UNSUPPORTED};
    }
    if (dwarf_attr_integrate(die, DW_AT_const_value, &attr) != NULL)
        return of_constant(&attr);
    return (struct ocd_die_location){.kind = OCD_LOCATION_NONE};
}

bool ocd__die_member_offset(Dwarf_Die *die, uint64_t object, ocd_word_fn word, void *user,
                            uint64_t *offset)
{
    Dwarf_Attribute attr;
    Dwarf_Die unit;
    uint8_t word_size = 8;
    Dwarf_Word number;
    Dwarf_Op *ops;
    size_t count;

    *offset = 0;
    if (dwarf_attr(die, DW_AT_data_member_location, &attr) == NULL)
        return true;
    if (dwarf_formudata(&attr, &number) == 0) {
        *offset = number;
        return true;
    }
    dwarf_diecu(die, &unit, &word_size, NULL);
    struct machine m = {.attr = &attr, .word_size = word_size, .word = word, .user = user};
    if (dwarf_getlocation(&attr, &ops, &count) != 0 || !push(&m, object) || !run(&m, ops, count))
        return false;
    *offset = m.stack[m.depth - 1] - object;
    return true;
}
