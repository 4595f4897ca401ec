// SPDX-License-Identifier: MIT
/* Which targets a program is for. Pure. */
#pragma once

/* The processor of an ELF file, by its e_machine; NULL if it can run on a target of the type, or if
 * one of the two is not known. */
const char *machine_mismatch(unsigned machine, const char *target_type);
