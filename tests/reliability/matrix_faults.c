// SPDX-License-Identifier: MIT
/* The matrix' faults, and how an operation may end that meets one.
 *
 * A set that has M_OK in it is for faults that do not touch every operation: what a reply without
 * values says cannot have a value too few. The data are compared whenever an operation succeeds. */
#include "matrix.h"

#define HTTP "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n<html>400</html>\n"
#define SSH  "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"
#define LOG  "Info : halted: PC: 0x08000123\n"

#define TEXT_OF_EVENT "type target_event event halted\r\n"
#define EVENT         TEXT_OF_EVENT "\x1a"
#define STATE_EVENT   "type target_state state halted\r\n\x1a"
#define RESET_EVENT   "type target_reset mode run\r\n\x1a"
#define EVENTS        EVENT STATE_EVENT RESET_EVENT

#define MS 1000u

/* What an altered list or value may come to. */
#define ALTERED  (M_OK | M_PROTOCOL)
#define NO_REPLY (M_NOT_OPENOCD)
#define GONE     M_CLOSED, M_CLOSED, EITHER
/* A reply whose header or counts are wrong. */
#define WRONG M_PROTOCOL, NO_REPLY, EITHER
/* More bytes are waited for; the next reply may come instead of them, and be too short. */
#define CUT (M_TIMEOUT | M_PROTOCOL)

/* Of request 0, which there is none. */
#define OLDER_REPLY                                                                                \
    "\0"                                                                                           \
    "0 0 6 0 0\n0xdead"
#define LARGE_REPLY                                                                                \
    "\0"                                                                                           \
    "1 0 104857600 0 0\nx"

