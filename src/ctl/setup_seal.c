/*
 * The first lines of a file that congchao setup has written. The sum finds changes that
 * were made by hand, not those of somebody who means to hide them. Pure.
 */
#include "ctl/setup_seal.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"

enum { DIGITS = 16 };

static const char mark[] = "# Sum of this file: ";

/* FNV-1a, 64 bits: http://www.isthe.com/chongo/tech/comp/fnv */
static uint64_t sum(uint64_t hash, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
	return hash;
}

static uint64_t sum_around(const char *text, const char *begin, const char *end)
{
	return sum(sum(UINT64_C(0xcbf29ce484222325), text, (size_t)(begin - text)), end,
		   strlen(end));
}

char *setup_seal_put(const char *body, const char *word)
{
	char *text, *place, digits[DIGITS + 1];

	if (asprintf(&text,
		     "# Written by congchao setup, which writes it anew: lines of your own go\n"
		     "# into another file of this folder. To take this one away:\n"
		     "# congchao setup %s --undo\n"
		     "%s0000000000000000\n%s",
		     word, mark, body) < 0)
		fatal("no memory for the file");
	place = strstr(text, mark) + strlen(mark);
	snprintf(digits, sizeof(digits), "%016" PRIx64, sum_around(text, place, place + DIGITS));
	memcpy(place, digits, DIGITS);
	return text;
}

bool setup_seal_holds(const char *text)
{
	const char *place = strstr(text, mark);
	char digits[DIGITS + 1];

	if (place == NULL || strlen(place += strlen(mark)) < DIGITS)
		return false;
	snprintf(digits, sizeof(digits), "%016" PRIx64, sum_around(text, place, place + DIGITS));
	return memcmp(place, digits, DIGITS) == 0;
}
