// SPDX-License-Identifier: MIT
//
// The flash program and erase controller of a medium-density STM32F1, as RM0008 (3.3) and
// PM0075 describe it: keys, page and mass erase, half-word programming, option bytes, write
// and read protection. What an operation does to the memory is done at once; the busy time
// passes afterwards.
#include "chip/chip.h"

#include <string.h>

#define KEY1 0x45670123u
#define KEY2 0xcdef89abu

#define ACR_RESET 0x00000030u /* prefetch on */

#define SR_BSY      (1u << 0)
#define SR_PGERR    (1u << 2)
#define SR_WRPRTERR (1u << 4)
#define SR_EOP      (1u << 5)

#define CR_PG     (1u << 0)
#define CR_PER    (1u << 1)
#define CR_MER    (1u << 2)
#define CR_OPTPG  (1u << 4)
#define CR_OPTER  (1u << 5)
#define CR_STRT   (1u << 6)
#define CR_LOCK   (1u << 7)
#define CR_OPTWRE (1u << 9)
#define CR_RW     0x000016f7u /* these and the two interrupt enables */

#define OBR_OPTERR (1u << 0)
#define OBR_RDPRT  (1u << 1)

#define RDP_KEY  0xa5u /* any other value of the first option byte protects from reading */
#define PAGE     1024u
#define PAGES_OF 4u /* pages that one bit of WRPR protects; its last bit all that follow */

/* The option bytes by their place in the block, each followed by its complement. */
enum {
    OPTION_RDP = 0,
    OPTION_USER = 2,
    OPTION_DATA0 = 4,
    OPTION_DATA1 = 6,
    OPTION_WRP0 = 8,
};

/* How far a sequence of keys has come. */
enum {
    KEYS_NONE,
    KEYS_FIRST,
    KEYS_SPOILT, /* a wrong key: locked until the next reset */
};

/* A byte that does not match its complement counts as erased. Both erased is no error
 * (RM0008, 3.3.2). */
static uint32_t load_option(struct fpec *fpec, unsigned place)
{
    uint8_t value = fpec->option[place];
    uint8_t complement = fpec->option[place + 1];

    if ((value ^ complement) == 0xff || (value == 0xff && complement == 0xff))
        return value;
    fpec->obr |= OBR_OPTERR;
    return 0xff;
}

/* The option byte loader, which runs at each reset. */
static void load_options(struct fpec *fpec)
{
    uint32_t wrpr = 0;

    fpec->obr = 0;
    if (load_option(fpec, OPTION_RDP) != RDP_KEY)
        fpec->obr |= OBR_RDPRT;
    fpec->obr |= load_option(fpec, OPTION_USER) << 2 | load_option(fpec, OPTION_DATA0) << 10 |
                 load_option(fpec, OPTION_DATA1) << 18;
    for (unsigned i = 0; i < 4; i++)
        wrpr |= load_option(fpec, OPTION_WRP0 + 2 * i) << (8 * i);
    fpec->wrpr = wrpr;
}

void sim__fpec_deliver(struct chip *chip)
{
    static const uint8_t delivered[FPEC_OPTION_SIZE] = {
        RDP_KEY, 0x5a, 0xff, 0x00, 0xff, 0x00, 0xff, 0x00,
        0xff,    0x00, 0xff, 0x00, 0xff, 0x00, 0xff, 0x00,
    };

    memcpy(chip->fpec.option, delivered, sizeof(delivered));
}

void sim__fpec_reset(struct chip *chip)
{
    struct fpec *fpec = &chip->fpec;

    fpec->acr = ACR_RESET;
    fpec->cr = CR_LOCK;
    fpec->sr = 0;
    fpec->ar = 0;
    fpec->keys = KEYS_NONE;
    fpec->option_keys = KEYS_NONE;
    load_options(fpec);
}

/* As if the option byte had been programmed and loaded. */
void sim__fpec_protect(struct chip *chip)
{
    struct fpec *fpec = &chip->fpec;

    fpec->option[OPTION_RDP] = 0x00;
    fpec->option[OPTION_RDP + 1] = 0xff;
    load_options(fpec);
}

bool sim__fpec_hides_flash(const struct chip *chip)
{
    return (chip->fpec.obr & OBR_RDPRT) != 0;
}

