// SPDX-License-Identifier: MIT
#include "probe/probe.h"

#include <string.h>

#include "probe/bytes.h"
#include "probe/memory.h"

#define VID     0x0483                     /* STMicroelectronics */
#define PID     0x3748                     /* ST-LINK/V2 */
#define VERSION (2u << 12 | 43u << 6 | 7u) /* V2J43S7 */

#define GET_VERSION        0xf1
#define DEBUG_COMMAND      0xf2
#define DFU_COMMAND        0xf3
#define GET_CURRENT_MODE   0xf5
#define GET_TARGET_VOLTAGE 0xf7

#define DEBUG_GETSTATUS      0x01
#define DEBUG_FORCEDEBUG     0x02
#define DEBUG_RUNCORE        0x09
#define DEBUG_STEPCORE       0x0a
#define DEBUG_EXIT           0x21
#define DEBUG_ENTER          0x30
#define DEBUG_READ_IDCODES   0x31
#define DEBUG_RESETSYS       0x32
#define DEBUG_READREG        0x33
#define DEBUG_WRITEREG       0x34
#define DEBUG_WRITEDEBUGREG  0x35
#define DEBUG_READDEBUGREG   0x36
#define DEBUG_READALLREGS    0x3a
#define DEBUG_LASTRWSTATUS   0x3b
#define DEBUG_DRIVE_NRST     0x3c
#define DEBUG_LASTRWSTATUS2  0x3e
#define DEBUG_START_TRACE_RX 0x40
#define DEBUG_STOP_TRACE_RX  0x41
#define DEBUG_GET_TRACE_NB   0x42
#define DEBUG_SWD_SET_FREQ   0x43
#define DEBUG_JTAG_SET_FREQ  0x44
#define DEBUG_READ_DAP_REG   0x45
#define DEBUG_WRITE_DAP_REG  0x46
#define DEBUG_INIT_AP        0x4b
#define DEBUG_CLOSE_AP       0x4c

#define ENTER_JTAG_RESET    0x00
#define ENTER_SWD_NO_RESET  0xa3
#define ENTER_JTAG_NO_RESET 0xa4

#define NRST_LOW   0
#define NRST_HIGH  1
#define NRST_PULSE 2

#define DAP_PORT_DP 0xffff

#define DHCSR_KEY 0xa05f0000u

/* The answer to a command: longer than what the host asks for is cut. */
struct reply {
    uint8_t bytes[96];
};

void sim__probe_init(struct probe *probe, struct dap *dap)
{
    *probe = (struct probe){.dap = dap, .mode = PROBE_MODE_MASS, .rw_status = PROBE_OK};
}

bool sim__probe_is_alone(const struct probe *probe)
{
    return probe->dap->chip->unpowered;
}

void sim__probe_open(struct probe *probe)
{
    probe->users++;
}

void sim__probe_release(struct probe *probe)
{
    if (probe->users == 0 || --probe->users > 0)
        return;
    probe->mode = PROBE_MODE_MASS;
    probe->misc_items = 0;
    sim__chip_set_nrst(probe->dap->chip, false);
}

/* The commands that name no access port mean the first. */
static uint8_t word_access(struct probe *probe, uint32_t addr, bool write, uint32_t *value)
{
    struct transfer t = {.addr = addr, .count = 1, .width = 4};
    uint8_t data[4] = {0};
    uint32_t good;

    if (addr % 4 != 0)
        return PROBE_ALIGNMENT_ERROR;
    sim__dap_clear_sticky(probe->dap);
    if (write) {
        put_le32(data, *value);
        good = sim__dap_write_memory(probe->dap, &t, data);
    } else {
        good = sim__dap_read_memory(probe->dap, &t, data);
        *value = get_le32(data);
    }
    return good == 1 ? PROBE_OK : PROBE_AP_FAULT;
}

static uint8_t write_word(struct probe *probe, uint32_t addr, uint32_t value)
{
    return word_access(probe, addr, true, &value);
}

static uint8_t enter(struct probe *probe, uint8_t how)
{
    switch (how) {
    case ENTER_SWD_NO_RESET:
        probe->dap->jtag = false;
        break;
    case ENTER_JTAG_RESET:
    case ENTER_JTAG_NO_RESET:
        probe->dap->jtag = true;
        break;
    default:
        return PROBE_UNKNOWN_CMD;
    }
    if (sim__probe_is_alone(probe))
        return PROBE_IDCODE_ERROR;
    probe->mode = PROBE_MODE_DEBUG;
    probe->dap->dead = false; /* the firmware asks for the debug power */
    sim__dap_clear_sticky(probe->dap);
    return PROBE_OK;
}

