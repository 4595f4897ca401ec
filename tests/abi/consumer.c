// SPDX-License-Identifier: MIT
/* usage: OCD_PORT=PORT consumer FILE [ELF]: a user's program, which hands every struct of ocd.h to
 * the library or takes it from there, each in memory of exactly its size. FILE is written and
 * read. It is built without anything but ocd.h, so that an older header can be taken. */
#include <ocd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RAM  UINT64_C(0x20000000)
#define CODE UINT64_C(0x08000200)
/* In sim/elf/cortex-m3.elf: a struct of five floats, and a uint32_t. */
#define MOTOR       UINT64_C(0x20004F18)
#define TICK        UINT64_C(0x20004F00)
#define ITEMS       3
#define COUNT_OF(a) (sizeof(a) / sizeof(*(a)))

static int failures;

static void check(int good, const char *what, int line)
{
    if (!good) {
        fprintf(stderr, "consumer.c:%d: %s\n", line, what);
        failures++;
    }
}
#define CHECK(condition) check((condition), #condition, __LINE__)
/* The reserved room of a struct that the library fills must be zero. */
#define CHECK_ROOM(object) check_room((object)->reserved, COUNT_OF((object)->reserved), __LINE__)

static void check_room(const uint64_t *words, size_t count, int line)
{
    for (size_t i = 0; i < count; i++)
        check(words[i] == 0, "reserved room is not zero", line);
}

/* Memory of exactly that size: AddressSanitizer finds accesses beyond it. */
static void *exactly(size_t size)
{
    void *memory = calloc(1, size);

    if (memory == NULL)
        exit(1);
    return memory;
}

static void read_and_write(struct ocd_session *s)
{
    struct ocd_call *call = exactly(sizeof(*call));
    struct ocd_item *items = exactly(ITEMS * sizeof(*items));
    struct ocd_write_item *writes = exactly(ITEMS * sizeof(*writes));
    uint32_t values[ITEMS] = {1, 2, 3}, read[ITEMS] = {0};

    for (size_t i = 0; i < ITEMS; i++) {
        writes[i] = (struct ocd_write_item){
            .addr = RAM + 16 * i, .count = 1, .width = 32, .values = &values[i]};
        items[i] =
            (struct ocd_item){.addr = RAM + 16 * i, .count = 1, .width = 32, .values = &read[i]};
    }
    CHECK(ocd_wait(ocd_write_many_async(s, writes, ITEMS, call)) == OCD_OK);
    CHECK(ocd_wait(ocd_read_many_async(s, items, ITEMS, 0, call)) == OCD_OK);
    CHECK(memcmp(values, read, sizeof(values)) == 0);
    CHECK(ocd_wait(ocd_read_u32_async(
              s, RAM, read, 1, &(struct ocd_call){.target = "no target"})) == OCD_ERR_NO_TARGET);
    CHECK(ocd_last_error(s)->code == OCD_ERR_NO_TARGET);
    CHECK_ROOM(ocd_last_error(s));
    free(writes);
    free(items);
    free(call);
}

static int on_region(const struct ocd_region *region, void *user)
{
    (void)user;
    CHECK(region->size > 0);
    CHECK_ROOM(region);
    return 0;
}

static int on_difference(const struct ocd_difference *difference, void *user)
{
    (void)user;
    CHECK(difference->size == 1);
    CHECK_ROOM(difference);
    return 0;
}

static void on_file(const struct ocd_image_info *info, void *user)
{
    (void)user;
    CHECK(info->range_count == 2);
    CHECK_ROOM(info);
    for (size_t i = 0; i < info->range_count; i++) {
        CHECK(info->ranges[i].size == 16);
        CHECK_ROOM(&info->ranges[i]);
    }
}

/* Two ranges to a file; the file to memory again, and compared with it. */
static void files(struct ocd_session *s, const char *path)
{
    struct ocd_range *ranges = exactly(2 * sizeof(*ranges));
    struct ocd_image_layout *layout = exactly(sizeof(*layout));
    struct ocd_load_options *load = exactly(sizeof(*load));
    struct ocd_verify_options *verify = exactly(sizeof(*verify));
    struct ocd_erase_options *erase = exactly(sizeof(*erase));

    ranges[0] = (struct ocd_range){.addr = RAM, .size = 16};
    ranges[1] = (struct ocd_range){.addr = RAM + 0x100, .size = 16};
    layout->format = OCD_IMAGE_IHEX;
    CHECK(ocd_dump_ranges(s, ranges, 2, path, layout) == OCD_OK);
    load->file = on_file;
    load->region = on_region;
    load->where = OCD_LOAD_RAM;
    load->summary = exactly(sizeof(*load->summary));
    CHECK(ocd_load(s, path, load) == OCD_OK);
    CHECK(load->summary->bytes == 32);
    CHECK_ROOM(load->summary);
    verify->difference = on_difference;
    verify->summary = exactly(sizeof(*verify->summary));
    verify->ignore = &ranges[1];
    verify->ignore_count = 1;
    CHECK(ocd_write_bytes(s, RAM + 3, "!", 1) == OCD_OK);
    CHECK(ocd_verify(s, path, verify) == OCD_ERR_MISMATCH);
    CHECK(verify->summary->bytes == 16);
    CHECK(verify->summary->differing == 1);
    CHECK_ROOM(verify->summary);
    CHECK(ocd_erase(s, 0x08000000, 1024, erase) == OCD_OK);
    free(verify->summary);
    free(load->summary);
    free(erase);
    free(verify);
    free(load);
    free(layout);
    free(ranges);
}

