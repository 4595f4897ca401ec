// SPDX-License-Identifier: MIT
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <time.h>
#include <unistd.h>

/* How long this process has been kept waiting for a processor; 0 where the system does not say. */
static long waited_ms(void)
{
    char text[80] = "";
    unsigned long long run, wait = 0;
    int fd = open("/proc/self/schedstat", O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return 0;
    ssize_t size = read(fd, text, sizeof(text) - 1);
    close(fd);
    return size > 0 && sscanf(text, "%llu %llu", &run, &wait) == 2 ? (long)(wait / 1000000) : 0;
}

/* The last answer of now_ms(), and what had been waited by then. */
static struct {
    long at, waited;
} last;

long now_ms(void)
{
    struct timespec t;

    last.waited = waited_ms();
    clock_gettime(CLOCK_MONOTONIC, &t);
    last.at = (long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
    return last.at;
}

struct fake *server(const struct fake_options *options)
{
    struct fake *f = fake_start(options);

    if (f == NULL)
        fail_msg("the server cannot be started: %s", strerror(errno));
    return f;
}

static const struct ocd_call patient = {.timeout_ms = PATIENCE_MS};

struct ocd_session *join(const struct fake *f, const struct ocd_options *options)
{
    struct ocd_options mine = options != NULL ? *options : (struct ocd_options){0};
    struct ocd_session *s;

    mine.host = "127.0.0.1";
    mine.port = fake_port(f);
    if (mine.timeout_ms == 0)
        mine.timeout_ms = PATIENCE_MS;
    ends_with(s, OCD_OK, ocd_wait(ocd_connect_async(&s, &mine, &patient)));
    return s;
}

void check_result(const struct ocd_session *session, int result, int wanted, const char *call,
                  const char *file, int line)
{
    if (result == wanted)
        return;
    print_error("%s\n  ended with %s, not %s: %s\n", call, ocd_err_name(result),
                ocd_err_name(wanted), result != OCD_OK ? ocd_last_error(session)->text : "");
    _fail(file, line);
}

void assert_in_time(long begin, long ms)
{
    long waited = last.at == begin ? last.waited : LONG_MAX;
    long passed = now_ms() - begin;

    waited = last.waited > waited ? last.waited - waited : 0;
    if (passed - waited > ms + SLACK_MS)
        fail_msg("it took %ld ms, and %ld ms for a processor, more than %ld ms and %d",
                 passed - waited, waited, ms, SLACK_MS);
}

void assert_pattern(const struct fake *f, uint64_t addr, size_t size)
{
    const uint8_t *memory = fake_memory(f, addr, size);

    assert_non_null(memory);
    for (size_t i = 0; i < size; i++) {
        if (memory[i] != fake_pattern(addr + i))
            fail_msg("0x%08" PRIx64 " has been changed from %02x to %02x", addr + i,
                     fake_pattern(addr + i), memory[i]);
    }
}

void assert_is_memory(const struct fake *f, uint64_t addr, const void *data, size_t size)
{
    const uint8_t *memory = fake_memory(f, addr, size), *have = data;

    assert_non_null(memory);
    for (size_t i = 0; i < size; i++)
        if (memory[i] != have[i])
            fail_msg("at 0x%08" PRIx64 " is %02x, but %02x was read", addr + i, memory[i], have[i]);
}

int read_word(struct ocd_session *s, uint32_t *word)
{
    return ocd_wait(ocd_read_u32_async(s, FLASH, word, 1, &patient));
}

void assert_works(const struct fake *f, struct ocd_session *s)
{
    uint32_t words[16];

    ends_with(s, OCD_OK, ocd_wait(ocd_read_u32_async(s, FLASH, words, COUNT_OF(words), &patient)));
    swap_little(words, 4, COUNT_OF(words));
    assert_is_memory(f, FLASH, words, sizeof(words));
}
