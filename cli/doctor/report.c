// SPDX-License-Identifier: MIT
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor/doctor.h"
#include "hints.h"
#include "text.h"

static const char *const result_names[] = {
    [DOCTOR_OK] = "ok",
    [DOCTOR_NOTE] = "note",
    [DOCTOR_SKIPPED] = "skipped",
    [DOCTOR_FAILED] = "failed",
};

static void print_json(const struct doctor *doctor, const char *check, enum doctor_result result,
                       const char *text, const char *cure)
{
    fputs(doctor->count > 0 ? ", {" : "{", stdout);
    text_print_member(stdout, "check", check);
    text_print_member(stdout, "result", result_names[result]);
    text_print_member(stdout, "text", text);
    fputs("\"try\": ", stdout);
    text_print_json_or_null(stdout, cure);
    fputs("}", stdout);
}

static void print_text(const char *check, enum doctor_result result, const char *text,
                       const char *cure)
{
    printf("%-8s %-8s ", result_names[result], check);
    text_print_line(stdout, text);
    if (cure != NULL) {
        printf("\n%17s %s", "", "try: ");
        text_print_line(stdout, cure);
    }
    fputc('\n', stdout);
    fflush(stdout); /* the next check may take its time */
}

void doctor_add(struct doctor *doctor, const char *check, enum doctor_result result,
                const char *cure, const char *format, ...)
{
    char text[1000];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof(text), format, list);
    va_end(list);
    cure = cure != NULL && cure[0] != '\0' ? cure : NULL;
    if (doctor->cli->json)
        print_json(doctor, check, result, text, cure);
    else
        print_text(check, result, text, cure);
    doctor->count++;
    doctor->failed += result == DOCTOR_FAILED ? 1 : 0;
}

void doctor_add_error(struct doctor *doctor, const char *check, enum doctor_result result,
                      const struct ocd_op *op, const char *subject, const char *more)
{
    int code = op != NULL ? ocd_op_result(op) : OCD_ERR_NOMEM;
    const struct ocd_error *error = op != NULL ? ocd_op_error(op) : NULL;
    const char *reason = error != NULL ? error->reason : "";
    char *cure = NULL;
    size_t size;
    FILE *stream = open_memstream(&cure, &size);
    if (stream != NULL) {
        hint_print(stream, doctor->cli, code, error);
        if (more[0] != '\0')
            fprintf(stream, "%s%s", ftell(stream) > 0 ? "; " : "", more);
        fclose(stream);
    }
    doctor_add(doctor, check, result, cure, "%s: %s%s%s", subject, ocd_strerror(code),
               reason[0] != '\0' ? ": " : "", reason);
    free(cure);
}

void doctor_begin(const struct doctor *doctor)
{
    if (doctor->cli->json)
        fputs("{\"checks\": [", stdout);
}

void doctor_end(const struct doctor *doctor)
{
    if (doctor->cli->json)
        printf("], \"ok\": %s}\n", doctor->failed == 0 ? "true" : "false");
}
