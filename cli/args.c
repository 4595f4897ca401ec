// SPDX-License-Identifier: MIT
#include "args.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

void args_join(struct option *out, size_t max, const struct option *a, const struct option *b)
{
    size_t n = 0;
    (void)max; /* without assertions */
    const struct option *const tables[] = {a, b};
    for (size_t t = 0; t < 2; t++) {
        for (const struct option *o = tables[t]; o->name != NULL; o++) {
            assert(n + 1 < max);
            out[n++] = *o;
        }
    }
    out[n] = (struct option){0};
}

/* getopt's short form of the table. "+": do not permute; ":": answer ":" for a missing argument. */
static void make_letters(const struct option *options, char *letters)
{
    *letters++ = '+';
    *letters++ = ':';
    for (; options->name != NULL; options++) {
        if (options->val < ARGS_PHYS) {
            *letters++ = (char)options->val;
            if (options->has_arg == required_argument)
                *letters++ = ':';
        }
    }
    *letters = '\0';
}

static const struct option *find(const struct option *options, int key)
{
    for (; options->name != NULL; options++)
        if (options->val == key)
            return options;
    return NULL;
}

/* Values such as -1 and -inf are operands; no option is a digit. */
static bool is_operand(const char *word)
{
    return strcmp(word, "-inf") == 0 || word[0] != '-' || word[1] == '\0' ||
           (word[1] >= '0' && word[1] <= '9');
}

static bool complain(int found, const char *word, const struct option *options, char *message,
                     size_t size)
{
    const struct option *option = optopt != 0 ? find(options, optopt) : NULL;
    int name = (int)strcspn(word, "=");
    if (found == ':') {
        snprintf(message, size, "option %s%s needs an argument", option != NULL ? "--" : "",
                 option != NULL ? option->name : word);
    } else if (option != NULL && strncmp(word, "--", 2) == 0) {
        snprintf(message, size, "option --%s takes no argument", option->name);
    } else if (strncmp(word, "--", 2) == 0) {
        snprintf(message, size, "unknown or ambiguous option '%.*s'", name, word);
    } else {
        snprintf(message, size, "unknown option '-%c'", optopt);
    }
    return false;
}

/* Adds the argument of a repeatable option to its list. */
static bool gather(const char **list, int *count, int max, const char *argument)
{
    if (*count == max)
        return false;
    list[(*count)++] = argument;
    return true;
}

static bool take(struct args *args, int key, const char *argument, char *message, size_t size)
{
    args->value[key] = argument != NULL ? argument : "";
    if (key == ARGS_FAULT && !gather(args->faults, &args->fault_count, ARGS_FAULTS_MAX, argument)) {
        snprintf(message, size, "more than %d --fault", ARGS_FAULTS_MAX);
        return false;
    }
    if (key == ARGS_WRITABLE &&
        !gather(args->writable, &args->writable_count, ARGS_WRITABLE_MAX, argument)) {
        snprintf(message, size, "more than %d --writable", ARGS_WRITABLE_MAX);
        return false;
    }
    if (key == ARGS_IGNORE &&
        !gather(args->ignored, &args->ignored_count, ARGS_IGNORED_MAX, argument)) {
        snprintf(message, size, "more than %d --ignore", ARGS_IGNORED_MAX);
        return false;
    }
    if (key == 'e' && !gather(args->elf, &args->elf_count, ARGS_ELF_MAX, argument)) {
        snprintf(message, size, "more than %d --elf", ARGS_ELF_MAX);
        return false;
    }
    if (key == ARGS_AS) {
        if (args->name_count == ARGS_NAMES_MAX) {
            snprintf(message, size, "more than %d --as", ARGS_NAMES_MAX);
            return false;
        }
        args->names[args->name_count++] = (struct args_name){argument, args->count - 1};
    }
    return true;
}

/* Resets getopt: glibc does so only in a call with optind 0, which parses from argv[1] on. So this
 * call gets no arguments. */
static void start_getopt(char *name, const char *letters, const struct option *options)
{
    char *const nothing[] = {name, NULL};
    opterr = 0;
    optind = 0;
    getopt_long(1, nothing, letters, options, NULL);
}

/* An option whose argument may be left out takes the next word if that is a decimal number. */
static const char *optional_number(const struct option *options, int key, int argc, char **argv)
{
    const struct option *option = find(options, key);
    if (option == NULL || option->has_arg != optional_argument || optind >= argc ||
        argv[optind][0] == '\0' || argv[optind][strspn(argv[optind], "0123456789")] != '\0')
        return NULL;
    return argv[optind++];
}

bool args_parse(struct args *args, int argc, char **argv, const struct option *options, bool stop,
                char *message, size_t size)
{
    char letters[2 + 2 * ARGS_KEYS + 1];
    make_letters(options, letters);
    args->operands = argv + 1; /* operands move to the front, over words that were parsed */
    args->count = 0;
    start_getopt(argv[0], letters, options);

    bool only_operands = false;
    for (int next = 1; next < argc; next = optind) {
        char *word = argv[next];
        if (!only_operands && strcmp(word, "--") == 0) {
            only_operands = true;
            optind = next + 1;
            continue;
        }
        if (only_operands || is_operand(word)) {
            only_operands = only_operands || stop;
            args->operands[args->count++] = word;
            optind = next + 1;
            continue;
        }
        int key = getopt_long(argc, argv, letters, options, NULL);
        if (key == '?' || key == ':')
            return complain(key, word, options, message, size);
        if (optarg == NULL)
            optarg = (char *)optional_number(options, key, argc, argv);
        if (!take(args, key, optarg, message, size))
            return false;
        if (key == 'h' || key == ARGS_VERSION)
            return true;
    }
    return true;
}
