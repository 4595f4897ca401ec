// SPDX-License-Identifier: MIT
/* Shared by the tests of the header's promises. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ocd.h"

#define RAM UINT64_C(0x20000000)

/* A session with a server of its own. NULL: there is none, and the reason is printed. */
struct ocd_session *begin_session(void);
void end_session(struct ocd_session *session);

/* The call answers that code; prints the call otherwise. */
#define ANSWERS(code, call)                                                                        \
    do {                                                                                           \
        int answer = (call);                                                                       \
        if (answer != (code))                                                                      \
            fail_msg("%s answers %s and not %s", #call, ocd_err_name(answer), ocd_err_name(code)); \
    } while (0)
#define REFUSED(call) ANSWERS(OCD_ERR_ARG, call)
#define NOTHING(call)                                                                              \
    do {                                                                                           \
        if ((call) != NULL)                                                                        \
            fail_msg("%s answers something and not NULL", #call);                                  \
    } while (0)
