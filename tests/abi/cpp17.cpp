// SPDX-License-Identifier: MIT
// Zero-initialised structs in C++17, which has no designated initialisers of its own: GCC and Clang
// accept them. NULL sessions keep the calls from doing anything.
#include <ocd.h>

static int empty_braces()
{
    ocd_call call = {};
    ocd_options options{};
    ocd_range range = {};

    call.target = "cpu1";
    options.port = 6666;
    range.size = 4;
    return ocd_wait(ocd_halt_async(nullptr, &call)) == OCD_ERR_NOMEM &&
           ocd_connect(nullptr, &options) == OCD_ERR_ARG &&
           ocd_dump_ranges(nullptr, &range, 1, "x", nullptr) == OCD_ERR_ARG;
}

// GCC's -Wextra wants all fields of a C++ initialiser, also where they are named.
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

static int named_fields()
{
    ocd_call call{.target = "cpu1", .flags = OCD_WRITE_VERIFY};
    const ocd_range ranges[] = {{.addr = 0, .size = 4}, {.addr = 8, .size = 4}};

    return ocd_wait(ocd_halt_async(nullptr, &call)) == OCD_ERR_NOMEM &&
           ocd_dump_ranges(nullptr, ranges, 2, "x", nullptr) == OCD_ERR_ARG;
}

int main()
{
    return empty_braces() && named_fields() ? 0 : 1;
}
