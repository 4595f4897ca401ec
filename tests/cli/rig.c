// SPDX-License-Identifier: MIT
#include "rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

void rig_config(const struct sim *sim, char config[400])
{
    snprintf(config, 400,
             "-c 'adapter driver st-link; st-link vid_pid 0x0483 0x3748; st-link backend tcp %u; "
             "transport select dapdirect_swd' -f target/stm32f1x.cfg "
             "-c 'target create big mem_ap -dap stm32f1x.dap -ap-num 0 -endian big; "
             "targets stm32f1x.cpu'",
             sim_port(sim));
}

static void start(struct rig *rig, const struct sim_options *options, bool still)
{
    char why[200] = "";
    char config[400];
    struct sim_options chip = options != NULL ? *options : (struct sim_options){0};
    chip.still = still;
    chip.message = why;
    chip.message_size = sizeof(why);
    if (sim_new(&rig->sim, &chip) != 0)
        fail_msg("the simulator: %s", why);
    assert_true(sim_spawn(rig->sim) > 0);
    rig_config(rig->sim, config);
    if (ocd_start(&rig->session, &(struct ocd_options){.config = config, .timeout_ms = 60000}) !=
        OCD_OK)
        fail_msg("%s", ocd_last_error(rig->session)->text);
    rig->port = ocd_port(rig->session);
}

void rig_start(struct rig *rig, const struct sim_options *options)
{
    start(rig, options, true);
}

void rig_start_live(struct rig *rig, const struct sim_options *options)
{
    start(rig, options, false);
}

void rig_stop(struct rig *rig)
{
    ocd_close(rig->session);
    sim_free(rig->sim);
    *rig = (struct rig){0};
}
