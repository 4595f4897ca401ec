// SPDX-License-Identifier: MIT
/* A comparison of a file with memory under way. verify.c has the operation and reads,
 * verify_fast.c asks for checksums. */
#pragma once

#include "files/compare.h"
#include "files/image_input.h"
#include "files/server_file.h"
#include "memory/memop.h"
#include "target/target_command.h"

/* Bytes of one checksum, and of the image that are held at a time. As S-records they are a request
 * of some 550 KB. */
#define OCD_VERIFY_CHUNK (64u << 10)

enum ocd_verify_stage {
    OCD_VERIFY_READING, /* reading all of the file's ranges */
    OCD_VERIFY_ASKING,  /* asking for the work area */
    OCD_VERIFY_SUMMING, /* asking for the checksum of a chunk */
    OCD_VERIFY_LOOKING, /* reading a chunk whose checksum differs, or that is in the work area */
};

struct ocd_verify {
    struct ocd_memop memop;
    enum ocd_verify_stage stage;
    struct ocd_image *image;
    bool fast;
    struct ocd_compare compare;
    struct ocd_verify_summary *summary;
    struct ocd_server_file file;
    struct ocd_buffer ranges; /* of struct ocd_range: what is compared */
    struct ocd_cursor cursor;
    uint8_t *expected; /* OCD_VERIFY_CHUNK */
    size_t range;      /* under way */
    uint64_t taken;    /* of it, bytes that were begun */
    uint64_t addr;     /* of the chunk */
    size_t size;
    struct ocd_range area; /* work area of the target */
    bool in_area;          /* chunks inside the work area are compared first */
};

/* The range of that number, or NULL. */
const struct ocd_range *ocd__verify_range(const struct ocd_verify *v, size_t index);
/* What the file has at `addr`, into v->expected. */
int ocd__verify_expect(struct ocd_verify *v, uint64_t addr, size_t size);
/* Ends the operation unless it is still under way. */
void ocd__verify_settle(struct ocd_verify *v, int rc);
/* All has been compared. */
int ocd__verify_finish(struct ocd_verify *v);

/* The next chunk by its checksum. OCD_PENDING, or how the operation ends. */
int ocd__verify_step_fast(struct ocd_verify *v);
void ocd__verify_ask_area(struct ocd_verify *v);
void ocd__verify_area_answered(struct ocd_verify *v, struct ocd_answer *a);
void ocd__verify_sum_answered(struct ocd_verify *v, struct ocd_answer *a);