/* While a session is made; operations find one that is dead. */
#define ON_ACCEPT(text, code, result)                                                              \
    {                                                                                              \
        text, {.kind = FAKE_##code}, M_CLOSED, (result), EITHER                                    \
    }

const struct fault matrix_faults[] = {
    ON_ACCEPT("closes on accept", CLOSE_ON_ACCEPT, M_CLOSED),
    ON_ACCEPT("accepts, is silent", MUTE, M_TIMEOUT),
    {"an SSH server", {.kind = FAKE_BANNER, .text = SSH}, M_CLOSED, M_NOT_OPENOCD, EITHER},
    {"an HTTP server", {.kind = FAKE_FOREIGN, .text = HTTP}, M_CLOSED, M_NOT_OPENOCD, EITHER},

    {"stopped", {.kind = FAKE_FREEZE, .times = 1}, M_TIMEOUT, M_TIMEOUT, LIVES},
    {"stopped, 2nd request",
     {.kind = FAKE_FREEZE, .skip = 1, .times = 1},
     M_OK | M_TIMEOUT,
     M_OK,
     LIVES},
    {"killed before the reply", {.kind = FAKE_EXIT}, GONE},
    {"killed in the reply", {.kind = FAKE_EXIT, .at = 5}, GONE},
    {"killed in mid-dump",
     {.kind = FAKE_EXIT, .match = "dump_image", .at = 5000},
     M_OK | M_CLOSED | M_REFUSED,
     M_OK,
     EITHER},
    {"killed in mid-write",
     {.kind = FAKE_EXIT, .match = "load_image", .at = 5000},
     M_OK | M_CLOSED | M_REFUSED,
     M_OK,
     EITHER},
    {"killed, 2nd request", {.kind = FAKE_EXIT, .skip = 1, .at = 5}, M_OK | M_CLOSED, M_OK, EITHER},
    {"closes before the reply", {.kind = FAKE_CLOSE}, GONE},
    {"closes in the reply", {.kind = FAKE_CLOSE, .at = 5}, GONE},
    {"closes, 2nd request",
     {.kind = FAKE_CLOSE, .skip = 1, .at = 5},
     M_OK | M_CLOSED,
     M_OK,
     EITHER},
    {"closes after the reply",
     {.kind = FAKE_CLOSE, .at = FAKE_END},
     M_OK | M_CLOSED | M_REFUSED,
     M_OK | M_CLOSED,
     EITHER},
    {"resets before the reply", {.kind = FAKE_RESET}, GONE},
    {"resets in the reply", {.kind = FAKE_RESET, .at = 5}, GONE},

    {"no reply", {.kind = FAKE_MISSING}, M_TIMEOUT, M_TIMEOUT, EITHER},
    {"no reply, once",
     {.kind = FAKE_MISSING, .times = 1},
     M_TIMEOUT | M_PROTOCOL,
     M_TIMEOUT,
     EITHER},
    {"no reply, 2nd request",
     {.kind = FAKE_MISSING, .skip = 1, .times = 1},
     M_OK | M_TIMEOUT | M_PROTOCOL,
     M_OK,
     EITHER},
    {"twice", {.kind = FAKE_DOUBLE}, M_OK, M_OK, LIVES},
    {"50 ms late", {.kind = FAKE_LATE, .us = 50 * MS, .times = 1}, M_OK, M_OK, LIVES},
    {"too late", {.kind = FAKE_LATE, .us = 1000 * MS, .times = 1}, M_TIMEOUT, M_TIMEOUT, LIVES},
    {"split after 1 byte", {.kind = FAKE_SPLIT, .at = 1, .us = 5 * MS}, M_OK, M_OK, LIVES},
    {"split after 9 bytes", {.kind = FAKE_SPLIT, .at = 9, .us = 5 * MS}, M_OK, M_OK, LIVES},
    {"split before the end", {.kind = FAKE_SPLIT, .at = FAKE_END, .us = 5 * MS}, M_OK, M_OK, LIVES},
    {"byte by byte", {.kind = FAKE_DRIBBLE}, M_OK, M_OK, LIVES},
    {"trickling", {.kind = FAKE_DRIBBLE, .at = 1024, .us = 25 * MS}, M_OK | M_TIMEOUT, M_OK, LIVES},
    {"empty reply", {.kind = FAKE_TRUNCATE}, GONE},
    {"cut after 1 byte", {.kind = FAKE_TRUNCATE, .at = 1}, CUT, M_TIMEOUT, EITHER},
    {"cut after 20 bytes", {.kind = FAKE_TRUNCATE, .at = 20}, M_OK | CUT, M_TIMEOUT, MUTE},
    {"no terminator", {.kind = FAKE_UNTERMINATED}, CUT, M_TIMEOUT, EITHER},
    {"no terminator, once", {.kind = FAKE_UNTERMINATED, .times = 1}, CUT, M_TIMEOUT, EITHER},

    {"a log line before it", {.kind = FAKE_INSERT, .text = LOG}, M_PROTOCOL, NO_REPLY, EITHER},
    {"a log line in the header", {.kind = FAKE_INSERT, .at = 9, .text = LOG}, WRONG},
    {"a log line in the data", {.kind = FAKE_INSERT, .at = 40, .text = LOG}, WRONG},
    {"a log line at the end", {.kind = FAKE_INSERT, .at = FAKE_END, .text = LOG}, WRONG},
    {"0x1a before it",
     {.kind = FAKE_INSERT, .text = "\x1a"},
     M_CLOSED,
     M_CLOSED | M_NOT_OPENOCD,
     EITHER},
    {"0x1a in the header", {.kind = FAKE_INSERT, .at = 9, .text = "\x1a"}, WRONG},
    /* Short replies end before it. */
    {"0x1a in the data",
     {.kind = FAKE_INSERT, .at = 40, .text = "\x1a"},
     ALTERED | M_CLOSED,
     NO_REPLY,
     EITHER},
    {"NUL in the header", {.kind = FAKE_INSERT, .at = 9, .text = "", .text_size = 1}, WRONG},
    {"event before it", {.kind = FAKE_NOTIFY}, M_OK, M_OK, LIVES},
    {"3 events before it", {.kind = FAKE_NOTIFY, .text = EVENTS}, M_OK, M_OK, LIVES},
    {"event in the header", {.kind = FAKE_INSERT, .at = 9, .text = EVENT}, WRONG},
    {"event in the data", {.kind = FAKE_INSERT, .at = 40, .text = EVENT}, WRONG},
    {"event after it",
     {.kind = FAKE_INSERT, .at = FAKE_END, .text = "\x1a" TEXT_OF_EVENT},
     M_OK,
     M_OK,
     LIVES},

    {"another text",
     {.kind = FAKE_REPLACE, .text = "invalid command name \"apply\""},
     M_PROTOCOL,
     NO_REPLY,
     EITHER},
    {"HTTP instead", {.kind = FAKE_REPLACE, .text = HTTP}, M_PROTOCOL, NO_REPLY, EITHER},
    {"an older reply",
     {.kind = FAKE_REPLACE, .text = OLDER_REPLY, .text_size = sizeof(OLDER_REPLY) - 1},
     M_TIMEOUT,
     M_TIMEOUT | M_NOT_OPENOCD,
     EITHER},
    {"100 MiB without end",
     {.kind = FAKE_ENDLESS, .at = 100u << 20},
     M_PROTOCOL | M_TIMEOUT,
     NO_REPLY,
     EITHER},
    {"1 MiB, then silence", {.kind = FAKE_ENDLESS, .at = 1u << 20}, M_TIMEOUT, NO_REPLY, MUTE},

    {"100 MiB in one reply",
     {.kind = FAKE_REPLACE, .text = LARGE_REPLY, .text_size = sizeof(LARGE_REPLY) - 1},
     WRONG},

    {"number: text", {.kind = FAKE_FIELD, .at = 0, .text = "x"}, WRONG},
    {"number: 1 more", {.kind = FAKE_WRONG_ID}, WRONG},
    {"number: 1 more, once", {.kind = FAKE_WRONG_ID, .times = 1}, WRONG},
    {"number: 999 more", {.kind = FAKE_WRONG_ID, .at = 999}, WRONG},
    {"status: text", {.kind = FAKE_FIELD, .at = 1, .text = "x"}, WRONG},
    {"status: -4",
     {.kind = FAKE_FIELD, .at = 1, .text = "-4"},
     ALTERED | M_REFUSED,
     M_REFUSED | M_UNSUPPORTED,
     EITHER},
    {"bytes of result: text", {.kind = FAKE_FIELD, .at = 2, .text = "x"}, WRONG},
    {"bytes of result: negative", {.kind = FAKE_FIELD, .at = 2, .text = "-1"}, WRONG},
    {"bytes of log: text", {.kind = FAKE_FIELD, .at = 3, .text = "x"}, WRONG},
    {"time: text", {.kind = FAKE_FIELD, .at = 4, .text = "x"}, WRONG},
    {"1 byte counted too many", {.kind = FAKE_COUNT_LARGER}, CUT, M_TIMEOUT, EITHER},
    {"9999 counted too many", {.kind = FAKE_COUNT_LARGER, .at = 9999}, CUT, M_TIMEOUT, MUTE},
    {"counted too many, once", {.kind = FAKE_COUNT_LARGER, .times = 1}, CUT, M_TIMEOUT, EITHER},
    {"1 byte counted too few", {.kind = FAKE_COUNT_SMALLER}, WRONG},
    {"5 bytes counted too few", {.kind = FAKE_COUNT_SMALLER, .at = 5}, WRONG},
    {"result: nothing", {.kind = FAKE_RESULT}, ALTERED, NO_REPLY, EITHER},
    {"result: half a list", {.kind = FAKE_RESULT, .text = "{0x1 0x2"}, ALTERED, NO_REPLY, EITHER},
    {"result: half a read", {.kind = FAKE_RESULT, .text = "0 3 0x"}, ALTERED, NO_REPLY, EITHER},
    {"result: one read", {.kind = FAKE_RESULT, .text = "0 3 0x1\n"}, ALTERED, NO_REPLY, EITHER},
    {"log: text", {.kind = FAKE_LOG, .text = LOG}, M_OK, M_OK, LIVES},
    {"a value too few", {.kind = FAKE_FEWER}, ALTERED, NO_REPLY, EITHER},
    {"no values", {.kind = FAKE_FEWER, .at = 99999}, ALTERED, NO_REPLY, EITHER},
    {"a value too many", {.kind = FAKE_MORE}, ALTERED, NO_REPLY, EITHER},
    {"65536 values too many", {.kind = FAKE_MORE, .at = 65536}, ALTERED, NO_REPLY, EITHER},
    {"first value too wide", {.kind = FAKE_TOO_WIDE}, ALTERED, NO_REPLY, EITHER},
    {"last value too wide",
     {.kind = FAKE_TOO_WIDE, .at = FAKE_END},
     ALTERED,
     M_OK | NO_REPLY,
     EITHER},
    {"first value no number", {.kind = FAKE_NOT_A_NUMBER}, ALTERED, NO_REPLY, EITHER},
    {"last value no number",
     {.kind = FAKE_NOT_A_NUMBER, .at = FAKE_END},
     ALTERED,
     M_OK | NO_REPLY,
     EITHER},
    {"text before the values", {.kind = FAKE_TEXT_BEFORE, .text = LOG}, ALTERED, NO_REPLY, EITHER},
    {"text after the values", {.kind = FAKE_TEXT_AFTER, .text = LOG}, ALTERED, NO_REPLY, EITHER},
    {"half, and an error",
     {.kind = FAKE_PARTIAL},
     M_OK | M_REFUSED,
     M_REFUSED | M_UNSUPPORTED,
     EITHER},
    {"half, and an error, once",
     {.kind = FAKE_PARTIAL, .times = 1},
     M_OK | M_REFUSED,
     M_REFUSED | M_UNSUPPORTED,
     EITHER},
    {"refused", {.kind = FAKE_REFUSE}, M_OK | M_REFUSED, M_REFUSED | M_UNSUPPORTED, EITHER},
    {"refused, once",
     {.kind = FAKE_REFUSE, .times = 1},
     M_OK | M_REFUSED,
     M_REFUSED | M_UNSUPPORTED,
     EITHER},
    {"not halted",
     {.kind = FAKE_REFUSE, .at = 1, .text = "Target fake.cpu not halted\n"},
     M_OK | M_REFUSED,
     M_REFUSED | M_UNSUPPORTED,
     EITHER},
};

const size_t matrix_fault_count = COUNT_OF(matrix_faults);
