// SPDX-License-Identifier: MIT
//
// A simulated microcontroller, served over loopback TCP to an unmodified OpenOCD: a Cortex-M3
// with an ST-LINK/V2, or a RISC-V with a JTAG adapter:
//
//   openocd -c "adapter driver st-link; st-link backend tcp PORT; transport select dapdirect_swd"
//           -f target/stm32f1x.cfg
//   openocd -c "adapter driver remote_bitbang; remote_bitbang host 127.0.0.1;
//               remote_bitbang port PORT" -f target/gd32vf103.cfg
//
// and sim_config() answers the rest.
//
// The chip is described in docs/simulator.md. A simulator is created with sim_new() and then served
// either by the caller's own thread, sim_run(), or by a child process, sim_spawn(). Its memory,
// counters and log are in a shared mapping, so that the caller sees and changes them in both cases.
//
// Functions that return int return 0 or a negative errno value. All names begin with sim_ or SIM_.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SIM_FLASH_BASE         0x08000000u
#define SIM_FLASH_SIZE_DEFAULT (128u * 1024)
#define SIM_RAM_BASE           0x20000000u
#define SIM_RAM_SIZE_DEFAULT   (20u * 1024)
#define SIM_SIZE_MIN           4096u /* flash and RAM, each a multiple of 1024 */
#define SIM_SIZE_MAX           (64u * 1024 * 1024)
#define SIM_FAULTS_MAX         32u
#define SIM_CORES_MAX          2u
#define SIM_WIDTHS             4u /* of accesses: 1, 2, 4, 8 bytes */

/* Demonstration peripherals; 32-bit accesses only, everything else faults. */
#define SIM_PERIPH_BASE 0x40008000u
#define SIM_COUNTER     (SIM_PERIPH_BASE + 0x00) /* microseconds, never stops, read-only */
#define SIM_STATUS      (SIM_PERIPH_BASE + 0x04) /* read clears, write sets the bits written */
#define SIM_FIFO        (SIM_PERIPH_BASE + 0x08) /* read pops (0 when empty), write pushes */
#define SIM_FIFO_LEVEL  (SIM_PERIPH_BASE + 0x0c) /* words in the FIFO, read-only */
#define SIM_FIFO_DEPTH  16u

/* Variables of the simulated firmware: they change while the core runs. */
#define SIM_VAR_BASE      0x20004f00u
#define SIM_VAR_TICK      (SIM_VAR_BASE + 0x0)  /* uint32_t: milliseconds of running time */
#define SIM_VAR_SINE      (SIM_VAR_BASE + 0x4)  /* float: sine, amplitude 1, period 1 s */
#define SIM_VAR_WAVE      (SIM_VAR_BASE + 0x8)  /* int16_t: the same, amplitude 1000 */
#define SIM_VAR_FLAG      (SIM_VAR_BASE + 0xa)  /* uint8_t: 0 and 1 in turn, 500 ms each */
#define SIM_VAR_COUNTER   (SIM_VAR_BASE + 0x10) /* uint64_t: both halves are tick, but see below */
#define SIM_VAR_MOTOR     (SIM_VAR_BASE + 0x18) /* float: speed, kp, ki, kd, error */
#define SIM_VAR_LOG       (SIM_VAR_BASE + 0x40) /* char[64]: text, ended by a zero */
#define SIM_VAR_LOG_BYTES 64u
#define SIM_VAR_BYTES     128u
/* The firmware writes the high half of the counter this many microseconds after the low one: a
 * read in between gets halves of two different values. */
#define SIM_VAR_TORN_US 10u
/* RISC-V: uint32_t for each hart, the rounds of its main loop, which counts them itself. */
#define SIM_VAR_ROUNDS 0x20004ff8u

struct sim; /* opaque */

/* A Cortex-M3 with an ST-LINK, or RISC-V of 32 or 64 bits with a JTAG adapter. */
enum sim_chip {
    SIM_CHIP_CORTEX_M3,
    SIM_CHIP_RISCV32,
    SIM_CHIP_RISCV64,
};

/* What the debugger finds when it accesses memory, the debug registers excepted, while the core
 * sleeps. Chips that stop the clock of the bus do either. */