/* Ends the operation whose time is over. */
static void settle(struct chip *chip)
{
    struct fpec *fpec = &chip->fpec;

    if (!(fpec->sr & SR_BSY) || chip->now_ns < fpec->busy_until_ns)
        return;
    fpec->sr = (fpec->sr & ~SR_BSY) | SR_EOP;
    fpec->cr &= ~CR_STRT;
}

/* The controller is busy for this long from now on, or from the end of what it still does:
 * the bus stalls an access until then (PM0075, 2.3.3). */
static void begin(struct chip *chip, uint32_t us)
{
    struct fpec *fpec = &chip->fpec;

    if (!(fpec->sr & SR_BSY))
        fpec->busy_until_ns = chip->now_ns;
    fpec->busy_until_ns += us * (uint64_t)1000;
    fpec->sr |= SR_BSY;
}

static bool is_protected(const struct fpec *fpec, uint32_t offset)
{
    uint32_t block = offset / (PAGE * PAGES_OF);

    return !(fpec->wrpr >> (block < 31 ? block : 31) & 1);
}

static void erase(struct chip *chip, uint8_t *memory, uint32_t size)
{
    memset(memory, 0xff, size);
    begin(chip, chip->fpec.erase_us);
}

static void erase_page(struct chip *chip)
{
    struct fpec *fpec = &chip->fpec;
    uint32_t offset = (fpec->ar - SIM_FLASH_BASE) & ~(PAGE - 1);

    if (offset >= chip->flash_size)
        fpec->cr &= ~CR_STRT; /* no such page: nothing happens, no EOP either */
    else if (is_protected(fpec, offset) || sim__fpec_hides_flash(chip))
        fpec->sr |= SR_WRPRTERR;
    else
        erase(chip, chip->flash + offset, PAGE);
}

static void erase_all(struct chip *chip)
{
    struct fpec *fpec = &chip->fpec;

    if (fpec->wrpr != 0xffffffff || sim__fpec_hides_flash(chip))
        fpec->sr |= SR_WRPRTERR;
    else
        erase(chip, chip->flash, chip->flash_size);
}

static void start(struct chip *chip)
{
    struct fpec *fpec = &chip->fpec;

    if (fpec->cr & CR_MER)
        erase_all(chip);
    else if (fpec->cr & CR_PER)
        erase_page(chip);
    else if ((fpec->cr & CR_OPTER) && (fpec->cr & CR_OPTWRE))
        erase(chip, fpec->option, FPEC_OPTION_SIZE);
    if (!(fpec->sr & SR_BSY))
        fpec->cr &= ~CR_STRT;
}

/* OPTWRE is set by its keys only. While the controller is busy it starts nothing else. */
static void write_cr(struct chip *chip, uint32_t value)
{
    struct fpec *fpec = &chip->fpec;
    bool busy = (fpec->sr & SR_BSY) != 0;

    if (fpec->cr & CR_LOCK)
        return;
    fpec->cr = (value & CR_RW & ~(CR_OPTWRE | CR_STRT)) | (fpec->cr & value & CR_OPTWRE) |
               (busy ? fpec->cr & CR_STRT : 0);
    if (!busy && (value & CR_STRT) && !(value & CR_LOCK)) {
        fpec->cr |= CR_STRT;
        start(chip);
    }
}

/* True when the sequence is complete. *good is false when the bus answers with an error, as
 * it does to a wrong key (PM0075, 2.3.1). */
static bool take_key(uint8_t *keys, uint32_t value, bool *good)
{
    uint32_t expected = *keys == KEYS_NONE ? KEY1 : KEY2;
    bool complete = *keys == KEYS_FIRST;

    *good = *keys != KEYS_SPOILT && value == expected;
    if (!*good)
        *keys = KEYS_SPOILT;
    else
        *keys = complete ? KEYS_NONE : KEYS_FIRST;
    return *good && complete;
}

/* Keys have no effect if it is unlocked already: drivers send them to make sure. */
static bool write_key(struct fpec *fpec, uint32_t value)
{
    bool good = true;

    if ((fpec->cr & CR_LOCK) && take_key(&fpec->keys, value, &good))
        fpec->cr &= ~CR_LOCK;
    return good;
}

