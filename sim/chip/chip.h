// SPDX-License-Identifier: MIT
//
// The chip as its debug port sees it: memory map, peripherals, and one or two Cortex-M3
// cores with their debug registers. Pure: no I/O, and the time is set by the
// caller. Names of registers and bits are those of the ARMv7-M Architecture
// Reference Manual (DDI0403) and of ST's RM0008.
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ocdsim.h"
#include "riscv/hart.h"

/* Core registers by DCRSR.REGSEL (DDI0403, C1.6.3). */
enum {
    REG_SP = 13,
    REG_LR = 14,
    REG_PC = 15,
    REG_XPSR = 16,
    REG_MSP,
    REG_PSP,
    REG_CFBP = 20
};

#define DHCSR_C_DEBUGEN    (1u << 0)
#define DHCSR_C_HALT       (1u << 1)
#define DHCSR_C_STEP       (1u << 2)
#define DHCSR_C_MASKINTS   (1u << 3)
#define DHCSR_C_SNAPSTALL  (1u << 5)
#define DHCSR_S_REGRDY     (1u << 16)
#define DHCSR_S_HALT       (1u << 17)
#define DHCSR_S_SLEEP      (1u << 18)
#define DHCSR_S_LOCKUP     (1u << 19)
#define DHCSR_S_RETIRE_ST  (1u << 24)
#define DHCSR_S_RESET_ST   (1u << 25)
#define DEMCR_VC_CORERESET (1u << 0)
#define DEMCR_TRCENA       (1u << 24)
#define DFSR_HALTED        (1u << 0)
#define DFSR_BKPT          (1u << 1)
#define DFSR_VCATCH        (1u << 3)

#define SCS_DHCSR    0xe000edf0u
#define SCS_DCRSR    0xe000edf4u
#define SCS_DCRDR    0xe000edf8u
#define SCS_DEMCR    0xe000edfcu
#define SCS_AIRCR    0xe000ed0cu
#define DCRSR_REGWNR (1u << 16)

#define FPB_COMPARATORS 8u /* six for code, two for literals */
#define DWT_COMPARATORS 4u

/* Registers of the private peripheral bus that keep what is written. */
struct ppb {
    uint32_t dhcsr; /* C_ bits and the sticky S_ bits */
    uint32_t demcr;
    uint32_t dcrdr;
    uint32_t dfsr;
    uint32_t cfsr;
    uint32_t hfsr;
    uint32_t fp_ctrl;
    uint32_t fp_remap;
    uint32_t fp_comp[FPB_COMPARATORS];
    uint32_t dwt_ctrl;
    uint32_t dwt_cyccnt; /* when the core last started or it was last written */
    uint64_t dwt_from_ns;
    uint32_t dwt_comp[DWT_COMPARATORS];
    uint32_t dwt_mask[DWT_COMPARATORS];
    uint32_t dwt_function[DWT_COMPARATORS];
    uint32_t scb[64];  /* 0xE000ED00-0xE000EDFC: what has no name here */
    uint32_t nvic[64]; /* priorities and enables, 0xE000E100 on, as one store */
};

/* A Cortex-M3 and what its private peripheral bus holds. */
struct core {
    struct chip *chip;
    struct ppb ppb;
    uint32_t r[13];
    uint32_t msp;
    uint32_t psp;
    uint32_t lr;
    uint32_t pc;
    uint32_t xpsr;
    uint32_t cfbp; /* CONTROL, FAULTMASK, BASEPRI, PRIMASK packed as DCRSR has them */
    bool halted;
    bool asleep;        /* never while it is halted */
    bool lockup;        /* an instruction could not be fetched */
    bool busy;          /* in sim__core_sync(), which must not be entered again */
    uint64_t ran_ns;    /* running time before `since_ns` */
    uint64_t since_ns;  /* when the core was last started */
    uint64_t walked_ns; /* how much of the running time the program counter has followed */
};

struct periph {
    uint32_t status;
    uint32_t fifo[SIM_FIFO_DEPTH];
    uint32_t fifo_head;
    uint32_t fifo_level;
};

/* The flash program and erase controller. */
#define FPEC_BASE         0x40022000u
#define FPEC_OPTION_BYTES 0x1ffff800u
#define FPEC_OPTION_SIZE  16u

struct fpec {
    uint8_t option[FPEC_OPTION_SIZE];
    uint32_t acr;
    uint32_t sr;
    uint32_t cr;
    uint32_t ar;
    uint32_t obr;  /* as the option bytes were at the last reset */
    uint32_t wrpr; /* likewise */
    uint8_t keys;  /* how far the two sequences have come */
    uint8_t option_keys;
    uint32_t program_us; /* busy time of a half-word */
    uint32_t erase_us;   /* of a page, of the whole, of the option bytes */
    uint64_t busy_until_ns;
};

