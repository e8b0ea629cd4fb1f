/*
 * One question of a GIFT file: its name, its text, which kind it is, its explanation. All
 * kinds that Moodle knows are told apart, so that who wrote the file hears what is wrong
 * with it and not that the parser is confused.
 */
#include "ctl/gift_part.h"

#include <string.h>

/* A question's parts, in the order of the file. */
enum { NAME, STEM, ANSWERS, WHY, PARTS };

/* "{1:MULTICHOICE:=a~b}": an embedded answer, which is Moodle's own and not GIFT's. */
static bool is_cloze(const char *at)
{
	size_t letters;

	at += strspn(at, "0123456789");
	if (*at++ != ':')
		return false;
	letters = strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");
	return letters > 0 && at[letters] == ':';
}

static bool is_true_false(struct gift_span answers)
{
	static const char *const words[] = {"T", "F", "TRUE", "FALSE"};
	char *hash = gift_find(answers.begin, answers.end, "#");
	struct gift_span word = gift_span(answers.begin, hash, 0);

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i]) == (size_t)(word.end - word.begin) &&
		    strncasecmp(words[i], word.begin, strlen(words[i])) == 0)
			return true;
	return false;
}

static bool has(struct gift_span span, const char *what)
{
	return memmem(span.begin, (size_t)(span.end - span.begin), what, strlen(what)) != NULL;
}

/* What the answers make of the question, or NULL: one right option of several. */
static const char *kind_refused(struct gift_span answers)
{
	bool right = gift_find(answers.begin, answers.end, "=") < answers.end;
	bool wrong = gift_find(answers.begin, answers.end, "~") < answers.end;

	if (answers.begin == answers.end)
		return "an essay question";
	if (*answers.begin == '#')
		return "a numerical question";
	if (is_cloze(answers.begin))
		return "an embedded answers (cloze) question";
	if (wrong)
		return right ? NULL : "a question without a right option";
	if (is_true_false(answers))
		return "a true/false question";
	if (right)
		return has(answers, "->") ? "a matching question" : "a short answer question";
	return "a question without options";
}

/* The last "####" that is not escaped, or end. */
static char *feedback_find(struct gift_span answers)
{
	char *found = answers.end, *at = gift_find(answers.begin, answers.end, "#");

	while (at < answers.end) {
		char *end = at;

		while (end < answers.end && *end == '#')
			end++;
		if (end - at >= 4)
			found = end - 4;
		at = gift_find(end, answers.end, "#");
	}
	return found;
}

static int lines_between(const char *at, const char *end)
{
	int lines = 0;

	for (; at < end; at++)
		lines += *at == '\n';
	return lines;
}

/* "::name::" off the front of span. False: it has been told that it does not end. */
static bool name_read(const struct gift *gift, struct gift_span *span, struct gift_span *name)
{
	char *at, *end;

	if (strncmp(span->begin, "::", 2) != 0)
		return true;
	at = span->begin + 2;
	for (end = gift_find(at, span->end, ":"); end < span->end && end[1] != ':';)
		end = gift_find(end + 1, span->end, ":");
	if (end >= span->end) {
		gift_error(gift, span->line, "a name that does not end, expected ::name::");
		return false;
	}
	*name = gift_span(at, end, span->line);
	*span = gift_span(end + 2, span->end, span->line + lines_between(span->begin, end));
	return true;
}

/* The answers between the braces; begin NULL: it has been told what is wrong with them. */
static struct gift_span answers_find(const struct gift *gift, struct gift_span span)
{
	char *open = gift_find(span.begin, span.end, "{");
	char *close = gift_find(span.begin, span.end, "}");
	int line = span.line + lines_between(span.begin, open);
	struct gift_span rest;

	if (open == span.end && close == span.end)
		gift_error(gift, span.line,
			   "a text without answers (a description), expected "
			   "{ = right ~ wrong } behind it");
	else if (close < open)
		gift_error(gift, span.line + lines_between(span.begin, close),
			   "} without a { before it, expected \\} where it is text");
	else if (close == span.end)
		gift_error(gift, line, "{ without a } before the next empty line, expected one");
	else if (is_cloze(open + 1))
		gift_error(gift, line,
			   "an embedded answers (cloze) question, expected one right option = and "
			   "one to three wrong ones ~");
	else if (gift_find(open + 1, close, "{") < close)
		gift_error(gift, line, "{ inside of { }, expected \\{ where it is text");
	else {
		rest = gift_span(close + 1, span.end, line + lines_between(open, close));
		if (rest.begin == rest.end)
			return gift_span(open + 1, close, line);
		gift_error(gift, rest.line,
			   "text after } (a missing word question), expected the answers at the "
			   "end and an empty line after them");
	}
	return (struct gift_span){0};
}

static void said_by_us(const struct gift *gift, struct item *item)
{
	const struct gift_meta *meta = &gift->meta;

	item->id = meta->id;
	if (meta->id == NULL && item->name != NULL && item_is_id(item->name))
		item->id = item->name;
	item->objective = meta->objective;
	item->audience = meta->audience != NULL ? meta->audience : gift->audience;
	item->topic = meta->topic != NULL ? meta->topic : gift->topic;
	item->form = meta->form;
	item->level = meta->level;
}

/* The texts of a question of the right kind; they are decoded when all ends are known. */
static void question_add(struct gift *gift, struct gift_span parts[PARTS], unsigned errors)
{
	struct item item = {.line =
				parts[NAME].begin != NULL ? parts[NAME].line : parts[STEM].line};
	struct gift_span stem = gift_plain(gift, parts[STEM]), why;
	struct item_lines lines = {.stem = stem.line};

	gift_options_read(gift, parts[ANSWERS], &item, &lines);
	why = gift_plain(gift, parts[WHY]);
	lines.why = why.line;
	if (item.option_count < LESSON_OPTIONS_MIN || item.option_count > LESSON_OPTIONS_MAX)
		return;
	if (parts[NAME].begin != parts[NAME].end)
		item.name = gift_decode(parts[NAME]);
	if (why.begin != why.end)
		item.why = gift_decode(why);
	item.stem = gift_decode(stem);
	said_by_us(gift, &item);
	item_add(gift->list, &item, &lines, gift->path, gift->report, errors);
}

void gift_question_read(struct gift *gift, char *text, int line)
{
	struct gift_span span = gift_span(text, text + strlen(text), line), parts[PARTS] = {0};
	struct gift_span *answers = &parts[ANSWERS];
	unsigned errors = gift->report->errors;
	const char *refused;
	char *feedback;

	if (!name_read(gift, &span, &parts[NAME]))
		return;
	*answers = answers_find(gift, span);
	if (answers->begin == NULL)
		return;
	parts[STEM] = gift_span(span.begin, gift_find(span.begin, span.end, "{"), span.line);
	feedback = feedback_find(*answers);
	if (feedback < answers->end)
		parts[WHY] = gift_span(feedback + 4, answers->end,
				       answers->line + lines_between(answers->begin, feedback));
	*answers = gift_span(answers->begin, feedback, answers->line);
	refused = kind_refused(*answers);
	if (refused == NULL)
		question_add(gift, parts, errors);
	else
		gift_error(gift, span.line,
			   "%s, expected one right option = and one to three wrong ones ~",
			   refused);
}