enum sim_sleep {
    SIM_AWAKE,
    SIM_SLEEP_ZEROS,  /* reads answer zeros, writes are lost, all without an error */
    SIM_SLEEP_FAULTS, /* accesses fail */
};

struct sim_range {
    uint32_t addr;
    uint32_t size;        /* bytes */
    uint64_t reserved[2]; /* zero */
};

/* Zero is the default of every field. The strings are only used by sim_new(). */
struct sim_options {
    enum sim_chip chip;
    uint16_t port;               /* of 127.0.0.1; 0: a free one */
    uint32_t flash_size;         /* bytes, 0: 128 KiB */
    uint32_t ram_size;           /* bytes, 0: 20 KiB */
    const char *flash_file;      /* raw contents from the start of the flash, rest erased */
    const char *ram_file;        /* raw contents from the start of the RAM, rest zero */
    uint32_t latency_us;         /* added to each USB command */
    unsigned server_api;         /* of the stlink-server spoken, 1 to 3; 0: 3 */
    uint32_t program_us;         /* that the flash is busy with a half-word, 0: 1; silicon: 52 */
    uint32_t erase_us;           /* with a page or all of it, 0: 100; silicon: 20000 to 40000 */
    bool still;                  /* the firmware's variables never change */
    unsigned cores;              /* 1 or 2, 0: 1; each has an access port of its own */
    bool no_core[SIM_CORES_MAX]; /* as sim_set_core() refuses it, from the beginning */
    bool no_sysbus;              /* RISC-V: without system bus access */
    bool no_progbuf;             /* RISC-V: without a program buffer */
    unsigned sysbus_width;       /* RISC-V: widest access, 32 or 64 bits; 0: as the harts' */
    unsigned dmi_clocks;         /* RISC-V: TCK cycles that an access to the debug module takes */
    unsigned command_clocks;     /* RISC-V: TCK cycles that an abstract command takes */
    unsigned sysbus_clocks;      /* RISC-V: TCK cycles that an access of the system bus takes */
    struct sim_range fault[SIM_FAULTS_MAX]; /* ranges that answer with a bus error */
    size_t fault_count;
    char *message; /* optional: filled with one line when sim_new() fails */
    size_t message_size;
    uint64_t reserved[15]; /* zero */
};

/* What the probe's link does. */
enum sim_link {
    SIM_LINK_UP,
    SIM_LINK_FROZEN, /* the connection stays, nothing is answered */
    SIM_LINK_DOWN,   /* connections are closed, new ones too */
};

struct sim_stats {
    uint64_t connections;        /* accepted so far */
    uint64_t usb_commands;       /* ST-LINK commands answered; RISC-V: debug module accesses */
    uint64_t reads[SIM_WIDTHS];  /* elements read by the debugger, of 1, 2, 4 and 8 bytes */
    uint64_t writes[SIM_WIDTHS]; /* elements written, likewise */
    uint64_t bytes_read;         /* without the debug registers */
    uint64_t bytes_written;      /* without the debug registers */
    uint64_t faults;             /* bus errors, without the debug registers */
    uint64_t debug_accesses;     /* to 0xE0000000-0xE00FFFFF: OpenOCD's own polling */
    uint64_t resets;             /* of the chip, or of one core alone */
    uint64_t log_sequence;       /* of the next entry of the log */
    uint64_t reserved[8];        /* zero */
};

/* Consecutive accesses of one kind, as the debugger made them on the bus. */
struct sim_access {
    uint64_t sequence;
    uint64_t addr;  /* of the first access */
    uint32_t count; /* accesses made, the failed one included */
    uint8_t width;  /* bytes an access: 1, 2, 4, 8 */
    uint8_t ap;     /* access port that made them: the core's number; RISC-V: the selected hart */
    bool write;
    bool fixed;           /* all at the same address */
    bool fault;           /* the last one ended in a bus error */
    uint64_t reserved[2]; /* zero */
};

#define SIM_LOG_SIZE 4096u /* entries kept; older ones are overwritten */

/* Creates a chip that has power, runs its firmware, and listens on 127.0.0.1; nobody is served yet.
 * NULL for `options` means the defaults; they are copied. *sim is to be released with
 * sim_free(), and is NULL after a failure, which options->message then explains.
 * -EINVAL: an option is out of its range; -ENOMEM; else the errno of the file or port that could
 * not be used, such as -ENOENT, -EFBIG (larger than the memory) or -EADDRINUSE. */
