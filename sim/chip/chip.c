// SPDX-License-Identifier: MIT
//
// The memory map: which address is which memory or register, and what faults.
#include "chip/chip.h"

#include <string.h>

#define PPB_BASE 0xe0000000u
#define PPB_SIZE 0x00100000u

/* RISC-V: where a GD32VF103 has them as well (its user manual, 29.4: DBG registers). */
#define DBGMCU_IDCODE    0xe0042000u
#define DBGMCU_CR        0xe0042004u
#define IDCODE_GD32VF103 0x19060410u

static bool overlaps(uint32_t addr, uint64_t size, uint32_t base, uint32_t base_size)
{
    return size != 0 && addr < (uint64_t)base + base_size && base < (uint64_t)addr + size;
}

bool sim__chip_is_riscv(const struct chip *chip)
{
    return chip->kind != SIM_CHIP_CORTEX_M3;
}

bool sim__chip_is_debug(uint64_t addr)
{
    return addr - PPB_BASE < PPB_SIZE;
}

/* A chip that was just powered starts running, as no debugger holds it. */
static void power_on(struct chip *chip)
{
    chip->start_ns = chip->now_ns;
    chip->dbgmcu_cr = 0;
    for (unsigned i = 0; i < chip->cores; i++)
        sim__ppb_power_on(&chip->core[i]);
    sim__chip_reset(chip);
}

void sim__chip_init(struct chip *chip, uint64_t now_ns)
{
    chip->now_ns = now_ns;
    if (chip->cores == 0)
        chip->cores = 1;
    for (unsigned i = 0; i < chip->cores; i++) {
        chip->core[i].chip = chip;
        chip->hart[i].chip = chip;
        chip->hart[i].id = i;
        chip->hart[i].xlen = chip->kind == SIM_CHIP_RISCV64 ? 64 : 32;
    }
    sim__fpec_deliver(chip);
    power_on(chip);
    chip->resets = 0;
}

void sim__chip_reset(struct chip *chip)
{
    uint64_t resets = chip->resets;

    chip->sleep = SIM_AWAKE;
    sim__periph_reset(chip);
    sim__fpec_reset(chip);
    for (unsigned i = 0; i < chip->cores; i++)
        if (sim__chip_is_riscv(chip))
            sim__hart_reset(&chip->hart[i]);
        else
            sim__core_reset(&chip->core[i]);
    chip->resets = resets + 1;
    sim__chip_release(chip);
}

void sim__chip_release(struct chip *chip)
{
    for (unsigned i = 0; i < chip->cores && !chip->nrst && !chip->ndmreset; i++)
        sim__hart_leave_reset(&chip->hart[i]);
}

void sim__chip_set_nrst(struct chip *chip, bool asserted)
{
    if (asserted == chip->nrst)
        return;
    chip->nrst = asserted;
    if (!chip->unpowered)
        sim__chip_reset(chip);
}

/* RAM comes up with contents of its own, here the same each time, but not zeros: a zero that was
 * never read must not look like memory. */
static void lose_ram(struct chip *chip)
{
    uint32_t state = 0x9e3779b9;

    for (uint32_t i = 0; i < chip->ram_size; i++) {
        state = state * 1664525 + 1013904223;
        chip->ram[i] = (uint8_t)(state >> 24);
    }
}

void sim__chip_set_power(struct chip *chip, bool on)
{
    if (on != chip->unpowered)
        return;
    chip->unpowered = !on;
    if (on)
        power_on(chip);
    else
        lose_ram(chip);
}

void sim__chip_set_sleep(struct chip *chip, enum sim_sleep sleep)
{
    chip->sleep = sleep;
    for (unsigned i = 0; i < chip->cores; i++)
        if (sleep != SIM_AWAKE)
            sim__core_fall_asleep(&chip->core[i]);
        else
            sim__core_wake_up(&chip->core[i]);
}

