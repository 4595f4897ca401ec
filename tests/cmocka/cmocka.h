// SPDX-License-Identifier: MIT
/* cmocka 1 and 2 alike. Version 2 has a macro of a name that tests give their functions, and warns
 * of an assertion that version 1 has no other name for. */
#pragma once

#include_next <cmocka.h>

#undef stop

#ifdef assert_uint_in_range /* version 2, which passes the limits as signed numbers */
#undef assert_in_range
#define assert_in_range(value, minimum, maximum)                                                   \
    do {                                                                                           \
        uintmax_t in_range_[] = {(uintmax_t)(minimum), (uintmax_t)(value), (uintmax_t)(maximum)};  \
        if (in_range_[1] < in_range_[0] || in_range_[1] > in_range_[2])                            \
            fail_msg("%ju is not within %ju and %ju", in_range_[1], in_range_[0], in_range_[2]);   \
    } while (0)
#endif
