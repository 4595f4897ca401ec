// SPDX-License-Identifier: MIT
//
// Changes that a test makes to the chip while it is served, perhaps by another process.
#include <errno.h>

#include "server/server.h"
#include "state.h"

/* Locks the chip, and sets its time to the present. */
static struct chip *take_chip(struct sim *sim)
{
    sim__lock(sim);
    sim__chip_set_time(&sim->chip, sim__clock_ns());
    return &sim->chip;
}

static void lose_debug_state(struct sim *sim)
{
    sim__dap_lose_power(&sim->dap);
    sim__dm_deactivate(&sim->dm);
    sim__tap_reset(&sim->bitbang.tap);
}

int sim_set_power(struct sim *sim, bool on)
{
    struct chip *chip = take_chip(sim);

    if (!on && !chip->unpowered)
        lose_debug_state(sim);
    sim__chip_set_power(chip, on);
    sim__unlock(sim);
    return 0;
}

int sim_set_sleep(struct sim *sim, enum sim_sleep sleep)
{
    struct chip *chip;
    int result = 0;

    if (sleep < SIM_AWAKE || sleep > SIM_SLEEP_FAULTS)
        return -EINVAL;
    chip = take_chip(sim);
    if (sim__chip_is_riscv(chip))
        result = -ENOTSUP;
    else if (chip->unpowered)
        result = -ENODEV;
    else
        sim__chip_set_sleep(chip, sleep);
    sim__unlock(sim);
    return result;
}

int sim_reset(struct sim *sim)
{
    struct chip *chip = take_chip(sim);
    int result = 0;

    if (chip->unpowered)
        result = -ENODEV;
    else
        sim__chip_reset(chip);
    sim__unlock(sim);
    return result;
}

int sim_protect(struct sim *sim)
{
    struct chip *chip = take_chip(sim);
    int result = 0;

    if (chip->unpowered)
        result = -ENODEV;
    else
        sim__fpec_protect(chip);
    sim__unlock(sim);
    return result;
}
