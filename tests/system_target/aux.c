// SPDX-License-Identifier: MIT
#include "aux.h"

struct rig *aux_rig(const struct ocd_options *options)
{
    struct rig_options o = {
        .commands =
            rig_test_chip() == SIM_CHIP_CORTEX_M3
                ? "target create " AUX " mem_ap -dap stm32f1x.dap -ap-num 0; targets " RIG_CPU
                : "target create " AUX " riscv -chain-position " RIG_CPU "; targets " RIG_CPU,
    };

    if (options != NULL)
        o.ocd = *options;
    struct rig *rig = rig_start(&o);
    aux_steps_without_a_limit(rig->session);
    rig_trace_clear(&rig->trace);
    return rig;
}

void aux_steps_without_a_limit(struct ocd_session *session)
{
    if (rig_test_chip() != SIM_CHIP_CORTEX_M3)
        return;
    rig_ok(session, ocd_halt(session));
    rig_ok(session, ocd_command(session, "cortex_m maskisr off", NULL));
    rig_ok(session, ocd_resume(session));
}

int aux_start(void **state)
{
    *state = aux_rig(NULL);
    return 0;
}

int aux_stop(void **state)
{
    rig_stop(*state);
    return 0;
}

void assert_command(struct ocd_session *session, const char *tcl, const char *result)
{
    char *text;

    rig_ok(session, ocd_command(session, tcl, &text));
    assert_string_equal(text, result);
    ocd_free(text);
}

void assert_state(struct ocd_session *session, const char *target, enum ocd_target_state state)
{
    enum ocd_target_state is;

    rig_ok(session, ocd_wait(ocd_state_async(session, &is, &(struct ocd_call){.target = target})));
    assert_string_equal(ocd_state_name(is), ocd_state_name(state));
}

uint32_t raw_register(struct ocd_session *session, const char *name)
{
    char tcl[64];
    char *text;

    snprintf(tcl, sizeof(tcl), "reg %s", name);
    rig_ok(session, ocd_command(session, tcl, &text));
    const char *value = strstr(text, ": 0x");
    assert_non_null(value);
    uint32_t number = (uint32_t)strtoull(value + 2, NULL, 16);
    ocd_free(text);
    return number;
}
