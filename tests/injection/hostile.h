// SPDX-License-Identifier: MIT
/* Names and texts that mean something else to Tcl, to the framing or to a terminal. Each that could
 * run a command tries to run `pwn`. */
#pragma once

#include <stdbool.h>

struct hostile {
    const char *text;
    bool everywhere; /* later OpenOCDs too can have a target of that name: on others their own
                        scripts stumble over it */
};

static const struct hostile hostile[] = {
    {"plain", true},
    {"", false},
    {" ", false},
    {"we ird", false},
    {"we ird$[pwn]", false},
    {"[pwn]", false},
    {"a[pwn]b", false},
    {"$pwned", false},
    {"${pwned}", false},
    {"$::env(PATH)", false},
    {";pwn;", true},
    {"x;pwn", true},
    {"\npwn\n", false},
    {"x\npwn", false},
    {"x\r\npwn\r\n", false},
    {"}pwn{", false},
    {"} ; pwn ; {", false},
    {"} [pwn] {", false},
    {"a{b", false},
    {"a}b", false},
    {"a{b}c", true},
    {"{*}{pwn}", false},
    {"{*}", false},
    {"\"", false},
    {"q\"q", true},
    {"\" ; pwn ; \"", false},
    {"\\", false},
    {"back\\slash", false},
    {"end\\", false},
    {"\\\npwn", false},
    {"\\x1apwn\\x1a", false},
    {"\\[pwn\\]", false},
    {"\x1apwn\x1a", true},
    {"x\x1a", true},
    {"tab\tpwn", false},
    {"\x1b[31mred\x1b[0m", false},
    {"\x1b]0;title\x07", false},
    {"#hash", true},
    {"# pwn", false},
    {"-dash", true},
    {"--", true},
    {"0", true},
    {"::ns::name", true},
    {"%s%n%1A%25", true},
    {"\xc3\xbcn\xc3\xaf", true},
    {"\xff\xfe\xc3", true},
    {"\xc2\x9b"
     "31m",
     true},
    {"\x7f\x01\x02", true},
};

#define HOSTILES (sizeof(hostile) / sizeof(*hostile))
