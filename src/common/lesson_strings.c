/*
 * Gives a bank its own strings, so that the files can be closed. A text that is there more
 * than once (a source of many questions, a fallback) is kept once: routers have little
 * memory. For lesson_bank.c alone.
 */
#include "common/lesson_bank.h"

#include <stdlib.h>
#include <string.h>

/* Where a pointer to a string stands. */
struct slots {
	const char ***at; /* NULL: only counted */
	size_t count;
};

static void slot_add(struct slots *slots, const char **string)
{
	if (*string == NULL)
		return;
	if (slots->at != NULL)
		slots->at[slots->count] = string;
	slots->count++;
}

static void slots_add_questions(struct slots *slots, struct lesson_bank_store *store)
{
	size_t languages = store->shown.language_count;

	for (size_t i = 0; i < store->shown.question_count; i++)
		slot_add(slots, &store->questions[i].id);
	for (size_t i = 0; i < store->shown.question_count * languages; i++) {
		struct lesson_question_text *text = &store->question_texts[i];

		slot_add(slots, &text->stem);
		for (size_t k = 0; k < LESSON_OPTIONS_MAX; k++)
			slot_add(slots, &text->options[k]);
		slot_add(slots, &text->why);
		slot_add(slots, &text->source);
	}
}

static void slots_add_lessons(struct slots *slots, struct lesson_bank_store *store)
{
	size_t languages = store->shown.language_count;

	for (size_t i = 0; i < store->shown.lesson_count; i++) {
		slot_add(slots, &store->lessons[i].id);
		slot_add(slots, &store->lessons[i].topic);
	}
	for (size_t i = 0; i < store->shown.lesson_count * languages; i++) {
		slot_add(slots, &store->lesson_texts[i].title);
		slot_add(slots, &store->lesson_texts[i].body);
		slot_add(slots, &store->lesson_texts[i].source);
		slot_add(slots, &store->lesson_texts[i].topic);
	}
}

static void slots_add_others(struct slots *slots, struct lesson_bank_store *store)
{
	slot_add(slots, &store->shown.id);
	slot_add(slots, &store->shown.version);
	slot_add(slots, &store->shown.licence);
	slot_add(slots, &store->shown.checked_on);
	for (size_t i = 0; i < store->shown.audience_count; i++)
		slot_add(slots, &store->audiences[i].id);
	for (size_t i = 0; i < store->shown.contact_count; i++) {
		slot_add(slots, &store->contacts[i].id);
		slot_add(slots, &store->contacts[i].number);
		slot_add(slots, &store->contacts[i].address);
	}
	for (size_t i = 0; i < store->shown.radio_count; i++)
		slot_add(slots, &store->radio[i].id);
	for (size_t i = 0; i < store->name_count * store->shown.language_count; i++)
		slot_add(slots, &store->names[i]);
	for (size_t i = 0; i < store->ui_count * (1 + store->shown.language_count); i++)
		slot_add(slots, &store->ui[i]);
}

static void slots_add(struct slots *slots, struct lesson_bank_store *store)
{
	slots_add_questions(slots, store);
	slots_add_lessons(slots, store);
	slots_add_others(slots, store);
}

static int slot_compare(const void *a, const void *b)
{
	return strcmp(**(const char **const *)a, **(const char **const *)b);
}

/* Is the text at that place the one before it, too? */
static bool is_repeated(const struct slots *slots, size_t i)
{
	return i > 0 && strcmp(*slots->at[i], *slots->at[i - 1]) == 0;
}

static size_t strings_size(const struct slots *slots)
{
	size_t size = 1; /* never nothing */

	for (size_t i = 0; i < slots->count; i++)
		size += is_repeated(slots, i) ? 0 : strlen(*slots->at[i]) + 1;
	return size;
}

static void strings_copy(const struct slots *slots, char *to)
{
	for (size_t i = 0; i < slots->count; i++) {
		size_t size = strlen(*slots->at[i]) + 1;

		if (is_repeated(slots, i)) {
			*slots->at[i] = *slots->at[i - 1];
			continue;
		}
		memcpy(to, *slots->at[i], size);
		*slots->at[i] = to;
		to += size;
	}
}

int lesson_strings_own(struct lesson_bank_store *store)
{
	struct slots slots = {0};

	slots_add(&slots, store);
	slots.at = calloc(slots.count + 1, sizeof(*slots.at));
	if (slots.at == NULL)
		return -1;
	slots.count = 0;
	slots_add(&slots, store);
	qsort(slots.at, slots.count, sizeof(*slots.at), slot_compare);
	store->strings = malloc(strings_size(&slots));
	if (store->strings != NULL)
		strings_copy(&slots, store->strings);
	free(slots.at);
	return store->strings != NULL ? 0 : -1;
}
