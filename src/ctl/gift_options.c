/*
 * What stands between the braces of a multiple choice question: "= right ~ wrong", each
 * with its feedback behind a "#". For gift_question.c alone.
 */
#include "ctl/gift_part.h"

#include <string.h>

/* "%50%", "%-33.3%": Moodle gives that part of the marks. */
static bool is_weight(struct gift_span span)
{
	char *at = span.begin;

	if (at == span.end || *at++ != '%')
		return false;
	while (at < span.end && strchr("-0123456789.", *at) != NULL)
		at++;
	return at < span.end && *at == '%' && at > span.begin + 1;
}

/* Parts the text of an option from its feedback. */
static void option_read(const struct gift *gift, struct gift_span span, struct item_option *option,
			int lines[2])
{
	char *hash = gift_find(span.begin, span.end, "#");
	struct gift_span text = gift_span(span.begin, hash, span.line), feedback = {0};

	lines[0] = text.line;
	if (is_weight(text))
		gift_error(gift, text.line, "a weight in %%, expected one = and the others ~");
	if (hash < span.end) {
		int line = text.line;

		for (const char *at = text.begin; at < hash; at++)
			line += *at == '\n';
		feedback = gift_plain(gift, gift_span(hash + 1, span.end, line));
		lines[1] = feedback.line;
	}
	/* Both ends are known; now the text may be changed. */
	option->text = gift_decode(gift_plain(gift, text));
	if (feedback.begin != feedback.end)
		option->feedback = gift_decode(feedback);
}

/* One option, without its mark. */
static void option_add(const struct gift *gift, struct gift_span span, bool right,
		       struct item *item, struct item_lines *lines)
{
	size_t index = item->option_count++;
	int found[2] = {0};

	if (index >= LESSON_OPTIONS_MAX)
		return;
	if (right && item->key != LESSON_OPTIONS_MAX)
		gift_error(gift, span.line, "a second right option, expected one =");
	else if (right)
		item->key = index;
	option_read(gift, span, &item->options[index], found);
	lines->options[index] = found[0];
	lines->feedback[index] = found[1];
}

/* "= one ~ another" from at on. */
static void marks_read(const struct gift *gift, char *at, char *end, int line, struct item *item,
		       struct item_lines *lines)
{
	char mark = *at;

	while (at < end) {
		char *next = gift_find(at + 1, end, "=~");
		/* Decoding may end the text with a NUL just where the next mark is. */
		char next_mark = *next;
		int next_line = line;

		for (const char *p = at; p < next; p++)
			next_line += *p == '\n';
		option_add(gift, gift_span(at + 1, next, line), mark == '=', item, lines);
		at = next;
		mark = next_mark;
		line = next_line;
	}
}

/* Puts the right option where the pack has it, the others in their order. */
static void key_move(struct item *item, struct item_lines *lines, size_t to)
{
	struct item_option option = item->options[item->key];
	int line = lines->options[item->key], feedback = lines->feedback[item->key];

	while (item->key != to) {
		size_t from = item->key, next = from < to ? from + 1 : from - 1;

		item->options[from] = item->options[next];
		lines->options[from] = lines->options[next];
		lines->feedback[from] = lines->feedback[next];
		item->key = next;
	}
	item->options[to] = option;
	lines->options[to] = line;
	lines->feedback[to] = feedback;
}

void gift_options_read(const struct gift *gift, struct gift_span answers, struct item *item,
		       struct item_lines *lines)
{
	char *at = gift_find(answers.begin, answers.end, "=~");
	unsigned errors = gift->report->errors;
	int line = answers.line;

	item->key = LESSON_OPTIONS_MAX; /* none yet */
	if (at != answers.begin)
		gift_error(gift, line, "text before the first option, expected = or ~");
	for (const char *p = answers.begin; p < at; p++)
		line += *p == '\n';
	marks_read(gift, at, answers.end, line, item, lines);
	if (item->option_count < LESSON_OPTIONS_MIN || item->option_count > LESSON_OPTIONS_MAX)
		gift_error(gift, answers.line, "%zu option%s, expected %d to %d",
			   item->option_count, item->option_count == 1 ? "" : "s",
			   LESSON_OPTIONS_MIN, LESSON_OPTIONS_MAX);
	if (gift->report->errors != errors || gift->meta.key == 0)
		return;
	if (gift->meta.key >= (char)('a' + item->option_count))
		gift_error(gift, gift->meta.line, "key=%c, expected at most %c: there are %zu",
			   gift->meta.key, (char)('a' + item->option_count - 1),
			   item->option_count);
	else
		key_move(item, lines, (size_t)(gift->meta.key - 'a'));
}
