// SPDX-License-Identifier: MIT
/* Two files against each other. */
#include <stdlib.h>

#include "files/compare.h"
#include "image/image.h"

#define BUFFER_SIZE 16384

/* What has been read of a file and not yet compared. */
struct side {
    struct ocd_image *image;
    uint64_t addr;
    const uint8_t *data;
    size_t size; /* 0: it has ended */
    uint8_t buffer[BUFFER_SIZE];
};

static int refill(struct side *s)
{
    s->data = s->buffer;
    return s->size > 0 ? OCD_OK
                       : ocd_image_next(s->image, &s->addr, s->buffer, sizeof(s->buffer), &s->size);
}

static void consume(struct side *s, size_t size)
{
    s->addr += size;
    s->data += size;
    s->size -= size;
}

/* Bytes that only `s` has, before those of `other`. */
static size_t only_in(const struct side *s, const struct side *other)
{
    if (s->size == 0 || (other->size > 0 && other->addr <= s->addr))
        return 0;
    if (other->size > 0 && other->addr - s->addr < s->size)
        return (size_t)(other->addr - s->addr);
    return s->size;
}

static int step(struct ocd_compare *c, struct side *a, struct side *b)
{
    size_t n;
    int rc;

    if ((n = only_in(a, b)) > 0) {
        rc = ocd__compare_add(c, a->addr, a->data, NULL, n);
        consume(a, n);
    } else if ((n = only_in(b, a)) > 0) {
        rc = ocd__compare_add(c, b->addr, NULL, b->data, n);
        consume(b, n);
    } else {
        n = a->size < b->size ? a->size : b->size;
        rc = ocd__compare_add(c, a->addr, a->data, b->data, n);
        consume(a, n);
        consume(b, n);
    }
    return rc;
}

static int compare(struct ocd_compare *c, struct side *a, struct side *b)
{
    for (;;) {
        int rc = a->size == 0 ? refill(a) : OCD_OK;
        if (rc == OCD_OK && b->size == 0)
            rc = refill(b);
        if (rc != OCD_OK)
            return rc;
        if (a->size == 0 && b->size == 0)
            return ocd__compare_end(c);
        rc = step(c, a, b);
        if (rc != OCD_OK)
            return rc;
    }
}

int ocd_image_compare(struct ocd_image *a, struct ocd_image *b, ocd_difference_fn difference,
                      void *user, struct ocd_verify_summary *summary)
{
    struct ocd_compare c = {.report = difference, .user = user};
    struct side *sides = NULL;
    int rc = OCD_ERR_ARG;

    if (a != NULL && b != NULL && a != b) {
        sides = calloc(2, sizeof(*sides));
        rc = sides == NULL ? OCD_ERR_NOMEM : OCD_OK;
    }
    if (rc == OCD_OK) {
        ocd__image_rewind(a);
        ocd__image_rewind(b);
        sides[0].image = a;
        sides[1].image = b;
        rc = compare(&c, &sides[0], &sides[1]);
    }
    free(sides);
    if (summary != NULL)
        *summary = c.summary;
    return rc == OCD_OK && c.summary.ranges > 0 ? OCD_ERR_MISMATCH : rc;
}
