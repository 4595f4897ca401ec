// SPDX-License-Identifier: MIT
#include "near.h"

#include <stddef.h>
#include <string.h>

#define WORD_MAX 16 /* letters of a word that is compared */

static const struct {
    const char *word;
    const char *command;
} synonyms[] = {
    {"load_image", "ocd load"},
    {"upload", "ocd load"},
    {"burn", "ocd load"},
    {"erase_address", "ocd erase ADDR SIZE"},
    {"mass_erase", "ocd erase --all"},
    {"mdb", "ocd read ADDR COUNT -w 8"},
    {"mdh", "ocd read ADDR COUNT -w 16"},
    {"mdw", "ocd read ADDR COUNT -w 32"},
    {"mdd", "ocd read ADDR COUNT -w 64"},
    {"md", "ocd read"},
    {"read_memory", "ocd read"},
    {"hexdump", "ocd read"},
    {"peek", "ocd read"},
    {"x", "ocd read"},
    {"p", "ocd print"},
    {"ptype", "ocd type"},
    {"nm", "ocd symbols"},
    {"mwb", "ocd write ADDR VALUE -w 8"},
    {"mwh", "ocd write ADDR VALUE -w 16"},
    {"mww", "ocd write ADDR VALUE -w 32"},
    {"mwd", "ocd write ADDR VALUE -w 64"},
    {"write_memory", "ocd write"},
    {"poke", "ocd write"},
    {"memset", "ocd fill"},
    {"memcpy", "ocd copy"},
    {"dump_image", "ocd dump"},
    {"save", "ocd dump"},
    {"verify_image", "ocd verify"},
    {"compare", "ocd diff"},
    {"find", "ocd search"},
    {"break", "ocd bp"},
    {"breakpoint", "ocd bp"},
    {"rbp", "ocd bp --remove"},
    {"watchpoint", "ocd wp"},
    {"live", "ocd watch"},
    {"plot", "ocd watch"},
    {"record", "ocd watch -o FILE"},
    {"rwp", "ocd wp --remove"},
    {"continue", "ocd resume"},
    {"cont", "ocd resume"},
    {"go", "ocd resume"},
    {"run", "ocd resume"},
    {"stop", "ocd halt"},
    {"si", "ocd step"},
    {"stepi", "ocd step"},
    {"wait_halt", "ocd state --wait halted"},
    {"status", "ocd state"},
    {"regs", "ocd reg"},
    {"registers", "ocd reg"},
    {"version", "ocd --version"},
    {"list", "ocd targets"},
    {"tcl", "ocd cmd"},
    {"exec", "ocd cmd"},
    {"repl", "ocd shell"},
    {"simulate", "ocd sim"},
};

const char *near_synonym(const char *word)
{
    for (size_t i = 0; i < sizeof(synonyms) / sizeof(*synonyms); i++)
        if (strcmp(synonyms[i].word, word) == 0)
            return synonyms[i].command;
    return NULL;
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

/* Letters that are added, left out, changed, or swapped with their neighbour. */
static int distance(const char *a, size_t n, const char *b, size_t m)
{
    int d[WORD_MAX + 1][WORD_MAX + 1];
    for (size_t i = 0; i <= n; i++) {
        for (size_t k = 0; k <= m; k++) {
            if (i == 0 || k == 0) {
                d[i][k] = (int)(i + k);
                continue;
            }
            int changed = d[i - 1][k - 1] + (a[i - 1] != b[k - 1]);
            d[i][k] = smaller(changed, smaller(d[i - 1][k], d[i][k - 1]) + 1);
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
                d[i][k] = smaller(d[i][k], d[i - 2][k - 2] + 1);
        }
    }
    return d[n][m];
}

bool near_match(const char *word, const char *command)
{
    size_t n = strlen(word);
    size_t m = strlen(command);
    if (n > WORD_MAX || m > WORD_MAX || n < 2)
        return false;
    return distance(word, n, command, m) <= (n > 5 ? 2 : 1);
}
