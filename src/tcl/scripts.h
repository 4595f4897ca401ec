// SPDX-License-Identifier: MIT
/* The Tcl scripts that libocd sends: each is a file of this folder, whose comment says what its
 * arguments are and what it answers. embed.awk makes a constant of each.
 *
 * Nearly all are lambdas for `apply`, so that OpenOCD's global variables stay as they are; their
 * arguments follow as words. A target other than the current one is selected for the time of the
 * request. */
#pragma once

/* The scripts of requests (rpc/rpc.h). Their first argument is the number of the request.
 * They answer
 *
 *     NUL ID STATUS RESULT-BYTES LOG-BYTES MICROSECONDS newline RESULT LOG
 *
 * STATUS is what `catch` says of the command: 0, or the number of its error. LOG is what OpenOCD
 * logged meanwhile. MICROSECONDS is the server's own time, 0 where nobody asks for it. The leading
 * NUL keeps OpenOCD's log quiet: OpenOCD logs each reply as a C string (src/server/tcl_server.c).
 *
 * - All accesses are made inside one `capture`. OpenOCD 0.12 polls all targets before each of its
 *   commands, but only once for those inside a `capture` (src/helper/command.c).
 * - `catch {error {} {}}` clears the stack trace, which any error that was caught inside the
 *   request leaves, and which would break `return` for all other clients. */
extern const char ocd__script_run[];
extern const char ocd__script_words[];
extern const char ocd__script_read_list[];
extern const char ocd__script_run_list[];
extern const char ocd__script_read_file[];
extern const char ocd__script_write_file[];
extern const char ocd__script_sample[];
extern const char ocd__script_time_reads[];

#define OCD_SCRIPT_FILE_FAILED (-9)

/* Connecting, and what a session asks of targets. */
extern const char ocd__script_greeting[];
extern const char ocd__script_files[];
extern const char ocd__script_notifications_on[];
extern const char ocd__script_notifications_off[];
extern const char ocd__script_target_info[];
extern const char ocd__script_diagnose[];
extern const char ocd__script_current_target[];
extern const char ocd__script_default_ports[];

/* Targets, flash and files. */
extern const char ocd__script_targets[];
extern const char ocd__script_select[];
extern const char ocd__script_target_command[];
extern const char ocd__script_registers[];
extern const char ocd__script_remove_points[];
extern const char ocd__script_remove_watchpoints[];
extern const char ocd__script_work_area[];
extern const char ocd__script_flash_map[];
extern const char ocd__script_with_file[];
