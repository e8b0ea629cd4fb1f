/* The rules for any text that a visitor will read: for lesson.c and its parts, and for what
 * editors check. */
#ifndef COMMON_LESSON_CHECK_H
#define COMMON_LESSON_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum lesson_check_fault {
	LESSON_CHECK_OK,
	LESSON_CHECK_BLANK,
	LESSON_CHECK_LONG, /* over LESSON_TEXT_MAX bytes */
	LESSON_CHECK_UTF8,
	LESSON_CHECK_CONTROL, /* C0, DEL, C1, line and paragraph separators */
	LESSON_CHECK_NFC,     /* a combining mark that Vietnamese writes composed */
};

/* The first fault of text and, where it has one, the character that is at fault. */
enum lesson_check_fault lesson_check_text(const char *text, uint32_t *character);

/* The same of the characters alone: text may be empty, and of any length. */
enum lesson_check_fault lesson_check_characters(const char *text, uint32_t *character);

/* How many words, separated by white space, valid UTF-8 has. */
size_t lesson_check_words(const char *text);

#endif
