/* Puts what the bank holds on the pages of `congchao content publish`; adds no word. */
#include "ctl/publish_item.h"

#include <string.h>

#include "ctl/publish_text.h"

enum { TITLE_SHORT = 28, TITLE_MEDIUM = 38, BODY_SHORT = 240, BODY_MEDIUM = 290 };

const char *publish_size_of(const char *text, size_t short_max, size_t medium_max)
{
	size_t units = publish_text_units(text, strlen(text));

	if (units <= short_max)
		return "short";
	return units <= medium_max ? "medium" : "long";
}

void publish_put_lesson(struct publish_view *view, struct publish_group *group,
			const struct lesson *lesson)
{
	const struct lesson_text *text = &lesson->texts[view->language];

	view->topic = lesson->topic;
	publish_put(group, PUBLISH_NAME_ID, lesson->id);
	publish_put(group, PUBLISH_NAME_TITLE, text->title);
	publish_put(group, PUBLISH_NAME_TITLE_SIZE,
		    publish_size_of(text->title, TITLE_SHORT, TITLE_MEDIUM));
	publish_put(group, PUBLISH_NAME_BODY, text->body);
	publish_put(group, PUBLISH_NAME_BODY_SIZE,
		    publish_size_of(text->body, BODY_SHORT, BODY_MEDIUM));
	publish_put(group, PUBLISH_NAME_SOURCE, text->source);
	publish_put(group, PUBLISH_NAME_TOPIC, text->topic);
}

void publish_put_lines(struct publish_view *view, struct publish_group *group, const char *body)
{
	struct publish_span spans[PUBLISH_LINES_MAX];
	size_t count = publish_text_lines(body, spans);
	struct publish_group *lines = publish_put_list(view, group, PUBLISH_NAME_LINES, count);

	for (size_t i = 0; i < count; i++) {
		publish_put(&lines[i], PUBLISH_NAME_NUMBER, publish_print(view, "%zu", i + 1));
		publish_put(&lines[i], PUBLISH_NAME_TEXT,
			    publish_print(view, "%.*s", (int)spans[i].length, spans[i].text));
	}
}

static void put_question(struct publish_view *view, struct publish_group *group,
			 const struct lesson_question *question)
{
	const struct lesson_question_text *text = &question->texts[view->language];
	struct publish_group *options;

	publish_put(group, PUBLISH_NAME_STEM, text->stem);
	publish_put(group, PUBLISH_NAME_RIGHT_TEXT, text->options[question->key]);
	publish_put(group, PUBLISH_NAME_WHY, text->why);
	options = publish_put_list(view, group, PUBLISH_NAME_OPTIONS, question->options);
	for (uint8_t i = 0; i < question->options; i++) {
		publish_put(&options[i], PUBLISH_NAME_LETTER, publish_print(view, "%c", 'A' + i));
		publish_put(&options[i], PUBLISH_NAME_TEXT, text->options[i]);
		publish_put_if(&options[i], PUBLISH_NAME_RIGHT, i == question->key);
	}
}

void publish_put_questions(struct publish_view *view, struct publish_group *group,
			   const struct lesson_question *const *questions, size_t count)
{
	struct publish_group *list = publish_put_list(view, group, PUBLISH_NAME_QUESTIONS, count);

	for (size_t i = 0; i < count; i++)
		put_question(view, &list[i], questions[i]);
}

bool publish_contact_shown(const struct publish *publish, const struct lesson_contact *contact)
{
	return contact->hide_day > publish->week.monday + 6;
}

/* One of the two lists: what is dialled, or what is typed. */
static size_t put_list(struct publish_view *view, struct publish_group *group,
		       enum publish_name name, bool numbers)
{
	const struct lesson_bank *bank = view->publish->bank;
	const struct lesson_contact *shown[LESSON_CONTACTS_MAX];
	struct publish_group *list;
	size_t count = 0;

	for (size_t i = 0; i < bank->contact_count && count < LESSON_CONTACTS_MAX; i++)
		if (publish_contact_shown(view->publish, &bank->contacts[i]) &&
		    (bank->contacts[i].number != NULL) == numbers)
			shown[count++] = &bank->contacts[i];
	list = publish_put_list(view, group, name, count);
	for (size_t i = 0; i < count; i++) {
		publish_put(&list[i], PUBLISH_NAME_NAME, shown[i]->names[view->language]);
		publish_put(&list[i], PUBLISH_NAME_NUMBER, shown[i]->number);
		publish_put(&list[i], PUBLISH_NAME_ADDRESS, shown[i]->address);
	}
	return count;
}

void publish_put_contacts(struct publish_view *view, struct publish_group *group)
{
	size_t count = put_list(view, group, PUBLISH_NAME_NUMBERS, true);

	count += put_list(view, group, PUBLISH_NAME_SITES, false);
	publish_put_if(group, PUBLISH_NAME_CONTACTS, count > 0);
}
