/*
 * Reads and writes Aiken. Moodle passes over what it does not understand; here every line
 * that is no part of a whole question is told.
 */
#include "ctl/aiken.h"

#include <stdio.h>
#include <string.h>

static const char answer_mark[] = "ANSWER:";

/* The parse; the question that is being read has its line. */
struct aiken {
	const char *path;
	struct report *report;
	struct item_list *list;
	struct item item; /* line 0: none has begun */
	struct item_lines lines;
	unsigned errors; /* before it began */
	bool broken;	 /* what is wrong with it has been told */
	bool gap;	 /* there was an empty line before this one */
};

/* "A) text" or "A. text": Moodle does not ask for the space. */
static bool is_option(const char *text)
{
	return text[0] >= 'A' && text[0] <= 'Z' && (text[1] == ')' || text[1] == '.');
}

static bool is_answer(const char *text)
{
	return strncmp(text, answer_mark, strlen(answer_mark)) == 0;
}

static char *trim(char *text)
{
	size_t length;

	text += strspn(text, " \t");
	for (length = strlen(text); length > 0 && strchr(" \t", text[length - 1]) != NULL;)
		length--;
	text[length] = '\0';
	return text;
}

/* Tells that the question before line has not been finished, if one is there. */
static void unfinished(struct aiken *aiken, int line)
{
	if (aiken->item.line == 0)
		return;
	if (!aiken->broken)
		report_error(
		    aiken->report, aiken->path, line,
		    "the question of line %d is not finished, expected an option \"%c) ...\" or "
		    "\"%s A\"",
		    aiken->item.line,
		    (char)('A' + (aiken->item.option_count < 26 ? aiken->item.option_count : 25)),
		    answer_mark);
	aiken->item.line = 0;
}

/* A line that is neither option nor answer. */
static void stem_read(struct aiken *aiken, const char *text, int line)
{
	unsigned errors = aiken->report->errors;

	if (aiken->item.line != 0 && aiken->item.option_count == 0 && !aiken->gap) {
		if (!aiken->broken)
			report_error(aiken->report, aiken->path, line,
				     "the question of line %d goes on, expected it on one line and "
				     "below it \"A) ...\"",
				     aiken->item.line);
		aiken->broken = true;
		return;
	}
	unfinished(aiken, line);
	aiken->errors = errors;
	aiken->broken = false;
	aiken->item = (struct item){.line = line, .stem = text};
	aiken->lines = (struct item_lines){.stem = line};
}

static void option_read(struct aiken *aiken, char *text, int line)
{
	char letter = text[0];
	size_t index = aiken->item.option_count;

	if (aiken->item.line == 0) {
		report_error(aiken->report, aiken->path, line,
			     "option %c without a question, expected the question on one line "
			     "above it",
			     letter);
		return;
	}
	aiken->item.option_count++;
	if (index >= LESSON_OPTIONS_MAX)
		return;
	if (letter != (char)('A' + index))
		report_error(aiken->report, aiken->path, line, "option %c, expected %c", letter,
			     (char)('A' + index));
	aiken->item.options[index].text = trim(text + 2);
	aiken->lines.options[index] = line;
}

/* The letter behind "ANSWER:" is one of the options. */
static void key_read(struct aiken *aiken, char *text, int line)
{
	const char *letter = trim(text + strlen(answer_mark));
	struct item *item = &aiken->item;

	if (strlen(letter) == 1 && letter[0] >= 'A' && letter[0] < (char)('A' + item->option_count))
		item->key = (size_t)(letter[0] - 'A');
	else
		report_error(aiken->report, aiken->path, line,
			     "%s is not followed by one of the options' letters, expected A to %c",
			     answer_mark, (char)('A' + item->option_count - 1));
}

static void answer_read(struct aiken *aiken, char *text, int line)
{
	struct item *item = &aiken->item;

	if (item->line == 0) {
		report_error(aiken->report, aiken->path, line,
			     "%s without a question, expected the question and its options above "
			     "it",
			     answer_mark);
		return;
	}
	if (aiken->broken) {
		item->line = 0;
		return;
	}
	if (item->option_count < LESSON_OPTIONS_MIN || item->option_count > LESSON_OPTIONS_MAX) {
		report_error(aiken->report, aiken->path, item->line,
			     "%zu option%s, expected %d to %d", item->option_count,
			     item->option_count == 1 ? "" : "s", LESSON_OPTIONS_MIN,
			     LESSON_OPTIONS_MAX);
	} else {
		key_read(aiken, text, line);
		item_add(aiken->list, item, &aiken->lines, aiken->path, aiken->report,
			 aiken->errors);
	}
	item->line = 0;
}

void aiken_parse(char *text, const char *path, struct item_list *list, struct report *report)
{
	struct aiken aiken = {.path = path, .report = report, .list = list};
	char *word;
	int line = 1;

	for (char *at; (at = strsep(&text, "\n")) != NULL; line++) {
		word = trim(at);
		if (*word == '\0') {
			aiken.gap = true;
			continue;
		}
		if (is_option(word))
			option_read(&aiken, word, line);
		else if (is_answer(word))
			answer_read(&aiken, word, line);
		else
			stem_read(&aiken, word, line);
		aiken.gap = false;
	}
	unfinished(&aiken, line - 1);
}

bool aiken_write(FILE *out, const struct item *item)
{
	if (is_option(item->stem) || is_answer(item->stem))
		return false;
	fprintf(out, "%s\n", item->stem);
	for (size_t i = 0; i < item->option_count; i++)
		fprintf(out, "%c) %s\n", (char)('A' + i), item->options[i].text);
	fprintf(out, "%s %c\n\n", answer_mark, (char)('A' + item->key));
	return true;
}

bool aiken_likely(const char *text)
{
	bool answer = is_answer(text + strspn(text, " \t\n"));

	for (const char *at = strchr(text, '\n'); at != NULL && !answer; at = strchr(at + 1, '\n'))
		answer = is_answer(at + 1 + strspn(at + 1, " \t"));
	return answer && strchr(text, '{') == NULL;
}
