/*
 * Puts the pack under the names of www/preview/index.html: audiences, in each its lessons,
 * in each its questions, in each the wrong options. Addresses are the template's to make;
 * a browser test follows every one.
 */
#include "ctl/preview_index.h"

#include <stdio.h>
#include <stdlib.h>

#include "ctl/preview_url.h"

enum { VALUES_MAX = 5, ROOT_MAX = 13, NUMBER_SIZE = 24 };

/* One of a list. */
struct item {
	struct template_value values[VALUES_MAX];
	struct template_scope wrong[LESSON_OPTIONS_MAX]; /* of a question */
};

struct list {
	struct item *items;
	struct template_scope *scopes;
	size_t count;
};

struct preview_index {
	const struct preview_pack *pack;
	size_t language;
	struct template_value values[ROOT_MAX];
	struct template_scope root;
	struct list languages, audiences, lessons, questions, notices;
	char lesson_count[NUMBER_SIZE], question_count[NUMBER_SIZE];
};

static const struct template_scope here;

static struct template_value text_value(const char *name, const char *text)
{
	return (struct template_value){.name = name, .text = text};
}

static struct template_value list_value(const char *name, const struct template_scope *scopes,
					size_t count)
{
	return (struct template_value){.name = name, .scopes = scopes, .scope_count = count};
}

static bool list_make(struct list *list, size_t room)
{
	list->items = calloc(room + 1, sizeof(*list->items));
	list->scopes = calloc(room + 1, sizeof(*list->scopes));
	return list->items != NULL && list->scopes != NULL;
}

static struct template_value *list_add(struct list *list, size_t values)
{
	struct item *item = &list->items[list->count];

	list->scopes[list->count++] = (struct template_scope){item->values, values};
	return item->values;
}

/* The letters of the wrong options, each a scope of its own. */
static size_t wrong_fill(struct template_scope wrong[LESSON_OPTIONS_MAX],
			 const struct lesson_question *question)
{
	static const struct template_value letters[LESSON_OPTIONS_MAX] = {
	    {.name = "letter", .text = "a"},
	    {.name = "letter", .text = "b"},
	    {.name = "letter", .text = "c"},
	    {.name = "letter", .text = "d"},
	};
	size_t count = 0;

	for (uint8_t i = 0; i < question->options; i++)
		if (i != question->key)
			wrong[count++] = (struct template_scope){&letters[i], 1};
	return count;
}

static void question_add(struct preview_index *index, const struct lesson_question *question)
{
	struct item *item = &index->questions.items[index->questions.count];
	size_t wrongs = wrong_fill(item->wrong, question);
	struct template_value *v = list_add(&index->questions, 3);

	v[0] = text_value("id", question->id);
	v[1] = text_value("stem", question->texts[index->language].stem);
	v[2] = list_value("wrongs", item->wrong, wrongs);
}

static void lesson_add(struct preview_index *index, const struct lesson *lesson)
{
	size_t first = index->questions.count;
	struct template_value *v = list_add(&index->lessons, 3);

	for (size_t i = 0; i < lesson->question_count; i++)
		question_add(index, &index->pack->bank->questions[lesson->questions[i]]);
	v[0] = text_value("id", lesson->id);
	v[1] = text_value("title", lesson->texts[index->language].title);
	v[2] = list_value("questions", index->questions.scopes + first,
			  index->questions.count - first);
}

static void audience_add(struct preview_index *index, const struct lesson_audience *audience)
{
	const struct lesson *lessons = index->pack->bank->lessons + audience->lesson_first;
	size_t first = index->lessons.count;
	struct template_value *v = list_add(&index->audiences, 3);

	for (size_t i = 0; i < audience->lesson_count; i++)
		lesson_add(index, &lessons[i]);
	v[0] = text_value("id", audience->id);
	v[1] = text_value("name", audience->names != NULL ? audience->names[index->language]
							  : audience->id);
	v[2] = list_value("lessons", index->lessons.scopes + first, audience->lesson_count);
}

static void languages_add(struct preview_index *index)
{
	const struct conf *conf = &index->pack->conf;

	for (size_t i = 0; i < conf->language_count; i++) {
		struct template_value *v = list_add(&index->languages, 3);

		v[0] = text_value("code", conf->languages[i]);
		v[1] = text_value("name", lesson_ui(index->pack->bank, i, "language_name"));
		v[2] = list_value("current", &here, i == index->language ? 1 : 0);
	}
}

static void root_fill(struct preview_index *index, const char *nonce)
{
	const struct lesson_bank *bank = index->pack->bank;
	const struct template_value values[] = {
	    text_value("nonce", nonce),
	    text_value("lang", index->pack->conf.languages[index->language]),
	    text_value("folder", index->pack->conf.path_content),
	    text_value("id", bank->id),
	    text_value("version", bank->version),
	    text_value("checked_on", bank->checked_on),
	    text_value("lesson_count", index->lesson_count),
	    text_value("question_count", index->question_count),
	    list_value("remarks", &here, index->pack->line_count > 0 ? 1 : 0),
	    list_value("messages", index->pack->lines, index->pack->line_count),
	    list_value("languages", index->languages.scopes, index->languages.count),
	    list_value("audiences", index->audiences.scopes, index->audiences.count),
	    list_value("notices", index->notices.scopes, index->notices.count),
	};

	snprintf(index->lesson_count, NUMBER_SIZE, "%zu", bank->lesson_count);
	snprintf(index->question_count, NUMBER_SIZE, "%zu", bank->question_count);
	index->root = (struct template_scope){index->values, sizeof(values) / sizeof(values[0])};
	for (size_t i = 0; i < index->root.count; i++)
		index->values[i] = values[i];
}

struct preview_index *preview_index_new(const struct preview_pack *pack, size_t language,
					const char *nonce)
{
	const struct lesson_bank *bank = pack->bank;
	struct preview_index *index = calloc(1, sizeof(*index));
	const char *name;

	if (index == NULL)
		return NULL;
	index->pack = pack;
	index->language = language;
	if (!list_make(&index->languages, pack->conf.language_count) ||
	    !list_make(&index->audiences, bank->audience_count) ||
	    !list_make(&index->lessons, bank->lesson_count) ||
	    !list_make(&index->questions, bank->question_count) ||
	    !list_make(&index->notices, PAGE_NOTICE__MAX)) {
		preview_index_free(index);
		return NULL;
	}
	languages_add(index);
	for (size_t i = 0; i < bank->audience_count; i++)
		audience_add(index, &bank->audiences[i]);
	for (size_t i = 0; (name = preview_url_id(bank, PREVIEW_NOTICE, i)) != NULL; i++)
		list_add(&index->notices, 1)[0] = text_value("name", name);
	root_fill(index, nonce);
	return index;
}

const struct template_scope *preview_index_root(const struct preview_index *index)
{
	return &index->root;
}

static void list_free(struct list *list)
{
	free(list->items);
	free(list->scopes);
}

void preview_index_free(struct preview_index *index)
{
	if (index == NULL)
		return;
	list_free(&index->languages);
	list_free(&index->audiences);
	list_free(&index->lessons);
	list_free(&index->questions);
	list_free(&index->notices);
	free(index);
}
