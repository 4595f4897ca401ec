// SPDX-License-Identifier: MIT
/* Other people's tools, and files for them. */
#pragma once

#include "support.h"

/* A directory of its own, which goes with everything in it. */
struct place {
    char directory[32];
};
void make_place(struct place *p);
void remove_place(struct place *p);
/* Names of files in it; they stay valid until eight more have been asked for. */
const char *file_in(const struct place *p, const char *name);

/* Whether the tool is there; otherwise the test should end with this. */
bool have_tool(const char *tool);
#define SKIPPED 77

/* Runs a tool; its arguments end with NULL. Fails with what it said unless it succeeds. */
void run_tool(const char *tool, ...);

void write_file(const char *path, const void *data, size_t size);
struct ocd_buffer read_file(const char *path);

/* A random image for a format whose highest address is `last`: far up, or low, and never so large
 * that a raw binary of it is large. */
struct sparse random_place(uint64_t *seed, uint64_t last);
/* All of it with its gaps filled. */
struct ocd_buffer flat(const struct sparse *s, uint8_t fill);
uint64_t lowest(const struct sparse *s);
uint64_t highest(const struct sparse *s);

/* Our file. */
void write_image(const char *path, const struct sparse *s, const struct ocd_image_layout *layout);
/* What our reader makes of a file has to be the image. */
void expect_image(const char *path, const struct ocd_image_options *options,
                  const struct sparse *s);
/* The file is the image with its gaps filled. */
void expect_flat(const char *path, const struct sparse *s, uint8_t fill);
