// SPDX-License-Identifier: MIT
/* The Tcl scripts that carry libocd's requests.
 *
 * Each is a lambda for `apply`, so that OpenOCD's global variables stay as they are, and its first
 * argument is the number of the request. It answers
 *
 *     NUL ID STATUS RESULT-BYTES LOG-BYTES MICROSECONDS newline RESULT LOG
 *
 * STATUS is what `catch` says of the command: 0, or the number of its error. LOG is what OpenOCD
 * logged meanwhile. MICROSECONDS is the server's own time, 0 where nobody asks for it. The leading
 * NUL keeps OpenOCD's log quiet: OpenOCD logs each reply as a C string (src/server/tcl_server.c).
 *
 * Three things that all of them do:
 * - All accesses are made inside one `capture`. OpenOCD 0.12 polls all targets before each of its
 *   commands, but only once for those inside a `capture` (src/helper/command.c).
 * - `catch {error {} {}}` clears the stack trace, which any error that was caught inside the
 *   request leaves, and which would break `return` for all other clients.
 * - A target other than the current one is selected for the time of the request. */
#pragma once

/* ID COMMAND: runs any command at the top level. */
extern const char ocd__script_run[];

/* ID WORD...: runs one command of OpenOCD's, whose words are all literal. */
extern const char ocd__script_words[];

/* ID TARGET SPACE STOP READS ?POLL?: several reads, each of them
 * `read_memory ADDRESS WIDTH COUNT`. TARGET is a list of none or one name, SPACE is {} or {phys},
 * READS a flat list of ADDRESS WIDTH COUNT. With STOP 1 nothing is read after a failure. With POLL
 * 1 the target is polled after the reads, so that LOG says whether it was there; with 2 LOG also
 * ends with its state, unless STATUS is a failure. RESULT has for each read
 * `STATUS BYTES VALUES newline`, where BYTES is the size of VALUES or of the error's text. STATUS
 * is that of the last failed read. */
extern const char ocd__script_read_list[];

/* ID TARGET SPACE FRAMES NEXT STEP CYCLES GROUPS HELD ?POLL?: reads the same again and again,
 * FRAMES times; TARGET and SPACE as above. GROUPS is a flat list of CHECKS and READS: READS as
 * above, and CHECKS a flat list of FIRST LAST, elements of the whole group that have to be the same
 * twice: the group is read again until they are, five times at the most. HELD are groups that are
 * read with the core halted: one that runs is halted for them, and goes on. NEXT is the time of the
 * first frame by `clock microseconds`, STEP microseconds before the next one, and so on; 0: at
 * once. With CYCLES 1 DWT_CYCCNT is read before and after the groups. With POLL 1 the target is
 * polled at the end.
 *
 * RESULT has for each frame
 *
 *     BEGAN CYCCNT STATE newline
 *     STATUS BYTES BYTES VALUES VALUES newline       for each group, those of HELD first
 *     CYCCNT HALTED ENDED newline
 *
 * BEGAN and ENDED are microseconds of the server's clock, HALTED how many the core was halted, -1
 * if it could not be. CYCCNT is - where it was not read. Each VALUES begins with a blank, or is the
 * error's text; the second one is that of the reading before, where the last was not the same. */
extern const char ocd_script_sample[];

/* ID TARGET SPACE ADDRESS COUNTS: how long reads of so many words at an address take. RESULT has
 * for each the shortest of three, in microseconds, and a blank. */
extern const char ocd_script_time_reads[];

/* ID COMMANDS: runs a list of commands, one after the other, up to the first that fails. RESULT is
 * the number of those that succeeded, and after a failure a blank and the error's text. */
extern const char ocd__script_run_list[];

/* ID TARGET ADDRESS SIZE ?POLL?: dump_image into a file of the server. RESULT is the bytes. After a
 * failure it has the bytes that were read before it, and STATUS is OCD_SCRIPT_FILE_FAILED where it
 * was the file that failed and not the target (0.12; later versions answer 1 for both). */
extern const char ocd__script_read_file[];

/* ID TARGET HEAD TAIL BYTES ?POLL?: puts BYTES into a file of the server and runs HEAD PATH TAIL,
 * such as `load_image PATH 0x20000000 bin`. RESULT is the command's. */
extern const char ocd__script_write_file[];

#define OCD_SCRIPT_FILE_FAILED (-9)

/* The same as a command of its own, for where the target's state has to be looked at too:
 * `apply ocd__script_with_file HEAD TAIL BYTES`. Answers what HEAD PATH TAIL answers. */
extern const char ocd__script_with_file[];

/* A Tcl command for the greeting: answers {} if the server can do the two above, or why it cannot,
 * and the largest file that it may write, in bytes or `unlimited` (setrlimit(2), RLIMIT_FSIZE). It
 * touches no target. */
extern const char ocd__script_files[];
