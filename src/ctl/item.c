/*
 * Questions as they are exchanged: a list of them, and what is refused whatever format
 * they come in. Pure; it must never mend a text, only refuse it.
 */
#include "ctl/item.h"

#include <stdlib.h>
#include <string.h>

#include "common/lesson_check.h"

/* Where an item's texts are checked. */
struct place {
	const char *path;
	struct report *report;
};

static void text_check(const struct place *place, int line, const char *what, const char *text)
{
	uint32_t c;

	switch (lesson_check_text(text, &c)) {
	case LESSON_CHECK_OK:
		break;
	case LESSON_CHECK_BLANK:
		report_error(place->report, place->path, line, "%s is empty, expected a text",
			     what);
		break;
	case LESSON_CHECK_LONG:
		report_error(place->report, place->path, line,
			     "%s has %zu bytes, expected at most %d", what, strlen(text),
			     LESSON_TEXT_MAX);
		break;
	case LESSON_CHECK_UTF8:
		report_error(place->report, place->path, line, "%s is not UTF-8, expected UTF-8",
			     what);
		break;
	case LESSON_CHECK_CONTROL:
		report_error(place->report, place->path, line,
			     "%s has the control character U+%04X, expected plain text", what,
			     (unsigned)c);
		break;
	case LESSON_CHECK_NFC:
		report_error(place->report, place->path, line,
			     "%s has the combining mark U+%04X, which its letter cannot be "
			     "composed with, expected a letter that exists with its marks",
			     what, (unsigned)c);
		break;
	}
}

/* "<b>", "</p>": a page will show it as it stands. */
static bool is_markup(const char *text)
{
	for (const char *at = strchr(text, '<'); at != NULL; at = strchr(at + 1, '<')) {
		char c = at[1] == '/' ? at[2] : at[1];

		if (((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) && strchr(at, '>') != NULL)
			return true;
	}
	return false;
}

static void part_check(const struct place *place, int line, const char *what, const char *text)
{
	if (text == NULL)
		return;
	text_check(place, line, what, text);
	if (is_markup(text))
		report_warning(place->report, place->path, line,
			       "%s looks like HTML and will be shown as it stands, expected plain "
			       "text",
			       what);
}

static void options_check(const struct place *place, const struct item *item,
			  const struct item_lines *lines)
{
	for (size_t i = 0; i < item->option_count; i++) {
		char what[] = "option A";

		what[strlen(what) - 1] = (char)('A' + i);
		part_check(place, lines->options[i], what, item->options[i].text);
		part_check(place, lines->feedback[i], "a feedback", item->options[i].feedback);
		for (size_t k = 0; k < i; k++)
			if (strcmp(item->options[k].text, item->options[i].text) == 0)
				report_error(place->report, place->path, lines->options[i],
					     "%s says the same as option %c, expected another",
					     what, (char)('A' + k));
	}
}

static bool same(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static void names_check(const struct place *place, const struct item_list *list,
			const struct item *item)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct item *earlier = &list->items[i];

		if (same(earlier->name, item->name)) {
			report_error(place->report, place->path, item->line,
				     "name \"%s\" is used in line %d already, expected another",
				     item->name, earlier->line);
			return;
		}
		if (same(earlier->id, item->id)) {
			report_error(place->report, place->path, item->line,
				     "id %s is used in line %d already, expected another", item->id,
				     earlier->line);
			return;
		}
	}
}

static int room_make(struct item_list *list, const struct place *place, int line)
{
	size_t size = list->size > 0 ? list->size * 2 : 64;
	struct item *items;

	if (list->count == ITEM_COUNT_MAX) {
		report_error(place->report, place->path, line,
			     "one question too many, expected at most %d in one file",
			     ITEM_COUNT_MAX);
		return -1;
	}
	if (list->count < list->size)
		return 0;
	items = reallocarray(list->items, size, sizeof(*items));
	if (items == NULL) {
		report_error(place->report, place->path, line,
			     "memory is out, expected enough for every question");
		return -1;
	}
	list->items = items;
	list->size = size;
	return 0;
}

void item_add(struct item_list *list, const struct item *item, const struct item_lines *lines,
	      const char *path, struct report *report, unsigned errors)
{
	struct place place = {.path = path, .report = report};

	part_check(&place, item->line, "the name", item->name);
	part_check(&place, lines->stem, "the question", item->stem);
	options_check(&place, item, lines);
	part_check(&place, lines->why, "the explanation", item->why);
	if (report->errors == errors) /* a name in a message is one without control characters */
		names_check(&place, list, item);
	if (report->errors == errors && room_make(list, &place, item->line) == 0)
		list->items[list->count++] = *item;
}

void item_list_free(struct item_list *list)
{
	free(list->items);
	*list = (struct item_list){0};
}

bool item_is_id(const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	static const char others[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "0123456789-_";

	return strspn(text, letters) > 0 && strlen(text) < LESSON_ID_SIZE &&
	       text[strspn(text, others)] == '\0';
}

struct item item_of_bank(const struct lesson_bank *bank, size_t question, size_t language)
{
	const struct lesson_question *from = &bank->questions[question];
	const struct lesson *lesson = &bank->lessons[from->lesson];
	const struct lesson_question_text *text = &from->texts[language];
	struct item item = {
	    .name = from->id,
	    .id = from->id,
	    .objective = lesson->id,
	    .audience = bank->audiences[lesson->audience].id,
	    .topic = lesson->topic,
	    .form = from->form,
	    .level = from->level,
	    .stem = text->stem,
	    .option_count = from->options,
	    .key = from->key,
	    .why = text->why,
	};

	for (size_t i = 0; i < from->options; i++)
		item.options[i].text = text->options[i];
	return item;
}
