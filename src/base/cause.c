// SPDX-License-Identifier: MIT
#include "base/cause.h"

#include "base/scan.h"
#include "ocd.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

/* The hints name the tool's commands in quotation marks, 'ocd …': the tool adds the options that
 * reach the same OpenOCD. */
#define ADAPTER "plug the probe in and start OpenOCD again"
#define PLUGGED "is the probe plugged in, may you open it, and does nothing else use it?"
#define NO_INIT "OpenOCD has not run init: run 'ocd cmd init', or remove noinit from its arguments"
#define NO_TAP  "the target's TAP is disabled: 'ocd cmd jtag tapenable TAP' enables it"
#define POWER   "check the target's power and its connection to the probe"
#define NARROW  "the target has no accesses of this width: use a narrower one"
#define LISTS   "'ocd bp' and 'ocd wp' list the breakpoints and watchpoints"

/* One row is one cause, and the first row whose conditions all hold is the cause of a failure.
 * OpenOCD's words are those of 0.12.0 and of its development branch after it. */
static const struct cause {
    int code;           /* the error; 0: any of OpenOCD or the target */
    enum ocd_fact fact; /* what the operation knows; OCD_FACT_NONE: anything */
    const char *words;  /* what a line of OpenOCD's answer contains; NULL: anything */
    int means;          /* the error to report when these words occur; 0: the code stays */
    const char *hint;   /* `#` is replaced by the fact's number */
} causes[] = {
    /* The target or the debug probe is not there: src/jtag/drivers, src/target/arm_adi_v5.c,
     * src/target/riscv. */
    {0, OCD_FACT_NONE, "USB CMD", OCD_ERR_PROBE, ADAPTER},           /* stlink_usb.c */
    {0, OCD_FACT_NONE, "LIBUSB", OCD_ERR_PROBE, ADAPTER},            /* libusb_helper.c */
    {0, OCD_FACT_NONE, "remote_bitbang", OCD_ERR_PROBE, ADAPTER},    /* remote_bitbang.c */
    {0, OCD_FACT_NONE, "CMSIS-DAP command", OCD_ERR_PROBE, ADAPTER}, /* cmsis_dap.c */
    {0, OCD_FACT_NONE, "jaylink_", OCD_ERR_PROBE, ADAPTER},          /* jlink.c */
    {0, OCD_FACT_NONE, "supports Debug Module version", OCD_ERR_NO_ANSWER, POWER},
    {0, OCD_FACT_NONE, "supports DTM version", OCD_ERR_NO_ANSWER, POWER},
    {0, OCD_FACT_NONE, "Fail reading CTRL/STAT", OCD_ERR_NO_ANSWER, POWER},
    {0, OCD_FACT_NONE, "dmi_scan failed", OCD_ERR_NO_ANSWER, POWER},
    {0, OCD_FACT_NONE, "TAP is disabled", OCD_ERR_NOT_EXAMINED, NO_TAP},
    {0, OCD_FACT_NONE, "can't be the current target", OCD_ERR_NOT_EXAMINED, NO_TAP},
    {0, OCD_FACT_NONE, "must be used after 'init'", OCD_ERR_NOT_EXAMINED, NO_INIT},

    /* The access itself. */
    {OCD_ERR_NOT_HALTED, OCD_FACT_NONE, NULL, 0, "try 'ocd halt'"},
    {OCD_ERR_TARGET, OCD_FACT_UNALIGNED, NULL, 0,
     "the address is not a multiple of the access width, # bytes: use a narrower width"},
    {OCD_ERR_TARGET, OCD_FACT_FLASH_WRITE, NULL, 0,
     "flash bank # starts at or before this address: 'ocd load' programs flash"},
    {OCD_ERR_TARGET, OCD_FACT_FLASH_READ, NULL, 0,
     "flash bank # starts at or before this address: is it read-protected, or does it end before? "
     "'ocd cmd flash info #' says"},
    {0, OCD_FACT_NONE, "=disabled", 0,
     "OpenOCD may not use every way to the memory of this target: 'ocd cmd riscv set_mem_access "
     "progbuf sysbus abstract' allows all"},
    {0, OCD_FACT_NONE, "XLEN too short", 0, NARROW}, /* riscv-013.c */
    {0, OCD_FACT_NONE, "xlen too short", 0, NARROW},
    {0, OCD_FACT_NONE, "Size 8 not supported", 0, NARROW}, /* arm_adi_v5.c */
    {0, OCD_FACT_NONE, "unaligned access", 0,
     "use an address that is a multiple of the access width, or a narrower width"},
    {0, OCD_FACT_NONE, "translation fault", 0,
     "the MMU maps nothing to this address: is it a physical one (--phys)?"},

    /* Breakpoints and watchpoints: src/target/breakpoints.c. */
    {OCD_ERR_COMMAND, OCD_FACT_WATCH_VALUE, NULL, 0,
     "many cores cannot compare a value: set the watchpoint without one"},
    {OCD_ERR_COMMAND, OCD_FACT_WATCH_RANGE, NULL, 0,
     "most cores can only watch 1, 2, 4, 8, ... bytes, from a multiple of that number on"},
    {0, OCD_FACT_NONE, "can't add breakpoint: resource not available", 0,
     "the core has no free hardware breakpoint: 'ocd bp' lists them, 'ocd bp ADDR --remove' frees "
     "one"},
    {0, OCD_FACT_NONE, ", resource not available", 0,
     "the core has no free watchpoint, or none for this range: 'ocd wp' lists them, 'ocd wp ADDR "
     "--remove' frees one"},
    {0, OCD_FACT_NONE, "cannot handle HW breakpoint", 0,
     "this core's hardware breakpoints do not reach this address: set a software one, 'ocd bp ADDR "
     "--soft'"},
    {0, OCD_FACT_NONE, "can't add breakpoint: unknown reason", 0,
     "a software breakpoint is written into memory: is there RAM? In flash set a hardware one, "
     "'ocd "
     "bp ADDR --hard'"},
    {0, OCD_FACT_NONE, "Duplicate Breakpoint", 0, LISTS},
    {0, OCD_FACT_NONE, "already has watchpoint", 0, LISTS},
    {0, OCD_FACT_NONE, "no breakpoint at address", 0, LISTS},
    {0, OCD_FACT_NONE, "no watchpoint at address", 0, LISTS},

    /* Commands. */
    {0, OCD_FACT_NONE, "invalid command name", 0, "'ocd cmd help' lists OpenOCD's commands"},
    {0, OCD_FACT_NONE, "device protected", 0,
     "the chip is protected: the unlock command of its flash driver ends that, and erases it"},
    {0, OCD_FACT_NONE, "ulimit -f", 0,
     "let OpenOCD write larger files: start it with ulimit -f "
     "unlimited"},
    {0, OCD_FACT_NONE, "working area", 0,
     "OpenOCD needs RAM of the target for this: halt the target, and check -work-area-size in its "
     "configuration"},
    {OCD_ERR_PROCESS, OCD_FACT_NONE, "open failed", 0, PLUGGED},
    {OCD_ERR_PROCESS, OCD_FACT_NONE, "unable to open", 0, PLUGGED},
    {OCD_ERR_PROCESS, OCD_FACT_NONE, "device found", 0, PLUGGED},
    {OCD_ERR_PROCESS, OCD_FACT_NONE, "LIBUSB_ERROR", 0, PLUGGED},
    {OCD_ERR_PROCESS, OCD_FACT_NONE, "No such device", 0, PLUGGED},
    {OCD_ERR_PROCESS, OCD_FACT_NONE, "unable to find", 0, PLUGGED},

    /* What remains: the error alone. */
    {OCD_ERR_TARGET, OCD_FACT_MEMORY, NULL, 0,
     "is there memory, readable and writable at this width?"},
    {OCD_ERR_PROCESS, OCD_FACT_NONE, NULL, 0, "check OpenOCD's arguments"},
    {OCD_ERR_RESOLVE, OCD_FACT_NONE, NULL, 0, "check the name of the host"},
    {OCD_ERR_CONNECT, OCD_FACT_NONE, NULL, 0, "start OpenOCD, or check host and port"},
    {OCD_ERR_CLOSED, OCD_FACT_NONE, NULL, 0,
     "OpenOCD's own log says why it ended or closed the connection"},
    {OCD_ERR_TIMEOUT, OCD_FACT_NONE, NULL, 0,
     "allow more time, or check whether OpenOCD or the probe hangs"},
    {OCD_ERR_NOT_OPENOCD, OCD_FACT_NONE, "a GDB port", 0,
     "OpenOCD's Tcl port is 6666 unless its tcl_port says otherwise; whatever connects to its GDB "
     "port halts the target"},
    {OCD_ERR_NOT_OPENOCD, OCD_FACT_NONE, NULL, 0,
     "OpenOCD's Tcl port is 6666 unless its tcl_port says otherwise"},
    {OCD_ERR_UNSUPPORTED, OCD_FACT_NONE, NULL, 0, "0.12 or later is needed"},
    {OCD_ERR_NO_TARGET, OCD_FACT_NONE, NULL, 0, "try 'ocd info', which lists the targets"},
    {OCD_ERR_MISMATCH, OCD_FACT_NONE, NULL, 0, "is it RAM, and does nothing else write there?"},
    {OCD_ERR_NO_REGISTER, OCD_FACT_NONE, NULL, 0, "try 'ocd reg --all', which lists the registers"},
    {OCD_ERR_NOT_EXAMINED, OCD_FACT_NONE, NULL, 0,
     "check the target's power, sleep and reset; then examine it with 'ocd cmd [target current] "
     "arp_examine', or reset it with 'ocd reset'"},
    {OCD_ERR_ASLEEP, OCD_FACT_NONE, NULL, 0, "a halt or a reset wakes it: 'ocd halt'"},
    {OCD_ERR_NO_ANSWER, OCD_FACT_NONE, NULL, 0, POWER},
    {OCD_ERR_PROBE, OCD_FACT_NONE, NULL, 0, ADAPTER},
};

