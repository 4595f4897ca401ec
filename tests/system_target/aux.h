// SPDX-License-Identifier: MIT
/* A rig with a second target beside the core, and what the tests of this folder ask of both. */
#pragma once

#include "rig.h"

/* The same memory without a core. It can be halted and resumed, and has no registers. */
#define AUX "aux.ap"

/* The chip's code: the reset handler, and the loop after it that never ends (docs/simulator.md).
 */
#define RESET_HANDLER 0x080001a0u

/* Setup and teardown of cmocka: a rig with both targets, the core being the current one. */
int aux_start(void **state);
int aux_stop(void **state);
/* The same with these options of the session. */
struct rig *aux_rig(const struct ocd_options *options);

/* OpenOCD steps the current target in one go, and not with a time of 500 ms for interrupts first
 * (cortex_m_step in its src/target/cortex_m.c), after which nothing has been stepped. */
void aux_steps_without_a_limit(struct ocd_session *session);

/* The result of a raw command, which must succeed, compared. */
void assert_command(struct ocd_session *session, const char *tcl, const char *result);
/* Compares the state that the target reports. `target` may be NULL. */
void assert_state(struct ocd_session *session, const char *target, enum ocd_target_state state);
/* A core register through OpenOCD's own command. */
uint32_t raw_register(struct ocd_session *session, const char *name);