static void images(const char *path)
{
    struct ocd_image_options *options = exactly(sizeof(*options));
    static const char empty[] = ":00000001FF\n";
    struct ocd_image *image, *other;
    struct ocd_verify_summary *summary = exactly(sizeof(*summary));

    CHECK(ocd_image_open(&image, path, options) == OCD_OK);
    on_file(ocd_image_get_info(image), NULL);
    options->allow_empty = true;
    CHECK(ocd_image_open_memory(&other, empty, sizeof(empty) - 1, "x.hex", options) == OCD_OK);
    CHECK(ocd_image_compare(image, other, NULL, NULL, summary) == OCD_ERR_MISMATCH);
    CHECK(summary->differing == 32);
    CHECK_ROOM(summary);
    ocd_image_close(image);
    ocd_image_close(other);
    free(summary);
    free(options);
}

static void on_event(const struct ocd_event *event, void *user)
{
    int *seen = user;

    (*seen)++;
    CHECK(event->name != NULL && event->text != NULL);
    CHECK_ROOM(event);
}

static void lists(struct ocd_session *s)
{
    struct ocd_target *targets = NULL;
    struct ocd_register *registers = NULL;
    struct ocd_breakpoint *breakpoints = NULL;
    struct ocd_watchpoint *watchpoints = NULL;
    size_t count = 0, last;

    CHECK(ocd_targets(s, &targets, &count) == OCD_OK && count > 0);
    CHECK(count > 0 && strncmp(targets[count - 1].name, "fake.cpu", 8) == 0);
    for (size_t i = 0; i < count; i++)
        CHECK_ROOM(&targets[i]);
    CHECK(ocd_registers(s, &registers, &count) == OCD_OK && count == 3);
    last = count - 1;
    CHECK(count == 3 && strcmp(registers[last].name, "pc") == 0);
    for (size_t i = 0; i < count; i++)
        CHECK_ROOM(&registers[i]);
    CHECK(ocd_breakpoints(s, &breakpoints, &count) == OCD_OK && count == 2);
    CHECK(count == 2 && breakpoints[1].addr == CODE + 4);
    for (size_t i = 0; i < count; i++)
        CHECK_ROOM(&breakpoints[i]);
    CHECK(ocd_watchpoints(s, &watchpoints, &count) == OCD_OK && count == 2);
    CHECK(count == 2 && watchpoints[1].addr == RAM + 4);
    for (size_t i = 0; i < count; i++)
        CHECK_ROOM(&watchpoints[i]);
    ocd_free(targets);
    ocd_free(registers);
    ocd_free(breakpoints);
    ocd_free(watchpoints);
}

static void target(struct ocd_session *s)
{
    struct ocd_watchpoint *point = exactly(sizeof(*point));
    int events = 0;

    CHECK(ocd_subscribe_events(s, on_event, &events) == OCD_OK);
    CHECK(ocd_resume(s) == OCD_OK);
    CHECK(ocd_halt(s) == OCD_OK);
    for (uint64_t i = 0; i < 2; i++) {
        *point = (struct ocd_watchpoint){
            .addr = RAM + 4 * i, .length = 4, .access = OCD_WATCHPOINT_WRITE};
        CHECK(ocd_set_watchpoint(s, point) == OCD_OK);
        CHECK(ocd_set_breakpoint(s, CODE + 4 * i, 2, OCD_BREAKPOINT_HARD) == OCD_OK);
    }
    lists(s);
    CHECK(events > 0);
    free(point);
}

static int on_symbol(const struct ocd_symbol *symbol, void *user)
{
    const struct ocd_type_info *type = ocd_type_get_info(symbol->type);

    (void)user;
    CHECK(symbol->name[0] != '\0');
    CHECK_ROOM(symbol);
    CHECK_ROOM(symbol->elf);
    if (type != NULL)
        CHECK_ROOM(type);
    for (size_t i = 0; type != NULL && i < type->member_count; i++)
        CHECK_ROOM(ocd_type_member(symbol->type, i));
    for (size_t i = 0; type != NULL && i < type->enumerator_count; i++)
        CHECK_ROOM(ocd_type_enumerator(symbol->type, i));
    return 0;
}