/* Lines that only say that something failed, or that something else has happened. */
static const char *const chatter[] = {
    "failed to read memory",
    "failed to write memory",
    "Failed to read memory",
    "Failed to write memory",
    "read_memory: read at ",
    "write_memory: write at ",
    "Failed to read priv register",
    " triggers",
    "Disabling abstract command",
    "clearing lockup",
    "Polling target",
    "DEPRECATED",
    "Deprecated",
    "halted due to",
    "Failure setting ",
};

static struct ocd_view trimmed(struct ocd_view line)
{
    while (line.size > 0 && ocd_is_blank(*line.data)) {
        line.data++;
        line.size--;
    }
    return line;
}

static bool is_chatter(struct ocd_view line)
{
    for (size_t i = 0; i < COUNT_OF(chatter); i++)
        if (ocd__scan_contains(line, chatter[i]))
            return true;
    return false;
}

struct ocd_view ocd__cause_line(struct ocd_view words)
{
    struct ocd_view first = {words.data, 0}, informative = first;

    for (size_t i = 0; i < COUNT_OF(causes); i++) {
        struct ocd_view rest = words;
        while (causes[i].words != NULL && rest.size > 0) {
            struct ocd_view line = trimmed(ocd__scan_line(&rest));
            if (ocd__scan_contains(line, causes[i].words))
                return line;
        }
    }
    while (words.size > 0 && informative.size == 0) {
        struct ocd_view line = trimmed(ocd__scan_line(&words));
        if (first.size == 0)
            first = line;
        if (!is_chatter(line))
            informative = line;
    }
    return informative.size > 0 ? informative : first;
}