struct chip {
    enum sim_chip kind;
    uint8_t *flash;
    uint8_t *ram;
    uint32_t flash_size;
    uint32_t ram_size;
    bool still; /* the firmware's variables never change */
    bool unpowered;
    enum sim_sleep sleep;  /* what a core that is not halted does */
    bool firmware_started; /* since the last reset */
    uint64_t start_ns;     /* when the power came on */
    uint64_t now_ns;
    unsigned cores;
    struct core core[SIM_CORES_MAX]; /* those of a Cortex-M3 */
    struct hart hart[SIM_CORES_MAX]; /* those of a RISC-V */
    bool nrst;                       /* held in reset by the probe's NRST pin */
    bool ndmreset;                   /* held in reset by the debug module of a RISC-V */
    uint64_t resets;
    uint32_t dbgmcu_cr;
    struct periph periph;
    struct fpec fpec;
    struct sim_range fault[SIM_FAULTS_MAX];
    _Atomic uint32_t fault_count;
    _Atomic uint32_t cores_down; /* one bit for each core: its access port answers with faults */
};

/* The caller sets sizes, memory and number of cores (0: one) first; the state is that after
 * power-on. */
void sim__chip_init(struct chip *chip, uint64_t now_ns);
void sim__chip_set_time(struct chip *chip, uint64_t now_ns);

bool sim__chip_is_riscv(const struct chip *chip);

/* A reset of the system, and the pin that holds it. Harts start when nothing holds them any more,
 * neither the pin nor the debug module, which asks with sim__chip_release(). */
void sim__chip_reset(struct chip *chip);
void sim__chip_release(struct chip *chip);
void sim__chip_set_nrst(struct chip *chip, bool asserted);

/* The supply. Without it the RAM loses what it holds. */
void sim__chip_set_power(struct chip *chip, bool on);

/* All cores fall asleep, or wake up. A core that is halted falls asleep when it is resumed. */
void sim__chip_set_sleep(struct chip *chip, enum sim_sleep sleep);

/* Before an access from outside: code in RAM, which shares memory with the debugger, runs up
 * to the present. */
void sim__chip_catch_up(struct chip *chip);

/* The debugger has no access to that core. */
bool sim__chip_is_down(const struct chip *chip, unsigned core);

/* Bus accesses of 1, 2 or 4 bytes by a core or its access port, which differ in the private
 * peripheral bus only; unaligned ones reach memory only. Answer how many were good: fewer than
 * `count` means that the next one faulted. */
uint32_t sim__bus_read(struct core *core, uint32_t addr, unsigned width, uint32_t count,
                       uint8_t *data);
uint32_t sim__bus_write(struct core *core, uint32_t addr, unsigned width, uint32_t count,
                        const uint8_t *data);

/* One access by a hart or by the system bus of its debug module, of 1, 2, 4 or 8 bytes and aligned.
 * False: a bus error. */
bool sim__chip_load(struct chip *chip, uint64_t addr, unsigned width, uint8_t *data);
bool sim__chip_store(struct chip *chip, uint64_t addr, unsigned width, const uint8_t *data);

/* Plain memory after an address, NULL when not all of the range is memory. */
uint8_t *sim__chip_memory(struct chip *chip, uint32_t addr, uint64_t size);
bool sim__chip_is_debug(uint64_t addr);

/* core.c */
void sim__core_reset(struct core *core);
void sim__core_sync(struct core *core);
bool sim__core_in_ram(const struct core *core);
void sim__core_halt(struct core *core, uint32_t dfsr);
void sim__core_resume(struct core *core);
void sim__core_step(struct core *core);
void sim__core_fall_asleep(struct core *core); /* nothing where it cannot */
void sim__core_wake_up(struct core *core);
uint64_t sim__core_ran_ns(const struct core *core);
uint32_t sim__core_get(const struct core *core, unsigned regsel);
void sim__core_set(struct core *core, unsigned regsel, uint32_t value);

/* ppb.c: the private peripheral bus of a core, one aligned word */
bool sim__ppb_read(struct core *core, uint32_t addr, uint32_t *value);
bool sim__ppb_write(struct core *core, uint32_t addr, uint32_t value);
void sim__ppb_power_on(struct core *core);
void sim__ppb_reset(struct core *core);

/* periph.c */
bool sim__periph_read(struct chip *chip, uint32_t addr, unsigned width, uint32_t *value);
bool sim__periph_write(struct chip *chip, uint32_t addr, unsigned width, uint32_t value);
void sim__periph_reset(struct chip *chip);
bool sim__rom_read(const struct chip *chip, uint32_t addr, uint8_t *byte);

/* fpec.c. A bus error answers false. */
void sim__fpec_deliver(struct chip *chip); /* option bytes as after manufacture */
void sim__fpec_reset(struct chip *chip);
void sim__fpec_protect(struct chip *chip); /* from being read, at once */
bool sim__fpec_read(struct chip *chip, uint32_t addr, uint32_t *value);
bool sim__fpec_write(struct chip *chip, uint32_t addr, uint32_t value);
bool sim__fpec_program(struct chip *chip, uint32_t addr, unsigned width, uint32_t value);
bool sim__fpec_hides_flash(const struct chip *chip); /* read protection */

/* firmware.c: the contents of the flash for a Cortex-M3, and what those of each chip have in
 * common: filling from 0x300 to the middle, and the marks. */
void sim__firmware_flash(uint8_t *flash, uint32_t size);
void sim__firmware_fill(uint8_t *flash, uint32_t size);

/* variables.c */
void sim__firmware_update(struct chip *chip);
