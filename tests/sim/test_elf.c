// SPDX-License-Identifier: MIT
/* The ELF of each chip fits what the chip has in flash and where its firmware has its variables. */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <unistd.h>

#define SIZE_MAX_OF_ELF (30 * 1024)

static const char *const names[] = {
    [SIM_CHIP_CORTEX_M3] = "cortex-m3",
    [SIM_CHIP_RISCV32] = "riscv32",
    [SIM_CHIP_RISCV64] = "riscv64",
};

struct file {
    int fd;
    Elf *elf;
    size_t size;
};

static void open_elf(struct file *file, const char *chip)
{
    char path[1000];

    snprintf(path, sizeof(path), ELF_DIR "/%s.elf", chip);
    file->fd = open(path, O_RDONLY);
    if (file->fd < 0)
        fail_msg("%s: %s", path, strerror(errno));
    assert_int_not_equal(elf_version(EV_CURRENT), EV_NONE);
    file->elf = elf_begin(file->fd, ELF_C_READ, NULL);
    assert_non_null(file->elf);
    assert_non_null(elf_rawfile(file->elf, &file->size));
}

static void close_elf(struct file *file)
{
    elf_end(file->elf);
    close(file->fd);
}

/* NULL for a chip that this simulator does not have. */
static struct sim *new_chip(size_t chip)
{
    struct sim *sim = NULL;
    int result = sim_new(&sim, &(struct sim_options){.chip = (enum sim_chip)chip});

    if (result != -EINVAL)
        assert_int_equal(result, 0);
    return sim;
}

static size_t compare_segments(struct file *file, struct sim *sim)
{
    const uint8_t *raw = (const uint8_t *)elf_rawfile(file->elf, NULL);
    size_t compared = 0;
    size_t count;

    assert_int_equal(elf_getphdrnum(file->elf, &count), 0);
    for (size_t i = 0; i < count; i++) {
        uint8_t flash[4096];
        GElf_Phdr p;

        assert_non_null(gelf_getphdr(file->elf, (int)i, &p));
        if (p.p_type != PT_LOAD || (p.p_flags & PF_W) != 0)
            continue;
        assert_in_range(p.p_filesz, 1, sizeof(flash));
        assert_int_equal(sim_peek(sim, (uint32_t)p.p_paddr, flash, (size_t)p.p_filesz), 0);
        assert_memory_equal(flash, raw + p.p_offset, (size_t)p.p_filesz);
        compared += (size_t)p.p_filesz;
    }
    return compared;
}

static void read_only_segments_are_in_the_flash(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct sim *sim = new_chip(i);
        struct file file;

        if (!sim)
            continue;
        open_elf(&file, names[i]);
        assert_true(compare_segments(&file, sim) > 256);
        close_elf(&file);
        sim_free(sim);
    }
}

/* The address and size of an object. */
static bool find_symbol(struct file *file, const char *name, GElf_Sym *symbol)
{
    for (Elf_Scn *section = NULL; (section = elf_nextscn(file->elf, section)) != NULL;) {
        GElf_Shdr header;
        Elf_Data *data;

        assert_non_null(gelf_getshdr(section, &header));
        if (header.sh_type != SHT_SYMTAB)
            continue;
        data = elf_getdata(section, NULL);
        for (size_t i = 0; i < header.sh_size / header.sh_entsize; i++) {
            assert_non_null(gelf_getsym(data, (int)i, symbol));
            if (strcmp(elf_strptr(file->elf, header.sh_link, symbol->st_name), name) == 0)
                return true;
        }
    }
    return false;
}

static void it_names_the_live_variables(void **state)
{
    static const struct {
        const char *name;
        uint32_t addr;
        uint32_t size;
    } variables[] = {
        {"tick", SIM_VAR_TICK, 4},
        {"sine", SIM_VAR_SINE, 4},
        {"wave", SIM_VAR_WAVE, 2},
        {"flag", SIM_VAR_FLAG, 1},
        {"g_counter", SIM_VAR_COUNTER, 8},
        {"motor", SIM_VAR_MOTOR, 20},
        {"g_log", SIM_VAR_LOG, SIM_VAR_LOG_BYTES},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct file file;

        open_elf(&file, names[i]);
        for (size_t k = 0; k < COUNT_OF(variables); k++) {
            GElf_Sym symbol;

            if (!find_symbol(&file, variables[k].name, &symbol))
                fail_msg("%s.elf does not name '%s'", names[i], variables[k].name);
            assert_int_equal(symbol.st_value, variables[k].addr);
            assert_int_equal(symbol.st_size, variables[k].size);
        }
        close_elf(&file);
    }
}

static bool has_section(struct file *file, const char *name)
{
    size_t names_section;

    assert_int_equal(elf_getshdrstrndx(file->elf, &names_section), 0);
    for (Elf_Scn *section = NULL; (section = elf_nextscn(file->elf, section)) != NULL;) {
        GElf_Shdr header;

        assert_non_null(gelf_getshdr(section, &header));
        if (strcmp(elf_strptr(file->elf, names_section, header.sh_name), name) == 0)
            return true;
    }
    return false;
}

static void it_has_types_is_small_and_does_not_say_who_built_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct file file;

        open_elf(&file, names[i]);
        assert_true(has_section(&file, ".debug_info"));
        assert_true(file.size < SIZE_MAX_OF_ELF);
        assert_null(memmem(elf_rawfile(file.elf, NULL), file.size, "/home/", 6));
        assert_null(memmem(elf_rawfile(file.elf, NULL), file.size, "/sim/elf", 8));
        close_elf(&file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(read_only_segments_are_in_the_flash),
        cmocka_unit_test(it_names_the_live_variables),
        cmocka_unit_test(it_has_types_is_small_and_does_not_say_who_built_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