const char *ocd__cause_hint(int code, enum ocd_fact fact, struct ocd_view words)
{
    for (size_t i = 0; i < COUNT_OF(causes); i++) {
        const struct cause *c = &causes[i];
        bool fits = c->code != 0 ? c->code == code : code <= OCD_ERR_COMMAND;
        if (fits && (c->fact == OCD_FACT_NONE || c->fact == fact) &&
            (c->words == NULL || ocd__scan_contains(words, c->words)))
            return c->hint;
    }
    return NULL;
}

int ocd__cause_code(struct ocd_view words)
{
    for (size_t i = 0; i < COUNT_OF(causes) && words.size > 0; i++)
        if (causes[i].means != 0 && ocd__scan_contains(words, causes[i].words))
            return causes[i].means;
    return OCD_OK;
}

bool ocd__cause_address(struct ocd_view words, uint64_t addr, uint64_t size, uint64_t *at)
{
    static const char *const before[] = {"ailed to read memory at ", "ailed to write memory at ",
                                         "(addr="};

    for (; words.size > 0; words.data++, words.size--) {
        for (size_t i = 0; i < COUNT_OF(before); i++) {
            struct ocd_view number = words;
            if (ocd__scan_skip(&number, before[i]) && ocd__scan_number(&number, at) &&
                *at >= addr && *at - addr < size)
                return true;
        }
    }
    return false;
}
