// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* memfd_create */
#include "alloc.h"

#include <dirent.h>
#include <errno.h>
#include <malloc.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static long live;
static size_t bytes, peak;
static unsigned long countdown; /* 0: nothing fails */
static bool fail_all, failed;

/* The linker's names: __wrap_X is called for X, __real_X is X. */
#define WRAP(name) __wrap_##name
#define REAL(name) __real_##name

void *REAL(malloc)(size_t size);
void *REAL(calloc)(size_t count, size_t size);
void *REAL(realloc)(void *memory, size_t size);
void REAL(free)(void *memory);
char *REAL(realpath)(const char *path, char *resolved);
DIR *REAL(opendir)(const char *name);
int REAL(getaddrinfo)(const char *node, const char *service, const struct addrinfo *hints,
                      struct addrinfo **list);

void *WRAP(malloc)(size_t size);
void *WRAP(calloc)(size_t count, size_t size);
void *WRAP(realloc)(void *memory, size_t size);
void WRAP(free)(void *memory);
char *WRAP(strdup)(const char *text);
char *WRAP(strndup)(const char *text, size_t size);
char *WRAP(realpath)(const char *path, char *resolved);
DIR *WRAP(opendir)(const char *name);
int WRAP(getaddrinfo)(const char *node, const char *service, const struct addrinfo *hints,
                      struct addrinfo **list);

long alloc_live(void)
{
    return live;
}

size_t alloc_bytes(void)
{
    return bytes;
}

size_t alloc_peak(void)
{
    return peak;
}

void alloc_begin_peak(void)
{
    peak = bytes;
}

void alloc_fail(unsigned long n, bool all)
{
    countdown = n;
    fail_all = all;
    failed = false;
}

bool alloc_has_failed(void)
{
    return failed;
}

static bool fails(void)
{
    if (countdown == 0 || --countdown > 0)
        return false;
    if (fail_all)
        countdown = 1;
    failed = true;
    errno = ENOMEM;
    return true;
}

static void *count(void *memory)
{
    if (memory == NULL)
        return NULL;
    live++;
    bytes += malloc_usable_size(memory);
    if (bytes > peak)
        peak = bytes;
    return memory;
}

static void discount(void *memory)
{
    if (memory == NULL)
        return;
    live--;
    bytes -= malloc_usable_size(memory);
}

void *WRAP(malloc)(size_t size)
{
    return fails() ? NULL : count(REAL(malloc)(size));
}

void *WRAP(calloc)(size_t n, size_t size)
{
    return fails() ? NULL : count(REAL(calloc)(n, size));
}

void *WRAP(realloc)(void *memory, size_t size)
{
    if (fails())
        return NULL;
    discount(memory);
    void *moved = REAL(realloc)(memory, size);
    count(moved != NULL ? moved : memory);
    return moved;
}

void WRAP(free)(void *memory)
{
    discount(memory);
    REAL(free)(memory);
}

char *WRAP(strndup)(const char *text, size_t size)
{
    size_t length = strnlen(text, size);
    char *copy = WRAP(malloc)(length + 1);

    if (copy == NULL)
        return NULL;
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

char *WRAP(strdup)(const char *text)
{
    return WRAP(strndup)(text, strlen(text));
}

char *WRAP(realpath)(const char *path, char *resolved)
{
    if (fails())
        return NULL;
    char *answer = REAL(realpath)(path, resolved);
    return resolved == NULL ? count(answer) : answer;
}

DIR *WRAP(opendir)(const char *name)
{
    return fails() ? NULL : REAL(opendir)(name);
}

int WRAP(getaddrinfo)(const char *node, const char *service, const struct addrinfo *hints,
                      struct addrinfo **list)
{
    return fails() ? EAI_MEMORY : REAL(getaddrinfo)(node, service, hints, list);
}