void sim__chip_set_time(struct chip *chip, uint64_t now_ns)
{
    /* Time never runs backwards, whatever the caller's clock does. */
    if (now_ns > chip->now_ns)
        chip->now_ns = now_ns;
}

void sim__chip_catch_up(struct chip *chip)
{
    for (unsigned i = 0; i < chip->cores; i++)
        if (sim__core_in_ram(&chip->core[i]))
            sim__core_sync(&chip->core[i]);
}

bool sim__chip_is_down(const struct chip *chip, unsigned core)
{
    return atomic_load_explicit(&chip->cores_down, memory_order_relaxed) >> core & 1;
}

uint8_t *sim__chip_memory(struct chip *chip, uint32_t addr, uint64_t size)
{
    uint32_t in_flash = addr - SIM_FLASH_BASE;
    uint32_t in_ram = addr - SIM_RAM_BASE;

    if (in_flash < chip->flash_size)
        return size <= chip->flash_size - in_flash ? chip->flash + in_flash : NULL;
    if (in_ram < chip->ram_size)
        return size <= chip->ram_size - in_ram ? chip->ram + in_ram : NULL;
    /* Boot from flash: aliased at 0 (RM0008, 3.4). */
    return addr < chip->flash_size && size <= chip->flash_size - addr ? chip->flash + addr : NULL;
}

static bool has_fault(const struct chip *chip, uint32_t addr, uint64_t size)
{
    uint32_t count = atomic_load_explicit(&chip->fault_count, memory_order_acquire);

    for (uint32_t i = 0; i < count; i++)
        if (overlaps(addr, size, chip->fault[i].addr, chip->fault[i].size))
            return true;
    return sim__fpec_hides_flash(chip) && (overlaps(addr, size, SIM_FLASH_BASE, chip->flash_size) ||
                                           overlaps(addr, size, 0, chip->flash_size));
}

static bool is_ram(const struct chip *chip, uint32_t addr)
{
    return addr - SIM_RAM_BASE < chip->ram_size;
}

/* The firmware writes its variables as the core runs; they are brought up to date
 * when the memory that holds them is read or written. */
static void update_variables(struct chip *chip, uint32_t addr, uint64_t size)
{
    if (overlaps(addr, size, SIM_VAR_BASE, SIM_VAR_BYTES))
        sim__firmware_update(chip);
}

static void put(uint8_t *data, unsigned width, uint32_t value)
{
    for (unsigned i = 0; i < width; i++)
        data[i] = (uint8_t)(value >> (8 * i));
}

static uint32_t get(const uint8_t *data, unsigned width)
{
    uint32_t value = 0;

    for (unsigned i = 0; i < width; i++)
        value |= (uint32_t)data[i] << (8 * i);
    return value;
}

/* What is neither memory nor a core's own. */
static bool read_register(struct chip *chip, uint32_t addr, unsigned width, uint8_t *data)
{
    uint32_t value;

    if (sim__periph_read(chip, addr, width, &value)) {
        put(data, width, value);
        return true;
    }
    for (unsigned i = 0; i < width; i++)
        if (!sim__rom_read(chip, addr + i, &data[i]))
            return false;
    return true;
}

static bool write_register(struct chip *chip, uint32_t addr, unsigned width, const uint8_t *data)
{
    if (width > 4)
        return false;
    if (addr - SIM_FLASH_BASE < chip->flash_size || addr - FPEC_OPTION_BYTES < FPEC_OPTION_SIZE)
        return sim__fpec_program(chip, addr, width, get(data, width));
    return sim__periph_write(chip, addr, width, get(data, width));
}

