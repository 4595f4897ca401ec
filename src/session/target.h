// SPDX-License-Identifier: MIT
/* What operations must know of their target before they can start. */
#pragma once

#include "session/session.h"

/* Takes its byte order and type as `cget` answers them, and of a RISC-V the width of its registers
 * in bits, empty: not known. False: the byte order is none. A RISC-V without a width will be asked
 * again. */
bool ocd__target_learn(struct ocd_target_info *target, struct ocd_view endian, struct ocd_view type,
                       struct ocd_view xlen);
/* Takes the answer of `info commands {riscv exec_progbuf}`: whether zeros of this target have to be
 * confirmed (transfer/confirm.c). The commit that fixed the reads of OpenOCD's RISC-V target
 * (5754aebc4, "target: riscv: Sync with the RISC-V fork", after 0.12) added this command. */
void ocd__target_learn_reads(struct ocd_session *session, struct ocd_target_info *target,
                             struct ocd_view answer);
/* The target of the operation. If it is not known yet, it is asked for, and the class's `reply`
 * gets the answer. NULL: the operation has ended (out of memory, or this OpenOCD has no
 * read_memory). */
struct ocd_target_info *ocd__target_known(struct ocd_op *op);
/* Takes that answer. False: the operation has ended. */
bool ocd__target_answered(struct ocd_op *op, struct ocd_target_info *target,
                          struct ocd_reply *reply);
