// SPDX-License-Identifier: MIT
//
// The variables of the simulated firmware. They are functions of the running time of the first
// core, computed when the memory that holds them is accessed.
#include "chip/chip.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define NS_PER_US 1000u
#define NS_PER_MS 1000000u
#define MS_PER_S  1000u
#define TAU       6.283185307179586

#define SET_SPEED   1500.0 /* of the motor, in revolutions a minute */
#define DISTURBANCE 100.0  /* what a controller without gain would leave of an error */

#define MOTOR_SPEED (SIM_VAR_MOTOR + 0x0)
#define MOTOR_KP    (SIM_VAR_MOTOR + 0x4)
#define MOTOR_KI    (SIM_VAR_MOTOR + 0x8)
#define MOTOR_KD    (SIM_VAR_MOTOR + 0xc)
#define MOTOR_ERROR (SIM_VAR_MOTOR + 0x10)

static uint8_t *at(struct chip *chip, uint32_t addr)
{
    return chip->ram + (addr - SIM_RAM_BASE);
}

static void put32(struct chip *chip, uint32_t addr, uint32_t value)
{
    uint8_t *location = at(chip, addr);

    for (unsigned i = 0; i < 4; i++)
        location[i] = (uint8_t)(value >> (8 * i));
}

static void put_float(struct chip *chip, uint32_t addr, double value)
{
    float narrow = (float)value;
    uint32_t bits;

    memcpy(&bits, &narrow, sizeof(bits));
    put32(chip, addr, bits);
}

static float get_float(struct chip *chip, uint32_t addr)
{
    const uint8_t *l = at(chip, addr);
    uint32_t bits =
        (uint32_t)l[0] | (uint32_t)l[1] << 8 | (uint32_t)l[2] << 16 | (uint32_t)l[3] << 24;
    float value;

    memcpy(&value, &bits, sizeof(value));
    return value;
}

/* What the firmware writes once, after a reset. */
static void start_firmware(struct chip *chip)
{
    memset(at(chip, SIM_VAR_BASE), 0, SIM_VAR_BYTES);
    put_float(chip, MOTOR_KP, 1.0);
    put_float(chip, MOTOR_KI, 0.5);
    put_float(chip, MOTOR_KD, 0.125);
    chip->firmware_started = true;
}

static void update_waves(struct chip *chip, uint32_t ms)
{
    double sine = sin(TAU * (double)(ms % MS_PER_S) / MS_PER_S);
    uint16_t wave = (uint16_t)(int16_t)lround(1000 * sine);

    put32(chip, SIM_VAR_TICK, ms);
    put_float(chip, SIM_VAR_SINE, sine);
    at(chip, SIM_VAR_WAVE)[0] = (uint8_t)wave;
    at(chip, SIM_VAR_WAVE)[1] = (uint8_t)(wave >> 8);
    *at(chip, SIM_VAR_FLAG) = (uint8_t)(ms / 500 % 2);
}

/* As on a 32-bit core, the low half is written first. */
static void update_counter(struct chip *chip, uint64_t ns)
{
    uint32_t ms = (uint32_t)(ns / NS_PER_MS);
    bool torn = ms > 0 && ns % NS_PER_MS < SIM_VAR_TORN_US * NS_PER_US;

    put32(chip, SIM_VAR_COUNTER, ms);
    put32(chip, SIM_VAR_COUNTER + 4, torn ? ms - 1 : ms);
}

/* The larger the proportional gain, the smaller is the error that is left. */
static void update_motor(struct chip *chip, uint32_t ms)
{
    double gain = 1.0 + (double)get_float(chip, MOTOR_KP);
    double error = DISTURBANCE / gain * sin(TAU * (double)(ms % (2 * MS_PER_S)) / (2 * MS_PER_S));

    put_float(chip, MOTOR_SPEED, SET_SPEED - error);
    put_float(chip, MOTOR_ERROR, error);
}

static void update_log(struct chip *chip, uint32_t ms)
{
    char text[SIM_VAR_LOG_BYTES] = {0};

    snprintf(text, sizeof(text), "started\nup %u s\n", (unsigned)(ms / MS_PER_S));
    memcpy(at(chip, SIM_VAR_LOG), text, sizeof(text));
}

/* Code in RAM is a debugger's helper, during which the firmware does not run. */
static bool is_running(const struct chip *chip)
{
    const struct core *core = &chip->core[0];

    if (sim__chip_is_riscv(chip))
        return sim__hart_in_firmware(&chip->hart[0]);
    return !core->halted && !core->asleep && !sim__core_in_ram(core);
}

static uint64_t ran_ns(const struct chip *chip)
{
    return sim__chip_is_riscv(chip) ? sim__hart_ran_ns(&chip->hart[0])
                                    : sim__core_ran_ns(&chip->core[0]);
}

void sim__firmware_update(struct chip *chip)
{
    uint64_t ns = ran_ns(chip);
    uint32_t ms = (uint32_t)(ns / NS_PER_MS);

    /* A core that is halted at its reset has not run any of it. */
    if (ns == 0 || chip->still || chip->unpowered || !is_running(chip) ||
        chip->ram_size < SIM_VAR_BASE - SIM_RAM_BASE + SIM_VAR_BYTES)
        return;
    if (!chip->firmware_started)
        start_firmware(chip);
    update_waves(chip, ms);
    update_counter(chip, ns);
    update_motor(chip, ms);
    update_log(chip, ms);
}
