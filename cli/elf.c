// SPDX-License-Identifier: MIT
#include "elf.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli.h"
#include "report.h"
#include "text.h"

bool elf_given(const struct cli *cli)
{
    return cli->settings.elf_count > 0;
}

/* --- Files that change --- */

static struct elf_stamp stamp_of(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return (struct elf_stamp){0};
    return (struct elf_stamp){
        .device = (uint64_t)st.st_dev,
        .inode = (uint64_t)st.st_ino,
        .size = (uint64_t)st.st_size,
        .seconds = (int64_t)st.st_mtim.tv_sec,
        .nanoseconds = (int64_t)st.st_mtim.tv_nsec,
    };
}

static bool is_same(const struct elf_stamp *a, const struct elf_stamp *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->seconds == b->seconds && a->nanoseconds == b->nanoseconds;
}

/* The first file that has changed since it was read, or NULL. */
static const char *changed_file(const struct cli *cli)
{
    for (int i = 0; i < cli->settings.elf_count; i++) {
        struct elf_stamp now = stamp_of(cli->settings.elf[i]);
        if (!is_same(&now, &cli->elf.stamps[i]))
            return cli->settings.elf[i];
    }
    return NULL;
}

/* --- Opening --- */

static void on_warning(const char *text, void *user)
{
    struct cli *cli = user;
    progress_erase(&cli->progress);
    fputs("ocd: warning: ", stderr);
    text_print_line(stderr, text);
    fputs(" (--no-check leaves this out)\n", stderr);
}

static int open_files(struct cli *cli)
{
    struct elf *elf = &cli->elf;
    const struct settings *settings = &cli->settings;
    /* A shell lasts: a linker may write the file meanwhile. */
    struct ocd_symbols_options options = {
        .flags = cli->shell ? 0 : OCD_SYMBOLS_MAP,
        .warning = settings->no_check ? NULL : on_warning,
        .user = cli,
    };
    for (int i = 0; i < settings->elf_count; i++)
        elf->stamps[i] = stamp_of(settings->elf[i]);
    int result =
        ocd_symbols_open(&elf->symbols, settings->elf, (size_t)settings->elf_count, &options);
    if (result == OCD_OK)
        return CLI_DONE;
    const struct ocd_error *error = ocd_symbols_error(elf->symbols);
    int status = report_error(cli, CLI_LOCAL, result, cli->command->name, error->text);
    ocd_symbols_close(elf->symbols);
    elf->symbols = NULL;
    return status;
}

int elf_symbols(struct cli *cli, struct ocd_symbols **symbols)
{
    struct elf *elf = &cli->elf;
    int status = CLI_DONE;
    if (!elf_given(cli))
        return report_usage(cli, "names need an ELF file: -e FILE, or OCD_ELF in the environment");
    const char *changed = elf->symbols != NULL && !elf->current ? changed_file(cli) : NULL;
    if (changed != NULL) {
        fputs("ocd: ", stderr);
        text_print_line(stderr, changed);
        fputs(" has changed: it is read again\n", stderr);
        ocd_symbols_close(elf->symbols);
        elf->symbols = NULL;
    }
    if (elf->symbols == NULL)
        status = open_files(cli);
    elf->current = true;
    *symbols = elf->symbols;
    return status;
}

/* --- Names --- */

bool elf_name(struct cli *cli, uint64_t addr, char name[ELF_NAME_MAX])
{
    struct ocd_symbols *symbols = cli->elf.symbols;
    const struct ocd_symbol *symbol;
    uint64_t offset;
    if (!elf_given(cli) || cli->elf.failed)
        return false;
    if (symbols == NULL && elf_symbols(cli, &symbols) != CLI_DONE) {
        cli->elf.failed = true;
        return false;
    }
    if (ocd_symbols_at(symbols, addr, &symbol, &offset) != OCD_OK)
        return false;
    if (offset == 0)
        snprintf(name, ELF_NAME_MAX, "%s", symbol->name);
    else
        snprintf(name, ELF_NAME_MAX, "%.*s+%" PRIu64, ELF_NAME_MAX - 24, symbol->name, offset);
    return true;
}

int elf_report(struct cli *cli, int result, const struct ocd_error *error, const char *text)
{
    char subject[300];
    snprintf(subject, sizeof(subject), "%s %.250s", cli->command->name, text);
    return report_failure(cli, result, error, subject, NULL);
}
