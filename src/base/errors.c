// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "ocd.h"

#define STRING_(x) #x
#define STRING(x)  STRING_(x)

const char *ocd_strerror(int code)
{
    switch (code) {
    case OCD_OK:
        return "success";
    case OCD_PENDING:
        return "under way";
#define TEXT(name, number, text)                                                                   \
    case number:                                                                                   \
        return text;
        OCD_ERROR_MAP(TEXT)
#undef TEXT
    default:
        return "unknown error";
    }
}

const char *ocd_err_name(int code)
{
    switch (code) {
    case OCD_OK:
        return "OCD_OK";
    case OCD_PENDING:
        return "OCD_PENDING";
#define NAME(name, number, text)                                                                   \
    case number:                                                                                   \
        return "OCD_ERR_" #name;
        OCD_ERROR_MAP(NAME)
#undef NAME
    default:
        return "unknown";
    }
}

const char *ocd_version(void)
{
    return STRING(OCD_VERSION_MAJOR) "." STRING(OCD_VERSION_MINOR) "." STRING(OCD_VERSION_PATCH);
}

void ocd_free(void *memory)
{
    free(memory);
}
