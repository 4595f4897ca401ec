// SPDX-License-Identifier: MIT
/* Numbers as users write them. Pure.
 *
 * The parsers answer NULL, or what is wrong in words that follow the quoted text, such as "is too
 * large". Decimal and 0x…; a leading 0 is refused, since it is a hexadecimal number without its 0x
 * as often as a decimal one. Blanks, signs and anything after the number are refused unless stated
 * otherwise. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* The value of a digit up to hexadecimal ones, in either case. */
#define NUMBER_NO_DIGIT 16u
unsigned number_digit(char c);

const char *number_parse(const char *text, uint64_t *value);

/* Answers of the parsers, for numbers that may have to be written in another way. */
extern const char number_not_one[];
extern const char number_leading_zero[];

/* Whether the text is hexadecimal digits only; `decimal`: decimal ones only. */
bool number_is_digits(const char *text, bool decimal);

/* A size or count: also with K, M or G (1024, 1024², 1024³), in either case, or KiB, MiB, GiB. */
const char *number_parse_size(const char *text, uint64_t *value);

/* ADDR:SIZE or ADDR..END, within 64 bits, not empty. */
const char *number_parse_range(const char *text, uint64_t *addr, uint64_t *size);

/* A value of `width` bits; a negative one is stored as its two's complement. */
const char *number_parse_value(const char *text, unsigned width, uint64_t *value);

/* 8, 16, 32 or 64. */
const char *number_parse_width(const char *text, unsigned *width);

/* 0 to 65535. */
const char *number_parse_port(const char *text, uint16_t *port);

/* Seconds with decimals, rounded up to milliseconds; 0 means no limit and gives UINT32_MAX. */
const char *number_parse_seconds(const char *text, uint32_t *milliseconds);

/* Whether `size` bytes from `addr` on stay inside the 64-bit address space. */
bool number_range_fits(uint64_t addr, uint64_t size);

/* Digits of an address: 8, or 16 where `size` bytes from `addr` on go beyond 32 bits. */
int number_address_digits(uint64_t addr, uint64_t size);
