# SPDX-License-Identifier: MIT
"""Run inside GDB: prints what GDB says of every variable of a program and of their members.

gdb-multiarch -nx -batch -x answers.py ELF, with NAMES (a file of expressions) and LANGUAGE in the
environment. For each expression that GDB has an answer for: the expression on a line, the answer on
the next one, after two blanks. Values come from the contents of the ELF file.
"""
import os
import re

import gdb

ELEMENTS = 2  # of arrays: how many are asked for
DEPTH = 3
STRUCTS = (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION)


def answer(expression):
    text = gdb.execute("print " + expression, to_string=True)
    text = re.sub(r"^\$\d+ = ", "", text.strip().split("\n")[-1])
    return re.sub(r"::h[0-9a-f]{16}", "", text)  # Rust's hashes


def parts(expression, value, depth):
    kind = value.type.strip_typedefs()
    inner = "(%s)" % expression if expression[0] in "*&(" else expression
    if kind.code in STRUCTS:
        for field in kind.fields():
            if field.name and not field.is_base_class and not field.artificial:
                yield inner + "." + field.name, depth + 1
    elif kind.code == gdb.TYPE_CODE_ARRAY:
        low, high = kind.range()
        for i in range(low, min(high + 1, low + ELEMENTS)):
            yield "%s[%d]" % (inner, i), depth + 1
    elif kind.code == gdb.TYPE_CODE_PTR and int(value) != 0:
        if kind.target().strip_typedefs().code in STRUCTS:
            yield "*" + expression, DEPTH - 1


def ask(expression, depth):
    try:
        value = gdb.parse_and_eval(expression)
        text = answer(expression)
    except gdb.error:
        return
    # An object that GDB knows the address of, but not the contents.
    if "Cannot access memory" not in text and "optimized out" not in text:
        print("%s\n  %s" % (expression, text))
    if depth < DEPTH and os.environ["LANGUAGE"] != "rust":
        for part, below in parts(expression, value, depth):
            ask(part, below)


for setting in ("language " + os.environ["LANGUAGE"], "charset ASCII", "width 0", "confirm off"):
    gdb.execute("set " + setting, to_string=True)
with open(os.environ["NAMES"]) as names:
    for name in names:
        if name.strip() and not name.startswith("#"):
            ask(name.strip(), 0)