static bool read_one(struct core *core, uint32_t addr, unsigned width, uint8_t *data)
{
    struct chip *chip = core->chip;
    const uint8_t *memory = sim__chip_memory(chip, addr, width);
    uint32_t value;

    if (has_fault(chip, addr, width))
        return false;
    if (memory) {
        memcpy(data, memory, width);
        return true;
    }
    /* Only memory is read across its words (DDI0337, 14.3: the bus matrix). */
    if (addr % width != 0)
        return false;
    if (sim__chip_is_debug(addr)) {
        if (!sim__ppb_read(core, addr & ~3u, &value))
            return false;
        put(data, width, value >> (8 * (addr & 3)));
        return true;
    }
    return read_register(chip, addr, width, data);
}

static bool write_one(struct core *core, uint32_t addr, unsigned width, const uint8_t *data)
{
    struct chip *chip = core->chip;

    if (has_fault(chip, addr, width))
        return false;
    if (is_ram(chip, addr) && is_ram(chip, addr + width - 1)) {
        memcpy(chip->ram + (addr - SIM_RAM_BASE), data, width);
        return true;
    }
    if (addr % width != 0)
        return false;
    /* Registers of the private peripheral bus take whole words only: narrower
     * writes are UNPREDICTABLE for most of them (DDI0403, B3.1.1). */
    if (sim__chip_is_debug(addr))
        return width == 4 && sim__ppb_write(core, addr, get(data, width));
    return write_register(chip, addr, width, data);
}

bool sim__chip_load(struct chip *chip, uint64_t addr, unsigned width, uint8_t *data)
{
    uint32_t at = (uint32_t)addr;
    const uint8_t *memory = sim__chip_memory(chip, at, width);

    if (addr > UINT32_MAX || addr % width != 0 || has_fault(chip, at, width))
        return false;
    update_variables(chip, at, width);
    if (memory) {
        memcpy(data, memory, width);
        return true;
    }
    if ((at == DBGMCU_IDCODE || at == DBGMCU_CR) && width == 4) {
        put(data, width, at == DBGMCU_IDCODE ? IDCODE_GD32VF103 : chip->dbgmcu_cr);
        return true;
    }
    return read_register(chip, at, width, data);
}

bool sim__chip_store(struct chip *chip, uint64_t addr, unsigned width, const uint8_t *data)
{
    uint32_t at = (uint32_t)addr;

    if (addr > UINT32_MAX || addr % width != 0 || has_fault(chip, at, width))
        return false;
    update_variables(chip, at, width);
    if (is_ram(chip, at)) {
        memcpy(chip->ram + (at - SIM_RAM_BASE), data, width);
        return true;
    }
    if (at == DBGMCU_CR && width == 4) {
        chip->dbgmcu_cr = get(data, width);
        return true;
    }
    return write_register(chip, at, width, data);
}

uint32_t sim__bus_read(struct core *core, uint32_t addr, unsigned width, uint32_t count,
                       uint8_t *data)
{
    struct chip *chip = core->chip;
    uint64_t size = (uint64_t)width * count;
    const uint8_t *memory = sim__chip_memory(chip, addr, size);
    uint32_t done;

    update_variables(chip, addr, size);
    if (memory && !has_fault(chip, addr, size)) {
        memcpy(data, memory, (size_t)size);
        return count;
    }
    for (done = 0; done < count; done++)
        if (!read_one(core, addr + done * width, width, data + (size_t)done * width))
            break;
    return done;
}

uint32_t sim__bus_write(struct core *core, uint32_t addr, unsigned width, uint32_t count,
                        const uint8_t *data)
{
    struct chip *chip = core->chip;
    uint64_t size = (uint64_t)width * count;
    uint32_t done;

    update_variables(chip, addr, size);
    if (is_ram(chip, addr) && size <= chip->ram_size - (addr - SIM_RAM_BASE) &&
        !has_fault(chip, addr, size)) {
        memcpy(chip->ram + (addr - SIM_RAM_BASE), data, (size_t)size);
        return count;
    }
    for (done = 0; done < count; done++)
        if (!write_one(core, addr + done * width, width, data + (size_t)done * width))
            break;
    return done;
}
