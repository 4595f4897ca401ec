// SPDX-License-Identifier: MIT
//
// The variables of the simulated firmware, for their names and types: the simulator itself changes
// them (sim/chip/variables.c), at the addresses that firmware.ld gives them.
#include <stdint.h>

struct pid {
    float kp;
    float ki;
    float kd;
    float error;
};

struct motor {
    float speed;
    struct pid pid;
};

volatile uint32_t tick;
volatile float sine;
volatile int16_t wave;
volatile uint8_t flag;
volatile uint64_t g_counter;
volatile struct motor motor;
volatile char g_log[64];

#ifdef __riscv
volatile uint32_t rounds[2]; /* of each hart's main loop */
#endif
