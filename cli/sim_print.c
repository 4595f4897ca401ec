// SPDX-License-Identifier: MIT
#include "sim_print.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sim_chip.h"
#include "text.h"

/* Where the data files are, seen from the tool's own directory. */
#ifndef OCD_DATA_DIR
#error "OCD_DATA_DIR comes from CMake"
#endif

/* Removes each "/.." together with the directory before it, for a readable path. */
static void tidy(char *path)
{
    char *up;
    while ((up = strstr(path, "/../")) != NULL) {
        char *before = up;
        while (before > path && before[-1] != '/')
            before--;
        if (before == path)
            return;
        memmove(before, up + 4, strlen(up + 4) + 1);
    }
}

const char *sim_find_elf(enum sim_chip chip, char *path, size_t size)
{
    char tool[4096];
    ssize_t length = readlink("/proc/self/exe", tool, sizeof(tool) - 1);
    if (length <= 0)
        return NULL;
    tool[length] = '\0';
    char *slash = strrchr(tool, '/');
    int written =
        snprintf(path, size, "%.*s/" OCD_DATA_DIR "/%s.elf",
                 slash != NULL ? (int)(slash - tool) : 0, tool, sim_chip_text(chip)->name);
    if (written < 0 || (size_t)written >= size)
        return NULL;
    tidy(path);
    return access(path, R_OK) == 0 ? path : NULL;
}

static void print_size(uint32_t bytes)
{
    bool mega = bytes % (1024 * 1024) == 0;
    printf("%" PRIu32 " %s", mega ? bytes / (1024 * 1024) : bytes / 1024, mega ? "MiB" : "KiB");
}

static void print_chip(const struct sim_options *sim)
{
    const struct sim_chip_text *chip = sim_chip_text(sim->chip);
    printf("A simulated %s: flash of ", chip->text);
    print_size(sim->flash_size != 0 ? sim->flash_size : SIM_FLASH_SIZE_DEFAULT);
    printf(" at 0x%08X, RAM of ", SIM_FLASH_BASE);
    print_size(sim->ram_size != 0 ? sim->ram_size : SIM_RAM_SIZE_DEFAULT);
    printf(" at 0x%08X.\n", SIM_RAM_BASE);
    if (sim->cores > 1)
        printf("Two cores: %s.\n", chip->cores);
    for (unsigned i = 0; i < sim->cores; i++) {
        if (sim->no_core[i]) {
            printf("Core %u is refused: %s.\n", i,
                   sim->chip == SIM_CHIP_CORTEX_M3 ? "what goes through its access port faults"
                                                   : "it is unavailable to the debugger");
        }
    }
}

/* Quoted for a shell. */
static void print_word(const char *word)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                "/._-+,:@%";
    if (word[strspn(word, plain)] == '\0') {
        fputs(word, stdout);
        return;
    }
    putchar('\'');
    for (; *word != '\0'; word++)
        if (*word == '\'')
            fputs("'\\''", stdout);
        else
            putchar(*word);
    putchar('\'');
}

static void print_export(const struct sim_ready *ready)
{
    fputs("  export", stdout);
    if (ready->openocd != NULL)
        printf(" OCD_PORT=%u", ready->tcl_port);
    if (ready->elf != NULL) {
        fputs(" OCD_ELF=", stdout);
        print_word(ready->elf);
    }
    putchar('\n');
}

static void print_openocd(const struct sim_ready *ready)
{
    fputs("In front of it: ", stdout);
    text_print_escaped(stdout, ready->openocd, strlen(ready->openocd));
    printf(", Tcl port %u", ready->tcl_port);
    if (ready->gdb_port != 0)
        printf(", GDB port %u", ready->gdb_port);
    puts(". To reach it from another shell, paste:\n");
    print_export(ready);
    puts("\nand try:\n");
    printf("  %s info\n", ready->tool);
    printf("  %s read 0x08000000\n", ready->tool);
    printf("  %s search 0x08000000 +128K DEADBEEF\n", ready->tool);
}

void sim_print_text(const struct sim_ready *ready)
{
    print_chip(ready->chip);
    printf("Its %s is on port %u.\n", sim_chip_text(ready->chip->chip)->probe, ready->probe_port);
    if (ready->control_port != 0)
        printf("It is controlled on port %u.\n", ready->control_port);
    if (ready->openocd != NULL) {
        print_openocd(ready);
    } else {
        printf("Start OpenOCD in front of it with:\n\n  openocd %s\n", ready->config);
        if (ready->elf != NULL) {
            puts("\nIts firmware's names:\n");
            print_export(ready);
        }
    }
    puts("\nCtrl-C ends it.");
}

void sim_print_json(const struct sim_ready *ready)
{
    putchar('{');
    text_print_member(stdout, "chip", sim_chip_text(ready->chip->chip)->name);
    if (ready->elf != NULL)
        text_print_member(stdout, "elf", ready->elf);
    if (ready->control_port != 0)
        printf("\"control_port\": %u, ", ready->control_port);
    if (ready->openocd != NULL) {
        text_print_member(stdout, "openocd", ready->openocd);
        printf("\"tcl_port\": %u, ", ready->tcl_port);
        if (ready->gdb_port != 0)
            printf("\"gdb_port\": %u, ", ready->gdb_port);
    } else {
        text_print_member(stdout, "config", ready->config);
    }
    printf("\"probe_port\": %u}\n", ready->probe_port);
}
