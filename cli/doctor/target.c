// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor/doctor.h"
#include "elf.h"
#include "machine.h"

#define PROGRAM_MAX (64 * 1024) /* of a program that are read to measure the rate */
#define SLOW        (16 * 1024) /* bytes a second that any adapter exceeds at its default speed */

/* --- State --- */

static void add_state(struct doctor *doctor, enum ocd_target_state state)
{
    const char *name = ocd_state_name(state);
    switch (state) {
    case OCD_STATE_UNKNOWN:
        doctor_add(doctor, "target", DOCTOR_FAILED,
                   "check the target's power and wiring; then 'ocd reset', or restart OpenOCD",
                   "the state of the target is not known to OpenOCD");
        break;
    case OCD_STATE_RESET:
        doctor_add(doctor, "target", DOCTOR_FAILED,
                   "'ocd reset run'; check what drives the reset line",
                   "the target is held in reset");
        break;
    default:
        doctor_add(doctor, "target", DOCTOR_OK, NULL, "the target is examined and %s", name);
    }
}

void doctor_check_target(struct doctor *doctor)
{
    struct cli *cli = doctor->cli;
    struct ocd_call call = cli_call(cli);
    enum ocd_target_state state = OCD_STATE_UNKNOWN;
    struct ocd_op *op = ocd_state_async(cli->session, &state, &call);
    if (cli_wait(cli, op) == OCD_OK)
        add_state(doctor, state);
    else
        doctor_add_error(doctor, "target", DOCTOR_FAILED, op, "state of the target", "");
    ocd_op_free(op);
}

/* --- Bytes --- */

void doctor_check_bytes(struct doctor *doctor)
{
    const char *reason = ocd_text_reason(doctor->cli->session);
    if (reason[0] == '\0') {
        doctor_add(doctor, "bytes", DOCTOR_OK, NULL, "bulk data move as raw bytes");
    } else {
        doctor_add(doctor, "bytes", DOCTOR_NOTE,
                   "let OpenOCD write temporary files, in /dev/shm or where its TMPDIR says",
                   "bulk data move as text, which is slower: %s", reason);
    }
}

static void add_rate(struct doctor *doctor, int64_t ms)
{
    const struct ocd_range *range = &doctor->range;
    double rate = (double)range->size * 1000 / (double)(ms > 0 ? ms : 1);
    bool slow = rate < SLOW && range->size >= SLOW / 4;
    doctor_add(doctor, "rate", slow ? DOCTOR_NOTE : DOCTOR_OK,
               slow ? "raise 'adapter speed' in OpenOCD's configuration, or see its log for the "
                      "speed that it has chosen"
                    : NULL,
               "%" PRIu64 " bytes from 0x%08" PRIX64 " on in %" PRId64 " ms: %s%.0f KiB/s",
               range->size, range->addr, ms, ms > 0 ? "" : "more than ", rate / 1024);
}

void doctor_check_rate(struct doctor *doctor)
{
    struct cli *cli = doctor->cli;
    struct ocd_call call = cli_call(cli);
    const struct ocd_range *range = &doctor->range;
    if (range->size == 0) {
        doctor_add(doctor, "rate", DOCTOR_SKIPPED, NULL,
                   "no memory is read unasked: name some with ADDR, or a program with -e");
        return;
    }
    void *data = malloc((size_t)range->size);
    int64_t begin = cli_now_ms();
    struct ocd_op *op = data != NULL ? ocd_read_bytes_async(cli->session, range->addr, data,
                                                            (size_t)range->size, &call)
                                     : NULL;
    int result = cli_wait(cli, op);
    if (result == OCD_OK) {
        add_rate(doctor, cli_now_ms() - begin);
    } else {
        char subject[64];
        snprintf(subject, sizeof(subject), "read 0x%08" PRIX64, range->addr);
        doctor_add_error(doctor, "rate", result == OCD_ERR_NOT_HALTED ? DOCTOR_NOTE : DOCTOR_FAILED,
                         op, subject, "");
    }
    ocd_op_free(op);
    free(data);
}

/* --- Program --- */

