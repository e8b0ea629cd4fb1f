/*
 * text/LANG.cfg: the sentences of lessons, questions and the interface in one language.
 * For lesson.c alone. It may say how something is said, never which answer is right.
 */
#include "common/lesson_pack.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/lesson_check.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct lesson_cfg_field root_fields[] = {
    LESSON_CFG_MUST("lang", STRING),	LESSON_CFG_MUST("questions", GROUP),
    LESSON_CFG_MUST("lessons", GROUP),	LESSON_CFG_MUST("ui", GROUP),
    LESSON_CFG_MAY("audiences", GROUP), LESSON_CFG_MAY("sources", GROUP),
    LESSON_CFG_MAY("topics", GROUP),	LESSON_CFG_MAY("contacts", GROUP),
};

static const struct lesson_cfg_field lesson_fields[] = {
    LESSON_CFG_MUST("src_rev", NUMBER),
    LESSON_CFG_MUST("title", STRING),
    LESSON_CFG_MUST("body", STRING),
};

static const char *const option_names[] = {"a", "b", "c", "d"};

_Static_assert(COUNT(option_names) == LESSON_OPTIONS_MAX, "one name for each option");

/* The sentence of that name, checked; NULL when it is missing, which was told before. */
static const char *text_read(const struct lesson_cfg_place *place, const config_setting_t *group,
			     const char *name)
{
	const config_setting_t *at = lesson_cfg_member(group, name, LESSON_CFG_STRING);

	if (at == NULL)
		return NULL;
	lesson_pack_text(place, at);
	return config_setting_get_string(at);
}

/* Was the text written for an earlier rev of its item? */
static bool stale_read(const struct lesson_pack *pack, const struct lesson_cfg_place *place,
		       const config_setting_t *group, const struct lesson_pack_item *item,
		       size_t language)
{
	int written = lesson_cfg_number(place, group, "src_rev", 1, INT_MAX);
	const config_setting_t *at = config_setting_get_member(group, "src_rev");

	if (written == 0 || item->rev == 0 || written == item->rev)
		return false;
	if (written > item->rev) {
		lesson_cfg_error(place, at, "src_rev is %d, expected at most rev, which is %d",
				 written, item->rev);
		return false;
	}
	lesson_cfg_warning(place, at, "stale: src_rev is %d, expected %d; %s%s", written, item->rev,
			   language == pack->fallback ? "shown all the same" : "shown instead: ",
			   language == pack->fallback ? "" : pack->conf->languages[pack->fallback]);
	return true;
}

static void question_fields_check(const struct lesson_cfg_place *place,
				  const config_setting_t *group,
				  const struct lesson_pack_question *question)
{
	struct lesson_cfg_field fields[3 + LESSON_OPTIONS_MAX] = {
	    LESSON_CFG_MUST("src_rev", NUMBER),
	    LESSON_CFG_MUST("stem", STRING),
	    LESSON_CFG_MUST("why", STRING),
	};
	size_t count = 3;

	if (question->options == 0) /* the structure has to be mended first */
		return;
	for (size_t i = 0; i < question->options; i++) {
		fields[count].name = option_names[question->option[i] - 'a'];
		fields[count++].type = LESSON_CFG_STRING;
	}
	lesson_cfg_check(place, group, fields, count);
}

static void question_read(struct lesson_pack *pack, const struct lesson_cfg_place *place,
			  const config_setting_t *group, size_t language, size_t index)
{
	const struct lesson_pack_question *question = &pack->questions[index];
	struct lesson_pack_question_text *out =
	    &pack->question_texts[index * pack->conf->language_count + language];

	question_fields_check(place, group, question);
	out->at = group;
	out->stale = stale_read(pack, place, group, &question->item, language);
	out->text.stem = text_read(place, group, "stem");
	for (size_t i = 0; i < question->options; i++)
		out->text.options[i] =
		    text_read(place, group, option_names[question->option[i] - 'a']);
	out->text.why = text_read(place, group, "why");
}

static void lesson_read(struct lesson_pack *pack, const struct lesson_cfg_place *place,
			const config_setting_t *group, size_t language, size_t index)
{
	struct lesson_pack_lesson_text *out =
	    &pack->lesson_texts[index * pack->conf->language_count + language];
	size_t words;

	lesson_cfg_check(place, group, lesson_fields, COUNT(lesson_fields));
	out->at = group;
	out->stale = stale_read(pack, place, group, &pack->lessons[index].item, language);
	out->text.title = text_read(place, group, "title");
	out->text.body = text_read(place, group, "body");
	words = out->text.body != NULL ? lesson_check_words(out->text.body) : 0;
	if (words > LESSON_WORDS_MAX)
		lesson_cfg_error(place, config_setting_get_member(group, "body"),
				 "body has %zu words, expected at most %d", words,
				 LESSON_WORDS_MAX);
}

/* The groups of texts, and what structure.cfg or contacts.cfg has of each. */
static const struct section {
	enum lesson_pack_kind kind;
	const char *listed_in;
	/* What an item's texts are; NULL: it has one, its name. */
	void (*read)(struct lesson_pack *pack, const struct lesson_cfg_place *place,
		     const config_setting_t *group, size_t language, size_t index);
} sections[] = {
    {LESSON_PACK_QUESTIONS, "structure.cfg", question_read},
    {LESSON_PACK_LESSONS, "structure.cfg", lesson_read},
    {LESSON_PACK_AUDIENCES, "structure.cfg", NULL},
    {LESSON_PACK_SOURCES, "structure.cfg", NULL},
    {LESSON_PACK_TOPICS, "structure.cfg", NULL},
    {LESSON_PACK_CONTACTS, "contacts.cfg", NULL},
};

