/*
 * Sentences of the pack cut to what a notice board, a message or a loudspeaker takes.
 * Pure; texts are valid UTF-8, as the pack's are.
 */
#ifndef CTL_PUBLISH_TEXT_H
#define CTL_PUBLISH_TEXT_H

#include <stdbool.h>
#include <stddef.h>

enum { PUBLISH_LINES_MAX = 3 };

/* A part of a text; not ended by a NUL. */
struct publish_span {
	const char *text;
	size_t length;
};

/* How many characters an SMS in UCS-2 counts: one above U+FFFF is two. */
size_t publish_text_units(const char *text, size_t length);

/* The sentence that text begins with, without the blanks after it. length 0: no more. */
struct publish_span publish_text_sentence(const char *text);

/*
 * The whole text as at most three lines of whole sentences, as equal in length as they
 * can be. Returns how many there are.
 */
size_t publish_text_lines(const char *text, struct publish_span lines[PUBLISH_LINES_MAX]);

/* Would a telephone make a link of something in it? */
bool publish_text_has_link(const char *text, size_t length);

/*
 * Adds to out, which holds a text already, as many of text's sentences as fit into so
 * many units, in their order and leaving out any with a link.
 */
void publish_text_add_sentences(char *out, size_t size, const char *text, size_t units);

/* text in out; longer than so many units: cut after a word and ended by "…". */
void publish_text_cut(char *out, size_t size, const char *text, size_t units);

/* Syllables as they are written in Vietnamese: "ô-tê-pê" has three. */
size_t publish_text_syllables(const char *text);

#endif
