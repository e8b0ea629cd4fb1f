/*
 * Builds the bank from a pack without an error: what is shown, in the order in which it is
 * used, in memory of its own. For lesson.c. Nothing that is switched off is in it.
 */
#include "common/lesson_bank.h"

#include <stdlib.h>
#include <string.h>

#include "common/lesson_pack.h"

/* A bank being built. */
struct build {
	const struct lesson_pack *pack;
	struct lesson_bank_store *store;
	size_t languages;
	uint16_t *lesson_of; /* pack's lesson -> bank's */
	char **joined;	     /* names of sources, until the store has strings of its own */
	size_t joined_count;
	bool failed; /* memory is out */
};

/* "A; B", or NULL: it has none. Lives as long as build. */
static const char *source_of(struct build *build, const struct lesson_pack_item *item,
			     size_t language)
{
	char text[LESSON_TEXT_MAX + 1];
	char *copy;

	if (lesson_source_text(build->pack, item, language, text, sizeof(text)) == 0)
		return NULL;
	copy = strdup(text);
	build->joined[build->joined_count++] = copy;
	build->failed |= copy == NULL;
	return copy;
}

/* The name of a thing in a language; its id where the pack has no names. */
static const char *name_of(const struct build *build, enum lesson_pack_kind kind, size_t place,
			   size_t language)
{
	const struct lesson_pack_list *list = &build->pack->list[kind];
	const char *name = list->names[place * build->languages + language];

	return name != NULL ? name : list->ids[place];
}

/* A stale text is the fallback's, unless that is all there is. */
static void lesson_texts_fill(struct build *build, size_t from, struct lesson_text *to)
{
	const struct lesson_pack_lesson_text *texts =
	    &build->pack->lesson_texts[from * build->languages];
	const struct lesson_pack_item *item = &build->pack->lessons[from].item;

	for (size_t i = 0; i < build->languages; i++) {
		to[i] = texts[texts[i].stale ? build->pack->fallback : i].text;
		to[i].source = source_of(build, item, i);
		to[i].topic = name_of(build, LESSON_PACK_TOPICS, (size_t)item->topic_place, i);
	}
}

static void question_texts_fill(struct build *build, size_t from, struct lesson_question_text *to)
{
	const struct lesson_pack_question_text *texts =
	    &build->pack->question_texts[from * build->languages];

	for (size_t i = 0; i < build->languages; i++) {
		to[i] = texts[texts[i].stale ? build->pack->fallback : i].text;
		to[i].source = source_of(build, &build->pack->questions[from].item, i);
	}
}

static void question_add(struct build *build, const struct lesson_pack_question *question,
			 size_t lesson)
{
	struct lesson_bank_store *store = build->store;
	struct lesson *owner = &store->lessons[lesson];
	size_t index = store->shown.question_count++;
	struct lesson_question_text *texts = &store->question_texts[index * build->languages];

	question_texts_fill(build, (size_t)(question - build->pack->questions), texts);
	owner->questions[owner->question_count++] = (uint16_t)index;
	store->questions[index] = (struct lesson_question){
	    .id = question->item.id,
	    .rev = (uint16_t)question->item.rev,
	    .form = question->form,
	    .level = question->level,
	    .options = question->options,
	    .key = question->key,
	    .lesson = (uint16_t)lesson,
	    .texts = texts,
	};
}

/* A lesson that is shown, with those of its questions that are. */
static void lesson_add(struct build *build, size_t from, size_t audience)
{
	const struct lesson_pack_lesson *lesson = &build->pack->lessons[from];
	struct lesson_bank_store *store = build->store;
	size_t index = store->shown.lesson_count++;
	struct lesson_text *texts = &store->lesson_texts[index * build->languages];

	build->lesson_of[from] = (uint16_t)index;
	lesson_texts_fill(build, from, texts);
	store->lessons[index] = (struct lesson){
	    .id = lesson->item.id,
	    .rev = (uint16_t)lesson->item.rev,
	    .audience = (uint8_t)audience,
	    .topic = build->pack->list[LESSON_PACK_TOPICS].ids[lesson->item.topic_place],
	    .texts = texts,
	};
	for (size_t i = 0; i < lesson->forms; i++) {
		if (!lesson->form[i]->item.off)
			question_add(build, lesson->form[i], index);
	}
}

static const char *const *names_add(struct build *build, enum lesson_pack_kind kind, size_t place)
{
	struct lesson_bank_store *store = build->store;
	const char **names = &store->names[store->name_count++ * build->languages];

	for (size_t i = 0; i < build->languages; i++)
		names[i] = name_of(build, kind, place, i);
	return names;
}

static void audience_add(struct build *build, size_t from)
{
	const struct lesson_pack *pack = build->pack;
	struct lesson_bank_store *store = build->store;
	size_t index = store->shown.audience_count++;
	size_t first = store->shown.lesson_count;

	for (size_t i = 0; i < pack->list[LESSON_PACK_LESSONS].count; i++) {
		if (!pack->lessons[i].item.off && pack->lessons[i].audience_place == (int)from)
			lesson_add(build, i, index);
	}
	store->audiences[index] = (struct lesson_audience){
	    .id = pack->list[LESSON_PACK_AUDIENCES].ids[from],
	    .target_percent = (uint8_t)pack->audiences[from].target_percent,
	    .lesson_first = (uint16_t)first,
	    .lesson_count = (uint16_t)(store->shown.lesson_count - first),
	    .names = names_add(build, LESSON_PACK_AUDIENCES, from),
	};
}

