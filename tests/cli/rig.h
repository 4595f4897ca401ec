// SPDX-License-Identifier: MIT
/* A simulated chip and the real OpenOCD in front of it, for one test program. */
#pragma once

#include "ocd.h"
#include "ocdsim.h"

struct rig {
    struct sim *sim;
    struct ocd_session *session; /* it has started OpenOCD, and is not used otherwise */
    unsigned port;               /* of OpenOCD */
};

/* `options` NULL: the simulator's defaults; the firmware's variables stand still anyway. Besides
 * the chip's own target there is a big-endian view of the same memory, "big". */
void rig_start(struct rig *rig, const struct sim_options *options);
/* The same with variables that change. */
void rig_start_live(struct rig *rig, const struct sim_options *options);
void rig_stop(struct rig *rig);

/* OpenOCD's arguments for that simulator. */
void rig_config(const struct sim *sim, char config[400]);