static uint8_t drive_nrst(struct probe *probe, uint8_t level)
{
    struct chip *chip = probe->dap->chip;

    switch (level) {
    case NRST_LOW:
        sim__chip_set_nrst(chip, true);
        return PROBE_OK;
    case NRST_PULSE:
        sim__chip_set_nrst(chip, true);
        sim__chip_set_nrst(chip, false);
        return PROBE_OK;
    case NRST_HIGH:
        sim__chip_set_nrst(chip, false);
        return PROBE_OK;
    default:
        return PROBE_UNKNOWN_CMD;
    }
}

/* Registers go through DCRSR and DCRDR as a debugger would do it (DDI0403, C1.6.3). */
static uint8_t read_register(struct probe *probe, unsigned regsel, uint32_t *value)
{
    uint8_t status = write_word(probe, SCS_DCRSR, regsel & 0x7f);

    return status == PROBE_OK ? word_access(probe, SCS_DCRDR, false, value) : status;
}

static uint8_t write_register(struct probe *probe, unsigned regsel, uint32_t value)
{
    uint8_t status = write_word(probe, SCS_DCRDR, value);

    return status == PROBE_OK ? write_word(probe, SCS_DCRSR, (regsel & 0x7f) | DCRSR_REGWNR)
                              : status;
}

/* r0-r15, xPSR, MSP, PSP, and CONTROL with the masks. */
static uint8_t read_all_registers(struct probe *probe, uint8_t *bytes)
{
    static const uint8_t regsel[] = {0,  1,  2,  3,  4,  5,  6,  7,  8,       9,
                                     10, 11, 12, 13, 14, 15, 16, 17, REG_PSP, REG_CFBP};

    for (size_t i = 0; i < sizeof(regsel); i++) {
        uint32_t value = 0;
        uint8_t status = read_register(probe, regsel[i], &value);

        if (status != PROBE_OK)
            return status;
        put_le32(bytes + 4 * i, value);
    }
    return PROBE_OK;
}

static uint8_t read_dap_register(struct probe *probe, const uint8_t *command, uint32_t *value)
{
    uint16_t port = get_le16(command + 2);
    uint16_t reg = get_le16(command + 4);
    bool good;

    if (port == DAP_PORT_DP)
        good = sim__dp_read(probe->dap, reg, value);
    else if (port > 0xff)
        return PROBE_BAD_AP;
    else
        good = sim__ap_read(probe->dap, port, reg, value);
    return good ? PROBE_OK : PROBE_AP_FAULT;
}

static uint8_t write_dap_register(struct probe *probe, const uint8_t *command)
{
    uint16_t port = get_le16(command + 2);
    uint16_t reg = get_le16(command + 4);
    uint32_t value = get_le32(command + 6);
    bool good;

    if (port == DAP_PORT_DP)
        good = sim__dp_write(probe->dap, reg, value);
    else if (port > 0xff)
        return PROBE_BAD_AP;
    else
        good = sim__ap_write(probe->dap, port, reg, value);
    return good ? PROBE_OK : PROBE_AP_FAULT;
}

static uint8_t get_status(struct probe *probe)
{
    uint32_t dhcsr = 0;

    if (word_access(probe, SCS_DHCSR, false, &dhcsr) != PROBE_OK)
        return PROBE_AP_FAULT;
    return dhcsr & DHCSR_S_HALT ? 0x81 : 0x80;
}

static uint8_t step_core(struct probe *probe)
{
    const uint32_t debug = DHCSR_KEY | DHCSR_C_DEBUGEN;
    uint8_t status = write_word(probe, SCS_DHCSR, debug | DHCSR_C_STEP);

    return status == PROBE_OK ? write_word(probe, SCS_DHCSR, debug | DHCSR_C_HALT) : status;
}

/* Commands that need the debug mode: status in the first byte, values from the
 * fifth on. */
/* Commands about the core's and the debug port's registers. */
static uint8_t register_command(struct probe *probe, const uint8_t *command, uint8_t *bytes)
{
    uint32_t value = 0;
    uint8_t status;

    switch (command[1]) {
    case DEBUG_READ_IDCODES:
        sim__dp_read(probe->dap, DP_DPIDR, &value);
        status = PROBE_OK;
        break;
    case DEBUG_READREG:
        status = read_register(probe, command[2], &value);
        break;
    case DEBUG_READDEBUGREG:
        status = word_access(probe, get_le32(command + 2), false, &value);
        break;
    case DEBUG_READ_DAP_REG:
        status = read_dap_register(probe, command, &value);
        break;
    case DEBUG_READALLREGS:
        return read_all_registers(probe, bytes + 4);
    case DEBUG_WRITEREG:
        return write_register(probe, command[2], get_le32(command + 3));
    case DEBUG_WRITEDEBUGREG:
        return write_word(probe, get_le32(command + 2), get_le32(command + 6));
    case DEBUG_WRITE_DAP_REG:
        return write_dap_register(probe, command);
    default:
        return PROBE_UNKNOWN_CMD;
    }
    put_le32(bytes + 4, value);
    return status;
}

