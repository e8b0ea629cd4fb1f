/* The parts of the GIFT parser, for gift.c and its parts alone. */
#ifndef CTL_GIFT_PART_H
#define CTL_GIFT_PART_H

#include <stdbool.h>
#include <stddef.h>

#include "common/report.h"
#include "ctl/item.h"

/* What our comment above a question says; NULL and 0: nothing. */
struct gift_meta {
	int line; /* 0: there is no such comment */
	const char *id, *objective, *audience, *topic;
	char form;
	int level;
	char key; /* the place of the right option, 'a' to 'd'; 0: where it stands */
};

/* The parse. */
struct gift {
	const char *path;
	struct report *report;
	struct item_list *list;
	const char *audience, *topic; /* of the category; NULL: not one of ours */
	struct gift_meta meta;	      /* for the question that comes next */
};

/* A stretch of the text, not decoded yet; begin NULL: it is not there. */
struct gift_span {
	char *begin, *end;
	int line;
};

void gift_error(const struct gift *gift, int line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Reads a comment line, "// ...", up to the NUL, if it is ours; else leaves it alone. */
void gift_meta_read(struct gift *gift, char *comment, int line);

/* One question, its comments blanked. line is that of its first character. */
void gift_question_read(struct gift *gift, char *text, int line);

/* The options between the braces into item and lines; errors have been told. */
void gift_options_read(const struct gift *gift, struct gift_span answers, struct item *item,
		       struct item_lines *lines);

/* The first character of set that is not escaped in [at, end); end when there is none. */
char *gift_find(char *at, const char *end, const char *set);

/* From begin to end without the white space around it; its line counted on from line. */
struct gift_span gift_span(char *begin, char *end, int line);

/*
 * Takes "[plain]" or "[moodle]" off; tells of "[html]" and "[markdown]".
 */
struct gift_span gift_plain(const struct gift *gift, struct gift_span span);

/* Decodes the span in place: escapes undone, line ends a space. Returns the text. */
const char *gift_decode(struct gift_span span);

#endif
