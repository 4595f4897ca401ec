// SPDX-License-Identifier: MIT
//
// The control protocol: one line in words, one answer.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ocdsim.h"

#define LINE_BYTES 128
#define WORDS_MAX  3

static const char commands[] = "sleep on zeros|faults, sleep off, power on|off, protect, reset, "
                               "fault ADDR:SIZE, fault none, link up|frozen|down, latency US, "
                               "core N up|down";

/* Decimal or 0x..., of 32 bits; the character `end` must follow it. */
static bool parse(const char *text, char end, uint32_t *value, const char **rest)
{
    bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    const char *digits = hex ? text + 2 : text;
    size_t count = strspn(digits, hex ? "0123456789abcdefABCDEF" : "0123456789");
    unsigned long long number;

    if (count == 0 || count > 10 || digits[count] != end)
        return false;
    number = strtoull(digits, NULL, hex ? 16 : 10);
    *value = (uint32_t)number;
    *rest = digits + count;
    return number <= UINT32_MAX;
}

static bool is(const char *word, const char *text)
{
    return word != NULL && strcmp(word, text) == 0;
}

/* The commands answer NULL, or what is wrong. */
typedef const char *command_fn(struct sim *sim, char **word);

static const char *needs_power(int result)
{
    return result == -ENODEV    ? "the chip has no power"
           : result == -ENOTSUP ? "this chip does not sleep"
                                : NULL;
}

static const char *run_sleep(struct sim *sim, char **word)
{
    enum sim_sleep sleep;

    if (is(word[1], "off") && word[2] == NULL)
        sleep = SIM_AWAKE;
    else if (is(word[1], "on") && (word[2] == NULL || is(word[2], "zeros")))
        sleep = SIM_SLEEP_ZEROS;
    else if (is(word[1], "on") && is(word[2], "faults"))
        sleep = SIM_SLEEP_FAULTS;
    else
        return "expected sleep on zeros, sleep on faults or sleep off";
    return needs_power(sim_set_sleep(sim, sleep));
}

static const char *run_power(struct sim *sim, char **word)
{
    if ((!is(word[1], "on") && !is(word[1], "off")) || word[2] != NULL)
        return "expected power on or power off";
    sim_set_power(sim, is(word[1], "on"));
    return NULL;
}

static const char *run_protect(struct sim *sim, char **word)
{
    return word[1] == NULL ? needs_power(sim_protect(sim)) : "protect takes no argument";
}

static const char *run_reset(struct sim *sim, char **word)
{
    return word[1] == NULL ? needs_power(sim_reset(sim)) : "reset takes no argument";
}

static const char *run_fault(struct sim *sim, char **word)
{
    uint32_t addr;
    uint32_t size;
    const char *rest;

    if (is(word[1], "none") && word[2] == NULL) {
        sim_fault_clear(sim);
        return NULL;
    }
    if (word[1] == NULL || word[2] != NULL || !parse(word[1], ':', &addr, &rest) ||
        !parse(rest + 1, '\0', &size, &rest) || size == 0 || size - 1 > UINT32_MAX - addr)
        return "expected fault ADDR:SIZE, within 32 bits, or fault none";
    return sim_fault(sim, addr, size) == 0 ? NULL : "there are 32 faults already";
}

static const char *run_link(struct sim *sim, char **word)
{
    static const char *const names[] = {"up", "frozen", "down"};

    for (size_t i = 0; i < sizeof(names) / sizeof(*names) && word[2] == NULL; i++) {
        if (is(word[1], names[i])) {
            sim_set_link(sim, (enum sim_link)i);
            return NULL;
        }
    }
    return "expected link up, link frozen or link down";
}

static const char *run_latency(struct sim *sim, char **word)
{
    uint32_t us;
    const char *rest;

    if (word[1] == NULL || word[2] != NULL || !parse(word[1], '\0', &us, &rest))
        return "expected latency US";
    sim_set_latency(sim, us);
    return NULL;
}

static const char *run_core(struct sim *sim, char **word)
{
    uint32_t core;
    const char *rest;

    if (word[1] == NULL || !parse(word[1], '\0', &core, &rest) ||
        (!is(word[2], "up") && !is(word[2], "down")))
        return "expected core N up or core N down";
    return sim_set_core(sim, core, is(word[2], "up")) == 0 ? NULL : "there is no such core";
}

/* Splits `line` in place. False: too many words. */
static bool split(char *line, char *word[WORDS_MAX + 1])
{
    size_t count = 0;
    char *next;

    memset(word, 0, (WORDS_MAX + 1) * sizeof(*word));
    for (char *w = strtok_r(line, " ", &next); w != NULL; w = strtok_r(NULL, " ", &next)) {
        if (count == WORDS_MAX)
            return false;
        word[count++] = w;
    }
    return true;
}

static const char *run(struct sim *sim, char **word)
{
    static const struct {
        const char *name;
        command_fn *run;
    } table[] = {
        {"sleep", run_sleep}, {"power", run_power},     {"protect", run_protect},
        {"reset", run_reset}, {"fault", run_fault},     {"link", run_link},
        {"core", run_core},   {"latency", run_latency},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
        if (is(word[0], table[i].name))
            return table[i].run(sim, word);
    return word[0] == NULL ? "the line is empty" : commands;
}

int sim_control(struct sim *sim, const char *line, char *answer, size_t size)
{
    char copy[LINE_BYTES];
    char *word[WORDS_MAX + 1];
    const char *wrong;

    if (strlen(line) >= sizeof(copy)) {
        wrong = "the line is too long";
    } else {
        strcpy(copy, line);
        wrong = split(copy, word) ? run(sim, word) : "too many words";
    }
    snprintf(answer, size, "%s%s%s", wrong == NULL ? "ok" : "error ",
             wrong == commands ? "unknown command; known are: " : "", wrong == NULL ? "" : wrong);
    return wrong == NULL ? 0 : -EINVAL;
}