static void contacts_add(struct build *build, enum lesson_contact_kind kind)
{
	const struct lesson_pack_list *list = &build->pack->list[LESSON_PACK_CONTACTS];

	for (size_t i = 0; i < list->count; i++) {
		const struct lesson_pack_contact *contact = &build->pack->contacts[i];

		if (contact->kind != kind)
			continue;
		build->store->contacts[build->store->shown.contact_count++] =
		    (struct lesson_contact){
			.id = list->ids[i],
			.kind = kind,
			.number = contact->number,
			.address = contact->address,
			.hide_day = contact->hide_day,
			.names = names_add(build, LESSON_PACK_CONTACTS, i),
		    };
	}
}

static void radio_add(struct build *build)
{
	const struct lesson_pack *pack = build->pack;

	for (size_t i = 0; i < pack->list[LESSON_PACK_RADIO].count; i++) {
		if (!pack->radio[i]->item.off)
			build->store->radio[build->store->shown.radio_count++] =
			    (struct lesson_radio){
				.id = pack->list[LESSON_PACK_RADIO].ids[i],
				.lesson = build->lesson_of[pack->radio[i] - pack->lessons],
			    };
	}
}

static int ui_compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void ui_add(struct build *build)
{
	const struct lesson_pack *pack = build->pack;
	struct lesson_bank_store *store = build->store;
	size_t row = 1 + build->languages;

	for (size_t i = 0; i < store->ui_count; i++) {
		const char **to = &store->ui[i * row];

		to[0] = config_setting_name(config_setting_get_elem(pack->ui[0], (unsigned)i));
		for (size_t k = 0; k < build->languages; k++)
			to[1 + k] = lesson_cfg_string(pack->ui[k], to[0]);
	}
	qsort(store->ui, store->ui_count, row * sizeof(*store->ui), ui_compare);
}

static void about_add(struct build *build)
{
	const config_setting_t *root = config_root_setting(&build->pack->about.config);

	build->store->shown.id = lesson_cfg_string(root, "id");
	build->store->shown.version = lesson_cfg_string(root, "version");
	build->store->shown.licence = lesson_cfg_string(root, "licence");
	build->store->shown.checked_on = lesson_cfg_string(root, "checked_on");
}

/* How many lessons are shown, and how many questions. */
static size_t shown_count(const struct lesson_pack *pack, size_t *questions)
{
	size_t lessons = 0;

	*questions = 0;
	for (size_t i = 0; i < pack->list[LESSON_PACK_LESSONS].count; i++) {
		if (pack->lessons[i].item.off)
			continue;
		lessons++;
		*questions += pack->lessons[i].forms_on;
	}
	return lessons;
}

/* Room for what is shown and no more. */
static int store_alloc(struct build *build)
{
	struct lesson_bank_store *store = build->store;
	const struct lesson_pack *pack = build->pack;
	size_t languages = build->languages, questions;
	size_t lessons = shown_count(pack, &questions);
	size_t named =
	    pack->list[LESSON_PACK_AUDIENCES].count + pack->list[LESSON_PACK_CONTACTS].count;

	store->ui_count = (size_t)config_setting_length(pack->ui[0]);
	store->lessons = calloc(lessons, sizeof(*store->lessons));
	store->questions = calloc(questions, sizeof(*store->questions));
	store->lesson_texts = calloc(lessons * languages, sizeof(*store->lesson_texts));
	store->question_texts = calloc(questions * languages, sizeof(*store->question_texts));
	store->names = calloc(named * languages, sizeof(*store->names));
	store->ui = calloc(store->ui_count * (1 + languages) + 1, sizeof(*store->ui));
	build->lesson_of = calloc(pack->list[LESSON_PACK_LESSONS].count, sizeof(*build->lesson_of));
	build->joined = calloc((lessons + questions) * languages, sizeof(*build->joined));
	store->shown.language_count = languages;
	store->shown.audiences = store->audiences;
	store->shown.lessons = store->lessons;
	store->shown.questions = store->questions;
	store->shown.contacts = store->contacts;
	store->shown.radio = store->radio;
	return store->lessons != NULL && store->questions != NULL && store->lesson_texts != NULL &&
		       store->question_texts != NULL && store->names != NULL && store->ui != NULL &&
		       build->lesson_of != NULL && build->joined != NULL
		   ? 0
		   : -1;
}

static void store_fill(struct build *build)
{
	for (size_t i = 0; i < build->pack->list[LESSON_PACK_AUDIENCES].count; i++) {
		if (build->pack->audiences[i].offered)
			audience_add(build, i);
	}
	contacts_add(build, LESSON_CONTACT_EMERGENCY);
	contacts_add(build, LESSON_CONTACT_REPORT);
	radio_add(build);
	ui_add(build);
	about_add(build);
}

struct lesson_bank *lesson_bank_build(const struct lesson_pack *pack)
{
	struct lesson_bank_store *store = calloc(1, sizeof(*store));
	struct build build = {
	    .pack = pack, .store = store, .languages = pack->conf->language_count};
	int ret = -1;

	if (store == NULL || store_alloc(&build) != 0)
		goto out;
	store_fill(&build);
	if (!build.failed)
		ret = lesson_strings_own(store);
out:
	for (size_t i = 0; i < build.joined_count; i++)
		free(build.joined[i]);
	free(build.joined);
	free(build.lesson_of);
	if (ret == 0)
		return &store->shown;
	lesson_free((struct lesson_bank *)store);
	return NULL;
}