static bool write_option_key(struct fpec *fpec, uint32_t value)
{
    bool good = true;

    if (!(fpec->cr & (CR_LOCK | CR_OPTWRE)) && take_key(&fpec->option_keys, value, &good))
        fpec->cr |= CR_OPTWRE;
    return good;
}

bool sim__fpec_read(struct chip *chip, uint32_t addr, uint32_t *value)
{
    const struct fpec *fpec = &chip->fpec;

    settle(chip);
    switch (addr - FPEC_BASE) {
    case 0x00:
        *value = fpec->acr;
        break;
    case 0x0c:
        *value = fpec->sr;
        break;
    case 0x10:
        *value = fpec->cr;
        break;
    case 0x1c:
        *value = fpec->obr;
        break;
    case 0x20:
        *value = fpec->wrpr;
        break;
    default: /* KEYR, OPTKEYR and AR are write-only */
        *value = 0;
        break;
    }
    return true;
}

bool sim__fpec_write(struct chip *chip, uint32_t addr, uint32_t value)
{
    struct fpec *fpec = &chip->fpec;

    settle(chip);
    switch (addr - FPEC_BASE) {
    case 0x00: /* PRFTBS follows PRFTBE */
        fpec->acr = (value & 0x1f) | (value & 0x10) << 1;
        return true;
    case 0x04:
        return write_key(fpec, value);
    case 0x08:
        return write_option_key(fpec, value);
    case 0x0c:
        fpec->sr &= ~(value & (SR_PGERR | SR_WRPRTERR | SR_EOP));
        return true;
    case 0x10:
        write_cr(chip, value);
        return true;
    case 0x14:
        if (!(fpec->sr & SR_BSY))
            fpec->ar = value;
        return true;
    default: /* OBR and WRPR are read-only */
        return true;
    }
}

static void program(struct chip *chip, uint8_t *location, uint16_t value)
{
    location[0] = (uint8_t)value;
    location[1] = (uint8_t)(value >> 8);
    begin(chip, chip->fpec.program_us);
}

/* Only the low byte counts: the controller adds the complement. The key against read
 * protection costs the contents of the flash (PM0075, 2.4.2). */
static void program_option(struct chip *chip, uint32_t offset, uint16_t value)
{
    struct fpec *fpec = &chip->fpec;
    uint8_t *location = fpec->option + offset;
    uint8_t byte = (uint8_t)value;

    if ((location[0] & location[1]) != 0xff) {
        fpec->sr |= SR_PGERR;
        return;
    }
    program(chip, location, (uint16_t)(byte | (~(unsigned)byte & 0xff) << 8));
    if (offset == OPTION_RDP && byte == RDP_KEY && sim__fpec_hides_flash(chip))
        erase(chip, chip->flash, chip->flash_size);
}

static void program_flash(struct chip *chip, uint32_t offset, uint16_t value)
{
    struct fpec *fpec = &chip->fpec;
    uint8_t *location = chip->flash + offset;

    /* A half-word that is not erased can only be programmed with zero (PM0075, 2.3.3). */
    if (is_protected(fpec, offset))
        fpec->sr |= SR_WRPRTERR;
    else if ((location[0] & location[1]) != 0xff && value != 0)
        fpec->sr |= SR_PGERR;
    else
        program(chip, location, value);
}

bool sim__fpec_program(struct chip *chip, uint32_t addr, unsigned width, uint32_t value)
{
    struct fpec *fpec = &chip->fpec;
    uint32_t option = addr - FPEC_OPTION_BYTES;
    uint32_t offset = addr - SIM_FLASH_BASE;
    bool to_option = option < FPEC_OPTION_SIZE;

    settle(chip);
    if (width != 2 || (fpec->cr & CR_LOCK) || (!to_option && offset >= chip->flash_size))
        return false;
    if (to_option) {
        if ((fpec->cr & (CR_OPTPG | CR_OPTWRE)) != (CR_OPTPG | CR_OPTWRE))
            return false;
        program_option(chip, option, (uint16_t)value);
    } else {
        if (!(fpec->cr & CR_PG))
            return false;
        program_flash(chip, offset, (uint16_t)value);
    }
    return true;
}