static uint8_t debug_command(struct probe *probe, const uint8_t *command, uint8_t *bytes)
{
    if (sim__probe_is_alone(probe))
        return PROBE_DP_ERROR;
    switch (command[1]) {
    case DEBUG_GETSTATUS:
        return get_status(probe);
    case DEBUG_FORCEDEBUG:
        return write_word(probe, SCS_DHCSR, DHCSR_KEY | DHCSR_C_DEBUGEN | DHCSR_C_HALT);
    case DEBUG_RUNCORE:
        return write_word(probe, SCS_DHCSR, DHCSR_KEY | DHCSR_C_DEBUGEN);
    case DEBUG_STEPCORE:
        return step_core(probe);
    case DEBUG_RESETSYS:
        return write_word(probe, SCS_AIRCR, 0x05fa0004);
    case DEBUG_INIT_AP:
    case DEBUG_CLOSE_AP:
        return command[2] < sim__dap_aps(probe->dap) ? PROBE_OK : PROBE_BAD_AP;
    case DEBUG_START_TRACE_RX:
    case DEBUG_STOP_TRACE_RX:
        return PROBE_OK;
    default:
        return register_command(probe, command, bytes);
    }
}

static void any_debug_command(struct probe *probe, const uint8_t *command, uint8_t *bytes)
{
    switch (command[1]) {
    case DEBUG_ENTER:
        bytes[0] = enter(probe, command[2]);
        break;
    case DEBUG_EXIT: /* not while another client of the server is debugging */
        if (probe->users <= 1)
            probe->mode = PROBE_MODE_MASS;
        break;
    case DEBUG_DRIVE_NRST:
        bytes[0] = drive_nrst(probe, command[2]);
        break;
    case DEBUG_SWD_SET_FREQ:
        probe->swd_divisor = get_le16(command + 2);
        bytes[0] = PROBE_OK;
        break;
    case DEBUG_JTAG_SET_FREQ:
        probe->jtag_divisor = get_le16(command + 2);
        bytes[0] = PROBE_OK;
        break;
    case DEBUG_LASTRWSTATUS:
        bytes[0] = probe->rw_status;
        break;
    case DEBUG_LASTRWSTATUS2:
        bytes[0] = probe->rw_status;
        put_le32(bytes + 4, probe->rw_address);
        break;
    case DEBUG_GET_TRACE_NB: /* no trace data, ever */
        break;
    default:
        if (probe->mode == PROBE_MODE_DEBUG)
            bytes[0] = debug_command(probe, command, bytes);
        else
            bytes[0] = PROBE_CMD_ERROR;
        break;
    }
}

static void get_version(uint8_t *bytes)
{
    bytes[0] = (uint8_t)(VERSION >> 8);
    bytes[1] = (uint8_t)VERSION;
    put_le16(bytes + 2, VID);
    put_le16(bytes + 4, PID);
}

void sim__probe_read(struct probe *probe, const uint8_t command[PROBE_COMMAND_SIZE], uint8_t *in,
                     size_t size)
{
    struct reply reply = {{0}};

    memset(in, 0, size);
    if (command[0] == DEBUG_COMMAND && probe->mode == PROBE_MODE_DEBUG &&
        sim__probe_memory_read(probe, command, in, size))
        return;
    switch (command[0]) {
    case GET_VERSION:
        get_version(reply.bytes);
        break;
    case GET_CURRENT_MODE:
        reply.bytes[0] = (uint8_t)probe->mode;
        break;
    case GET_TARGET_VOLTAGE: /* ADC counts of the 1.2 V reference and of half of 3.3 V */
        put_le32(reply.bytes, 1489);
        put_le32(reply.bytes + 4, sim__probe_is_alone(probe) ? 0 : 2048);
        break;
    case DFU_COMMAND:
        break;
    case DEBUG_COMMAND:
        any_debug_command(probe, command, reply.bytes);
        break;
    default:
        reply.bytes[0] = PROBE_UNKNOWN_CMD;
        break;
    }
    memcpy(in, reply.bytes, size < sizeof(reply.bytes) ? size : sizeof(reply.bytes));
}

void sim__probe_write(struct probe *probe, const uint8_t command[PROBE_COMMAND_SIZE],
                      const uint8_t *out, size_t size)
{
    if (command[0] != DEBUG_COMMAND || probe->mode != PROBE_MODE_DEBUG ||
        !sim__probe_memory_write(probe, command, out, size))
        probe->rw_status = PROBE_UNKNOWN_CMD;
}