static int on_values(const struct ocd_frame *frame, void *user)
{
    unsigned *frames = user;

    CHECK_ROOM(frame);
    CHECK(frame->count == 1);
    CHECK_ROOM(&frame->samples[0]);
    CHECK(frame->samples[0].size == 4);
    ++*frames;
    return 0;
}

static void values(struct ocd_session *s)
{
    struct ocd_sampler_options *options = exactly(sizeof(*options));
    struct ocd_sampler_item *item = exactly(sizeof(*item));
    struct ocd_sampler_stats *stats = exactly(sizeof(*stats));
    struct ocd_range *ram = exactly(sizeof(*ram));
    struct ocd_sampler *sampler;
    unsigned frames = 0;
    uint32_t id;

    *ram = (struct ocd_range){.addr = RAM, .size = 0x1000};
    *options = (struct ocd_sampler_options){
        .rate = OCD_RATE_MAX, .frames = 2, .frame = on_values, .user = &frames};
    options->ram = ram;
    options->ram_count = 1;
    *item = (struct ocd_sampler_item){.addr = RAM, .type = OCD_NUMBER_U32};
    CHECK(ocd_sampler_open(&sampler, s, options) == OCD_OK);
    CHECK(ocd_sampler_add(sampler, item, &id) == OCD_OK);
    CHECK(ocd_sampler_run(sampler) == OCD_OK);
    CHECK(ocd_sampler_get_stats(sampler, stats) == OCD_OK);
    CHECK(stats->frames == 2 && frames == 2);
    CHECK_ROOM(stats);
    ocd_sampler_close(sampler);
    free(ram);
    free(stats);
    free(item);
    free(options);
}

static void expression(struct ocd_session *s, struct ocd_symbols *symbols)
{
    struct ocd_expression_options *options = exactly(sizeof(*options));
    const struct ocd_patch *patch;
    const struct ocd_range *needs;
    struct ocd_expression *e;
    size_t count;

    CHECK(ocd_expression_open(&e, symbols, "motor", options) == OCD_OK);
    CHECK(ocd_expression_read(e) == OCD_PENDING);
    needs = ocd_expression_needs(e, &count);
    CHECK(count == 1 && needs->addr == MOTOR && needs->size == 20);
    CHECK_ROOM(needs);
    CHECK(ocd_read_value(s, e) == OCD_OK);
    CHECK(ocd_expression_location(e)->addr == MOTOR);
    CHECK_ROOM(ocd_expression_location(e));
    CHECK_ROOM(ocd_expression_value(e));
    CHECK(ocd_value_child(ocd_expression_value(e), 1)->addr == MOTOR + 4);
    CHECK_ROOM(ocd_value_child(ocd_expression_value(e), 1));
    ocd_expression_close(e);
    CHECK(ocd_expression_open(&e, symbols, "tick", options) == OCD_OK);
    CHECK(ocd_expression_locate(e) == OCD_OK);
    CHECK(ocd_expression_encode(e, "7", &patch) == OCD_OK);
    CHECK(patch->addr == TICK && patch->size == 4);
    CHECK_ROOM(patch);
    ocd_expression_close(e);
    free(options);
}

static void elf(struct ocd_session *s, const char *path)
{
    struct ocd_symbols_options *options = exactly(sizeof(*options));
    struct ocd_symbols *symbols;

    CHECK(ocd_symbols_open(&symbols, &path, 1, options) == OCD_OK);
    CHECK(ocd_symbols_each(symbols, NULL, on_symbol, NULL) == OCD_OK);
    expression(s, symbols);
    ocd_symbols_close(symbols);
    free(options);
}

int main(int argc, char **argv)
{
    struct ocd_options *options = exactly(sizeof(*options));
    struct ocd_range *writable = exactly(2 * sizeof(*writable));
    const char *port = getenv("OCD_PORT");
    struct ocd_session *s = NULL;

    if (argc < 2 || port == NULL) {
        fprintf(stderr, "usage: OCD_PORT=PORT consumer FILE [ELF]\n");
        return 2;
    }
    writable[0] = (struct ocd_range){.addr = RAM, .size = 0x10000};
    writable[1] = (struct ocd_range){.addr = 0x08000000, .size = 0x10000};
    options->host = "127.0.0.1";
    options->port = (uint16_t)atoi(port);
    CHECK(ocd_connect(&s, options) == OCD_OK);
    ocd_close(s);
    options->writable = writable;
    options->writable_count = 2;
    CHECK(ocd_connect(&s, options) == OCD_OK);
    read_and_write(s);
    target(s);
    files(s, argv[1]);
    images(argv[1]);
    values(s);
    if (argc > 2)
        elf(s, argv[2]);
    if (failures > 0)
        fprintf(stderr, "the session's last error: %s\n", ocd_last_error(s)->text);
    ocd_close(s);
    free(writable);
    free(options);
    return failures > 0;
}
