// SPDX-License-Identifier: MIT
/* The simulated probe: whatever messages arrive, it answers within bounds, and the chip after it
 * still answers as it should. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dap/dap.h"
#include "server/frame.h"

#define START_NS   5000000000u
#define STEP_NS    10000u /* between two messages: some instructions for code in RAM */
#define FLASH_SIZE 0x4000u
#define RAM_SIZE   0x1000u

static struct chip chip;
static struct dap dap;
static struct trace trace;
static struct probe probe;
static uint8_t flash[FLASH_SIZE], ram[RAM_SIZE];

static void begin(void)
{
    memset(&chip, 0, sizeof(chip));
    memset(&dap, 0, sizeof(dap));
    memset(ram, 0, sizeof(ram));
    chip.flash = flash;
    chip.flash_size = FLASH_SIZE;
    chip.ram = ram;
    chip.ram_size = RAM_SIZE;
    sim__firmware_flash(flash, FLASH_SIZE);
    chip.cores = SIM_CORES_MAX;
    chip.fpec.program_us = 1;
    chip.fpec.erase_us = 100;
    sim__chip_init(&chip, START_NS);
    sim__dap_init(&dap, &chip, &trace);
    sim__probe_init(&probe, &dap);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t reply[FRAME_MAX];
    struct frame_session session = {.probe = &probe, .api = 3};

    begin();
    while (size > 0 && !session.hang_up) {
        size_t length = sim__frame_length(data, size);
        if (length == FRAME_ERROR || length == 0 || length > size)
            break;
        sim__frame_is_usb(data);
        sim__chip_set_time(&chip, chip.now_ns + STEP_NS);
        if (sim__frame_answer(&session, data, length, reply) > FRAME_MAX)
            abort();
        data += length;
        size -= length;
    }
    return 0;
}