/* The type of the session's target; "" where that cannot be asked for. */
static void find_type(struct cli *cli, char type[64])
{
    struct ocd_target *targets = NULL;
    size_t count = 0;
    struct ocd_call call = cli_call(cli);
    struct ocd_op *op = ocd_targets_async(cli->session, &targets, &count, &call);
    const char *name = cli->settings.target;
    type[0] = '\0';
    cli_wait(cli, op);
    for (size_t i = 0; i < count; i++)
        if (name != NULL ? strcmp(targets[i].name, name) == 0 : targets[i].current)
            snprintf(type, 64, "%s", targets[i].type);
    ocd_op_free(op);
    ocd_free(targets);
}

/* Makes the largest part of the program the range that is read. */
static void choose_range(struct doctor *doctor, const struct ocd_image_info *info)
{
    struct ocd_range largest = {0};
    for (size_t i = 0; i < info->range_count; i++)
        largest = info->ranges[i].size > largest.size ? info->ranges[i] : largest;
    if (doctor->range.size == 0 && !doctor->cli->settings.no_check) {
        doctor->range = largest;
        doctor->range.size = largest.size < PROGRAM_MAX ? largest.size : PROGRAM_MAX;
    }
}

/* Whether the file is a program, and for a processor of that type. */
static bool check_machine(struct doctor *doctor, const char *path, const char *type)
{
    struct ocd_image *image = NULL;
    int result = ocd_image_open(&image, path, NULL);
    if (result != OCD_OK) {
        const struct ocd_error *error = ocd_image_error(image);
        doctor_add(doctor, "program", DOCTOR_FAILED, "build the program, or check the name", "%s",
                   error != NULL ? error->text : ocd_strerror(result));
        ocd_image_close(image);
        return false;
    }
    const struct ocd_image_info *info = ocd_image_get_info(image);
    const char *machine = machine_mismatch(info->machine, type);
    if (machine != NULL) {
        doctor_add(doctor, "program", DOCTOR_FAILED,
                   "name the ELF file of this target's program, or another target with -t",
                   "%s is for %s, and the target is of type %s", path, machine, type);
    } else {
        choose_range(doctor, info);
    }
    ocd_image_close(image);
    return machine == NULL;
}

static void compare(struct doctor *doctor)
{
    struct cli *cli = doctor->cli;
    struct ocd_symbols *symbols = NULL;
    struct ocd_call call = cli_call(cli);
    int result =
        ocd_symbols_open(&symbols, cli->settings.elf, (size_t)cli->settings.elf_count, NULL);
    if (result != OCD_OK) {
        doctor_add(doctor, "program", DOCTOR_FAILED, "build the program anew, with -g", "%s",
                   ocd_symbols_error(symbols)->text);
        ocd_symbols_close(symbols);
        return;
    }
    struct ocd_op *op = ocd_check_program_async(cli->session, symbols, &call);
    result = cli_wait(cli, op);
    if (result == OCD_OK) {
        doctor_add(doctor, "program", DOCTOR_OK, NULL, "no difference between the target and %s%s",
                   cli->settings.elf[0], cli->settings.elf_count > 1 ? " and the others" : "");
    } else if (result == OCD_ERR_MISMATCH) {
        doctor_add(doctor, "program", DOCTOR_FAILED,
                   "'ocd load FILE --reset' writes it; or name the ELF file of what is there", "%s",
                   ocd_op_error(op)->message);
    } else {
        doctor_add_error(doctor, "program", DOCTOR_FAILED, op, "compare the program", "");
    }
    ocd_op_free(op);
    ocd_symbols_close(symbols);
}

void doctor_check_program(struct doctor *doctor)
{
    struct cli *cli = doctor->cli;
    char type[64];
    bool right = true;
    if (!elf_given(cli)) {
        doctor_add(doctor, "program", DOCTOR_SKIPPED, NULL, "no ELF file is given with -e");
        return;
    }
    find_type(cli, type);
    for (int i = 0; i < cli->settings.elf_count; i++)
        right = check_machine(doctor, cli->settings.elf[i], type) && right;
    if (right && cli->settings.no_check)
        doctor_add(doctor, "program", DOCTOR_SKIPPED, NULL, "not compared, because of --no-check");
    else if (right)
        compare(doctor);
}
