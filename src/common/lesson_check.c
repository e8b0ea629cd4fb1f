/*
 * The rules for any text that a visitor will read: UTF-8, composed (NFC), one line, not
 * empty, not too long. Pure; it must never change a text, only refuse it.
 */
#include "common/lesson_check.h"

#include <string.h>

#include "common/lesson.h"

/* RFC 3629: how a sequence begins, how long it is, and the least character it may carry. */
static const struct {
	uint8_t mask, lead, length;
	uint32_t least;
} utf8_forms[] = {
    {0x80, 0x00, 1, 0},
    {0xe0, 0xc0, 2, 0x80},
    {0xf0, 0xe0, 3, 0x800},
    {0xf8, 0xf0, 4, 0x10000},
};

/* The length of the character at text, or 0 when it is not UTF-8. */
static size_t utf8_next(const unsigned char *text, uint32_t *character)
{
	size_t form = 0;
	uint32_t c;

	while (form < 4 && (text[0] & utf8_forms[form].mask) != utf8_forms[form].lead)
		form++;
	if (form == 4)
		return 0;
	c = text[0] & (uint8_t)~utf8_forms[form].mask;
	for (size_t i = 1; i < utf8_forms[form].length; i++) {
		if ((text[i] & 0xc0) != 0x80) /* the final NUL too */
			return 0;
		c = c << 6 | (text[i] & 0x3f);
	}
	if (c < utf8_forms[form].least || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*character = c;
	return utf8_forms[form].length;
}

static const struct {
	uint32_t first, last;
	enum lesson_check_fault fault;
} refused[] = {
    {0x0000, 0x001f, LESSON_CHECK_CONTROL}, {0x007f, 0x009f, LESSON_CHECK_CONTROL},
    {0x0300, 0x036f, LESSON_CHECK_NFC},	    {0x2028, 0x2029, LESSON_CHECK_CONTROL},
    {0x202a, 0x202e, LESSON_CHECK_CONTROL}, {0x2066, 0x2069, LESSON_CHECK_CONTROL},
    {0xfeff, 0xfeff, LESSON_CHECK_CONTROL},
};

static enum lesson_check_fault character_check(uint32_t c)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		if (c >= refused[i].first && c <= refused[i].last)
			return refused[i].fault;
	}
	return LESSON_CHECK_OK;
}

enum lesson_check_fault lesson_check_characters(const char *text, uint32_t *character)
{
	const unsigned char *at = (const unsigned char *)text;
	enum lesson_check_fault fault = LESSON_CHECK_OK;

	*character = 0;
	while (*at != '\0' && fault == LESSON_CHECK_OK) {
		size_t length = utf8_next(at, character);

		if (length == 0)
			return LESSON_CHECK_UTF8;
		fault = character_check(*character);
		at += length;
	}
	return fault;
}

enum lesson_check_fault lesson_check_text(const char *text, uint32_t *character)
{
	enum lesson_check_fault fault;

	*character = 0;
	if (strlen(text) > LESSON_TEXT_MAX)
		return LESSON_CHECK_LONG;
	fault = lesson_check_characters(text, character);
	if (fault == LESSON_CHECK_OK && lesson_check_words(text) == 0)
		return LESSON_CHECK_BLANK;
	return fault;
}

/* White space of Unicode as far as a keyboard or an office program writes it. */
static bool is_space(uint32_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xa0 || (c >= 0x2000 && c <= 0x200b) ||
	       c == 0x202f || c == 0x3000;
}

size_t lesson_check_words(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t words = 0, length;
	uint32_t c;
	bool inside = false;

	for (; *at != '\0' && (length = utf8_next(at, &c)) > 0; at += length) {
		words += !inside && !is_space(c);
		inside = !is_space(c);
	}
	return words;
}
