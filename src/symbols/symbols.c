// SPDX-License-Identifier: MIT
/* Opening and closing, failures, contents. */
#include "symbols/symbols.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/reserved.h"
#include "symbols/access.h"
#include "symbols/type/type.h"

int ocd__symbols_fail(struct ocd_symbols *s, int code, const char *what, const char *format, ...)
{
    struct ocd_buffer message = {0};
    va_list args;

    va_start(args, format);
    ocd__buffer_vprintf(&message, format, args);
    va_end(args);
    ocd__detail_set(&s->detail, code, "%s",
                    message.error == 0 && message.size > 0 ? message.data : "");
    ocd__buffer_free(&message);
    ocd__detail_compose(&s->detail, what);
    return code;
}

int ocd__symbols_nomem(struct ocd_symbols *s)
{
    s->error = OCD_ERR_NOMEM;
    return ocd__symbols_fail(s, OCD_ERR_NOMEM, "symbols", "%s", "");
}

struct ocd_symbols *ocd__symbols_create(void)
{
    struct ocd_symbols *s = calloc(1, sizeof(*s));

    if (s == NULL)
        return NULL;
    ocd__detail_init(&s->detail);
    s->no_type = ocd__arena_alloc(&s->arena, sizeof(struct ocd_type));
    if (s->no_type == NULL) {
        free(s);
        return NULL;
    }
    *s->no_type = (struct ocd_type){
        .info = {.kind = OCD_TYPE_UNSUPPORTED},
        .symbols = s,
        .name = "(unknown type)",
        .has_target = true,
        .has_members = true,
        .has_enumerators = true,
    };
    s->void_type = ocd__type_basic(s, OCD_TYPE_VOID, 0, false, "void");
    return s;
}

unsigned ocd__symbols_word(const struct ocd_symbols *s)
{
    return s->file_count > 0 ? s->files[0]->info.bits / 8 : 4;
}

static int check_options(struct ocd_symbols *s, const struct ocd_symbols_options *options)
{
    if (options == NULL)
        return OCD_OK;
    unsigned unknown = options->flags & ~(unsigned)OCD_SYMBOLS_MAP;
    if (unknown != 0)
        return ocd__symbols_fail(s, OCD_ERR_ARG, "symbols",
                                 "ocd_symbols_options.flags has unknown flags, 0x%X", unknown);
    if (OCD_RESERVED_USED(options))
        return ocd__symbols_fail(s, OCD_ERR_ARG, "symbols",
                                 "ocd_symbols_options.reserved is not zero");
    s->options = *options;
    return OCD_OK;
}

/* All files must be of one target. */
static int check_alike(struct ocd_symbols *s)
{
    const struct ocd_elf_info *first = &s->files[0]->info;
    const struct ocd_elf_info *last = &s->files[s->file_count - 1]->info;

    if (first->big_endian == last->big_endian && first->bits == last->bits)
        return OCD_OK;
    return ocd__symbols_fail(s, OCD_ERR_FORMAT, last->path,
                             "its byte order or address width is not that of %s", first->path);
}

static int open_path(struct ocd_symbols *s, const char *path)
{
    int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;

    if (path == NULL)
        return ocd__symbols_fail(s, OCD_ERR_ARG, "symbols", "a file name is missing");
    if (fd < 0) {
        int error = errno;
        ocd__symbols_fail(s, OCD_ERR_FILE, path, "%s", strerror(error));
        s->detail.error.system_errno = error;
        return OCD_ERR_FILE;
    }
    int rc = ocd__elf_file_open(s, path, fd, NULL, 0);
    close(fd);
    return rc == OCD_OK ? check_alike(s) : rc;
}

int ocd_symbols_open(struct ocd_symbols **symbols, const char *const *paths, size_t count,
                     const struct ocd_symbols_options *options)
{
    if (symbols == NULL)
        return OCD_ERR_ARG;
    struct ocd_symbols *s = *symbols = ocd__symbols_create();
    if (s == NULL)
        return OCD_ERR_NOMEM;
    if (paths == NULL || count == 0 || count > sizeof(s->files) / sizeof(*s->files))
        return ocd__symbols_fail(s, OCD_ERR_ARG, "symbols", "1 to 64 ELF files can be opened");
    int rc = check_options(s, options);
    for (size_t i = 0; i < count && rc == OCD_OK; i++)
        rc = open_path(s, paths[i]);
    return rc;
}

int ocd_symbols_open_fd(struct ocd_symbols **symbols, int fd, const char *name,
                        const struct ocd_symbols_options *options)
{
    if (symbols == NULL)
        return OCD_ERR_ARG;
    struct ocd_symbols *s = *symbols = ocd__symbols_create();
    if (s == NULL)
        return OCD_ERR_NOMEM;
    int rc = check_options(s, options);
    return rc == OCD_OK ? ocd__elf_file_open(s, name != NULL ? name : "ELF file", fd, NULL, 0) : rc;
}

int ocd_symbols_open_memory(struct ocd_symbols **symbols, const void *data, size_t size,
                            const char *name, const struct ocd_symbols_options *options)
{
    if (symbols == NULL)
        return OCD_ERR_ARG;
    struct ocd_symbols *s = *symbols = ocd__symbols_create();
    if (s == NULL)
        return OCD_ERR_NOMEM;
    int rc = check_options(s, options);
    if (rc != OCD_OK)
        return rc;
    if (data == NULL && size > 0)
        return ocd__symbols_fail(s, OCD_ERR_ARG, "symbols", "there are no data");
    char *copy = malloc(size + 1);
    if (copy == NULL)
        return ocd__symbols_nomem(s);
    if (size > 0)
        memcpy(copy, data, size);
    return ocd__elf_file_open(s, name != NULL ? name : "ELF file", -1, copy, size);
}

void ocd_symbols_close(struct ocd_symbols *symbols)
{
    if (symbols == NULL)
        return;
    for (size_t i = 0; i < symbols->file_count; i++)
        ocd__elf_file_close(symbols->files[i]);
    free(symbols->vars.items);
    free(symbols->locals.items);
    free(symbols->addresses);
    free(symbols->local_addresses);
    ocd__scope_maps_free(symbols);
    ocd__types_free(symbols);
    ocd__arena_free(&symbols->arena);
    ocd__detail_free(&symbols->detail);
    free(symbols);
}

const struct ocd_error *ocd_symbols_error(const struct ocd_symbols *symbols)
{
    return symbols != NULL ? &symbols->detail.error : ocd__detail_no_memory();
}

const struct ocd_elf_info *ocd__symbols_file(const struct ocd_symbols *symbols, size_t index)
{
    return index < symbols->file_count ? &symbols->files[index]->info : NULL;
}

int ocd__symbols_contents(struct ocd_symbols *symbols, uint64_t addr, void *data, size_t size)
{
    for (size_t i = 0; i < symbols->file_count && size > 0; i++) {
        bool zeros;
        const uint8_t *bytes = ocd__elf_contents(symbols->files[i], addr, size, &zeros);
        if (bytes != NULL)
            memcpy(data, bytes, size);
        else if (zeros)
            memset(data, 0, size);
        if (bytes != NULL || zeros)
            return OCD_OK;
    }
    if (size == 0)
        return OCD_OK;
    ocd__symbols_fail(symbols, OCD_ERR_NO_VALUE, "contents", "no section has %zu bytes there",
                      size);
    ocd__detail_address(&symbols->detail, addr, 0);
    ocd__detail_compose(&symbols->detail, "contents of the ELF file");
    return OCD_ERR_NO_VALUE;
}
