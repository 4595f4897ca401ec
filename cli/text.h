// SPDX-License-Identifier: MIT
/* Text from a server, made fit for a terminal or a JSON document. Pure. */
#pragma once

#include <stddef.h>
#include <stdio.h>

/* Writes `size` bytes with control bytes and whatever is not UTF-8 as \n, \t, \r or \xNN. */
void text_print_escaped(FILE *stream, const char *text, size_t size);

/* The same for text of several lines: ends of lines and tabs stay. */
void text_print_lines(FILE *stream, const char *text, size_t size);

/* The same for a message that must stay one line: ends of lines become "; ", surrounding blanks
 * and empty lines go. */
void text_print_line(FILE *stream, const char *text);

/* `"NAME": "VALUE", ` of a JSON object, the value as text_print_json has it. */
void text_print_member(FILE *stream, const char *name, const char *value);

/* A JSON string with its quotes; what is not UTF-8 becomes U+FFFD. */
void text_print_json(FILE *stream, const char *text);
/* The same, and null for NULL. */
void text_print_json_or_null(FILE *stream, const char *text);