static void entry_read(struct lesson_pack *pack, const struct section *section,
		       const struct lesson_cfg_place *place, const config_setting_t *at,
		       size_t language, size_t index)
{
	if (!lesson_cfg_is(place, at, section->read != NULL ? LESSON_CFG_GROUP : LESSON_CFG_STRING))
		return;
	if (section->read != NULL) {
		section->read(pack, place, at, language, index);
		return;
	}
	lesson_pack_text(place, at);
	pack->list[section->kind].names[index * pack->conf->language_count + language] =
	    config_setting_get_string(at);
}

/* A group that there is: all that is listed has to be in it, and nothing else. */
static void group_read(struct lesson_pack *pack, const struct section *section,
		       const config_setting_t *group, size_t language)
{
	const struct lesson_pack_list *list = &pack->list[section->kind];
	bool seen[LESSON_PACK_ITEMS_MAX] = {false};
	int length = config_setting_length(group);
	struct lesson_cfg_place place;

	lesson_cfg_place(&place, &pack->language[language], pack->report);
	for (int i = 0; i < length; i++) {
		const config_setting_t *at = config_setting_get_elem(group, (unsigned)i);
		int index = lesson_index_find(&list->index, config_setting_name(at));

		lesson_cfg_place_item(&place, lesson_list_one(section->kind),
				      config_setting_name(at));
		if (index < 0) {
			lesson_cfg_error(&place, at, "is not in %s, expected an id from there",
					 section->listed_in);
			continue;
		}
		seen[index] = true;
		entry_read(pack, section, &place, at, language, (size_t)index);
	}
	for (size_t i = 0; i < list->count; i++) {
		lesson_cfg_place_item(&place, lesson_list_one(section->kind), list->ids[i]);
		if (!seen[i])
			lesson_cfg_error(&place, group,
					 "has no text, expected one in every language");
	}
}

static void section_read(struct lesson_pack *pack, const struct section *section,
			 const config_setting_t *root, size_t language)
{
	const struct lesson_pack_list *list = &pack->list[section->kind];
	const char *name = lesson_list_all(section->kind);
	const config_setting_t *group = lesson_cfg_member(root, name, LESSON_CFG_GROUP);
	struct lesson_cfg_place place;

	if (!list->known)
		return;
	if (group != NULL) {
		group_read(pack, section, group, language);
		return;
	}
	if (section->read != NULL || !list->listed || list->count == 0 ||
	    config_setting_get_member(root, name) != NULL)
		return; /* nothing to say, or it has been said */
	lesson_cfg_place(&place, &pack->language[language], pack->report);
	lesson_cfg_error(&place, root, "%s is missing, expected a group { ... }: %s lists %zu",
			 name, section->listed_in, list->count);
}

static void language_read(struct lesson_pack *pack, size_t language)
{
	const char *name = pack->conf->languages[language];
	struct lesson_cfg *file = &pack->language[language];
	struct lesson_cfg_place place;
	const config_setting_t *root;
	const char *lang;
	char why[96];

	snprintf(why, sizeof(why), "this file because portal.languages has \"%s\"", name);
	if (lesson_cfg_open(file, why, pack->report) != 0)
		return;
	root = config_root_setting(&file->config);
	lesson_cfg_place(&place, file, pack->report);
	lesson_cfg_check(&place, root, root_fields, COUNT(root_fields));
	lang = lesson_cfg_string(root, "lang");
	if (lang != NULL && strcmp(lang, name) != 0)
		lesson_cfg_error(&place, config_setting_get_member(root, "lang"),
				 "lang is \"%s\", expected \"%s\" as in the file's name", lang,
				 name);
	for (size_t i = 0; i < COUNT(sections); i++)
		section_read(pack, &sections[i], root, language);
	lesson_ui_read(pack, root, language);
}

static int texts_alloc(struct lesson_pack *pack)
{
	size_t languages = pack->conf->language_count;

	pack->question_texts = calloc(pack->list[LESSON_PACK_QUESTIONS].count * languages + 1,
				      sizeof(*pack->question_texts));
	pack->lesson_texts = calloc(pack->list[LESSON_PACK_LESSONS].count * languages + 1,
				    sizeof(*pack->lesson_texts));
	if (pack->question_texts == NULL || pack->lesson_texts == NULL)
		return -1;
	for (size_t i = 0; i < COUNT(sections); i++) {
		struct lesson_pack_list *list = &pack->list[sections[i].kind];

		if (sections[i].read == NULL)
			list->names = calloc(list->count * languages + 1, sizeof(*list->names));
		if (sections[i].read == NULL && list->names == NULL)
			return -1;
	}
	return 0;
}

int lesson_text_read(struct lesson_pack *pack)
{
	if (texts_alloc(pack) != 0)
		return -1;
	for (size_t i = 0; i < pack->conf->language_count; i++)
		language_read(pack, i);
	lesson_ui_compare(pack);
	return 0;
}
