/*
 * Reads a GIFT file: parts it at its empty lines into questions and categories, and takes
 * the comments out. Written to the rules of Moodle's importer, so that a file means here
 * what it means there or is refused.
 */
#include "ctl/gift.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ctl/gift_part.h"

static const char category_mark[] = "$CATEGORY:";

void gift_error(const struct gift *gift, int line, const char *fmt, ...)
{
	char message[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	for (char *at = message; *at != '\0'; at++)
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			*at = '?';
	report_error(gift->report, gift->path, line, "%s", message);
}

/* Audience and topic from "cb-attt/AUDIENCE/TOPIC", whatever Moodle has put before it. */
static void category_words(struct gift *gift, char *category)
{
	static const char ours[] = "cb-attt/";
	char *at = strstr(category, ours), *audience, *topic;

	gift->audience = gift->topic = NULL;
	if (at == NULL || (at != category && at[-1] != '/'))
		return;
	at += strlen(ours);
	audience = strsep(&at, "/");
	topic = strsep(&at, "/");
	if (item_is_id(audience))
		gift->audience = audience;
	if (topic != NULL && item_is_id(topic))
		gift->topic = topic;
}

static void category_read(struct gift *gift, char *text, int line)
{
	char *begin = text + strlen(category_mark);
	char *end = begin + strcspn(begin, "\n");
	bool more = *end == '\n';

	if (gift->meta.line != 0)
		gift_error(gift, gift->meta.line,
			   "this comment stands above a category, expected it directly above its "
			   "question");
	begin += strspn(begin, " \t");
	while (end > begin && strchr(" \t", end[-1]) != NULL)
		end--;
	*end = '\0';
	if (*begin == '\0')
		gift_error(gift, line, "a category without a name, expected %s NAME",
			   category_mark);
	if (more)
		gift_error(gift, line + 1,
			   "text below a category, expected an empty line between them");
	category_words(gift, begin);
}

/* What has been gathered up to an empty line or the end. text NULL: comments alone. */
static void block_end(struct gift *gift, char *text, int line)
{
	if (text == NULL && gift->meta.line != 0)
		gift_error(gift, gift->meta.line,
			   "this comment has no question below it, expected one without an empty "
			   "line between them");
	if (text != NULL && strncmp(text, category_mark, strlen(category_mark)) == 0)
		category_read(gift, text, line);
	else if (text != NULL)
		gift_question_read(gift, text, line);
	gift->meta = (struct gift_meta){0};
}

/* A comment: ours is read above a question; inside of one it is in the wrong place. */
static void comment_read(struct gift *gift, char *comment, int line, bool inside)
{
	struct gift_meta before = gift->meta;
	size_t length = strlen(comment);

	if (inside)
		gift->meta = (struct gift_meta){0};
	gift_meta_read(gift, comment, line);
	if (!inside)
		return;
	if (gift->meta.line != 0)
		gift_error(gift, line, "this comment is inside of a question, expected it above");
	gift->meta = before;
	memset(comment, ' ', length);
}

/* One line, not empty, its end a NUL for now. */
static void line_read(struct gift *gift, struct gift_span *block, char *word, int line)
{
	char *end = word + strlen(word);

	if (strncmp(word, "//", 2) == 0)
		comment_read(gift, word, line, block->begin != NULL);
	else if (block->begin == NULL)
		*block = (struct gift_span){.begin = word, .line = line};
	block->end = end;
}

void gift_parse(char *text, const char *path, struct item_list *list, struct report *report)
{
	struct gift gift = {.path = path, .report = report, .list = list};
	struct gift_span block = {0};
	char *next = text;

	for (int line = 1; next != NULL; line++) {
		char *at = next, *end = at + strcspn(at, "\n");
		char *word = at + strspn(at, " \t");

		next = *end == '\0' ? NULL : end + 1;
		*end = '\0';
		if (word < end)
			line_read(&gift, &block, word, line);
		if (word < end && next != NULL) {
			/* A question's lines stay together. */
			if (block.begin != NULL)
				*end = '\n';
			continue;
		}
		if (block.begin != NULL)
			*block.end = '\0';
		block_end(&gift, block.begin, block.line);
		block = (struct gift_span){0};
	}
}