int sim_new(struct sim **sim, const struct sim_options *options);

/* Ends a child of sim_spawn() first. NULL is fine. */
void sim_free(struct sim *sim);

/* The TCP port of the probe. */
uint16_t sim_port(const struct sim *sim);

/* Serves in the calling thread until `stop_fd` is readable (-1: for ever). 0; -ENOMEM, or the errno
 * of poll(2). The functions below may be called by other threads meanwhile. */
int sim_run(struct sim *sim, int stop_fd);

/* Serves in a child process, which dies with the calling thread. Its process id; -EBUSY: there is
 * one already; or the errno of fork(2). */
pid_t sim_spawn(struct sim *sim);

/* Ends and reaps that child, if there is one; the chip keeps its memory and may be served again. */
void sim_stop(struct sim *sim);

/* Memory as it is in flash, its alias at 0, and RAM, `size` in bytes: without an access on the bus,
 * that is without side effect, fault or entry in the log. The firmware's variables are as they were
 * when they were last accessed. 0, or -EFAULT when part of the range is other than that: then
 * nothing is copied. */
int sim_peek(struct sim *sim, uint32_t addr, void *data, size_t size);
int sim_poke(struct sim *sim, uint32_t addr, const void *data, size_t size);

/* Makes accesses to `size` bytes from `addr` on fail from now on. 0; -EINVAL: the size is 0;
 * -ENOSPC: there are SIM_FAULTS_MAX such ranges. */
int sim_fault(struct sim *sim, uint32_t addr, uint32_t size);

/* Forgets all of these ranges, those of the options included. */
void sim_fault_clear(struct sim *sim);

/* Gives the debugger a core, or refuses it: then each access through its access port faults. The
 * core itself goes on as it is. 0, or -EINVAL when there is no such core. */
int sim_set_core(struct sim *sim, unsigned core, bool up);

/* Switches the chip's supply off or on; it may be so already. Without it the probe measures 0 V, no
 * debug port answers, and the RAM loses what it holds. With it the chip starts as after its first
 * power-on, and the flash is as it was. 0. */
int sim_set_power(struct sim *sim, bool on);

/* Sends all cores of a Cortex-M3 to sleep, or wakes them up. A core that is halted is awake until
 * it is resumed; a reset wakes all of them up. DHCSR shows S_SLEEP meanwhile, and the firmware's
 * variables do not change. 0; -EINVAL: not one of enum sim_sleep; -ENOTSUP: a RISC-V chip; -ENODEV:
 * the chip has no power. */
int sim_set_sleep(struct sim *sim, enum sim_sleep sleep);

/* Resets the chip as a pulse on its reset pin does. 0, or -ENODEV: the chip has no power. */
int sim_reset(struct sim *sim);

/* Protects the flash from being read, from now on, as the option bytes do. OpenOCD's `stm32f1x
 * unlock 0` and a reset end it, and erase the flash. 0, or -ENODEV: the chip has no power. */
int sim_protect(struct sim *sim);

/* Runs one line of the control protocol of docs/simulator.md, without its end of line, and fills
 * `answer`, of `size` bytes, with "ok" or "error TEXT", cut to what fits. 0 after "ok", otherwise
 * -EINVAL, and nothing has changed. */
int sim_control(struct sim *sim, const char *line, char *answer, size_t size);

/* OpenOCD's arguments for this simulator, each quoted for a shell where it has to be. Returns the
 * length without the final zero, as snprintf does: `size` or more when it does not fit. */
size_t sim_config(const struct sim *sim, char *text, size_t size);

/* The connection between OpenOCD and the probe, from the next message on. */
void sim_set_link(struct sim *sim, enum sim_link link);

/* Microseconds added to each USB command, from the next one on. */
void sim_set_latency(struct sim *sim, uint32_t latency_us);

/* What has been counted since sim_new(). */
void sim_get_stats(const struct sim *sim, struct sim_stats *stats);

/* Copies the log's entries from `sequence` on, oldest first and `max` at most, and returns how
 * many. Debug registers (0xE0000000-0xE00FFFFF) are not in the log. */
size_t sim_get_log(const struct sim *sim, uint64_t sequence, struct sim_access *entries,
                   size_t max);

#ifdef __cplusplus
}
#endif
