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
    {"lang", LESSON_CFG_STRING},
    {"questions", LESSON_CFG_GROUP},
    {"lessons", LESSON_CFG_GROUP},
    {"ui", LESSON_CFG_GROUP},
};

static const struct lesson_cfg_field lesson_fields[] = {
    {"src_rev", LESSON_CFG_NUMBER},
    {"title", LESSON_CFG_STRING},
    {"body", LESSON_CFG_STRING},
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
	    {"src_rev", LESSON_CFG_NUMBER},
	    {"stem", LESSON_CFG_STRING},
	    {"why", LESSON_CFG_STRING},
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
	out->stale = stale_read(pack, place, group, &pack->lessons[index].item, language);
	out->text.title = text_read(place, group, "title");
	out->text.body = text_read(place, group, "body");
	words = out->text.body != NULL ? lesson_check_words(out->text.body) : 0;
	if (words > LESSON_WORDS_MAX)
		lesson_cfg_error(place, config_setting_get_member(group, "body"),
				 "body has %zu words, expected at most %d", words,
				 LESSON_WORDS_MAX);
}

static const struct lesson_pack_item *question_item(const struct lesson_pack *pack, size_t index)
{
	return &pack->questions[index].item;
}

static const struct lesson_pack_item *lesson_item(const struct lesson_pack *pack, size_t index)
{
	return &pack->lessons[index].item;
}

/* What differs between the two groups of texts. */
struct section {
	const char *group;
	const char *kind;
	const struct lesson_pack_item *(*item)(const struct lesson_pack *pack, size_t index);
	void (*read)(struct lesson_pack *pack, const struct lesson_cfg_place *place,
		     const config_setting_t *group, size_t language, size_t index);
};

static const struct section question_section = {"questions", "question", question_item,
						question_read};
static const struct section lesson_section = {"lessons", "lesson", lesson_item, lesson_read};

/* The index of the item of that id, or count. */
static size_t item_find(const struct lesson_pack *pack, const struct section *section, size_t count,
			const char *id)
{
	size_t i = 0;

	while (i < count && strcmp(section->item(pack, i)->id, id) != 0)
		i++;
	return i;
}

static void section_read(struct lesson_pack *pack, const struct section *section, size_t count,
			 const config_setting_t *root, size_t language)
{
	const config_setting_t *group = lesson_cfg_member(root, section->group, LESSON_CFG_GROUP);
	int length = group != NULL ? config_setting_length(group) : 0;
	struct lesson_cfg_place place;

	lesson_cfg_place(&place, &pack->language[language], pack->report);
	for (int i = 0; i < length; i++) {
		const config_setting_t *texts = config_setting_get_elem(group, (unsigned)i);
		const char *id = config_setting_name(texts);
		size_t index = item_find(pack, section, count, id);

		lesson_cfg_place_item(&place, section->kind, id);
		if (index == count)
			lesson_cfg_error(&place, texts,
					 "is not in structure.cfg, expected an id from there");
		else if (lesson_cfg_is(&place, texts, LESSON_CFG_GROUP))
			section->read(pack, &place, texts, language, index);
	}
	for (size_t i = 0; group != NULL && i < count; i++) {
		const char *id = section->item(pack, i)->id;

		lesson_cfg_place_item(&place, section->kind, id);
		if (config_setting_get_member(group, id) == NULL)
			lesson_cfg_error(&place, group,
					 "has no text, expected one in every language");
	}
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
	if (pack->structured) {
		section_read(pack, &question_section, pack->question_count, root, language);
		section_read(pack, &lesson_section, pack->lesson_count, root, language);
	}
	lesson_ui_read(pack, root, language);
}

int lesson_text_read(struct lesson_pack *pack)
{
	size_t languages = pack->conf->language_count;

	pack->question_texts =
	    calloc(pack->question_count * languages + 1, sizeof(*pack->question_texts));
	pack->lesson_texts =
	    calloc(pack->lesson_count * languages + 1, sizeof(*pack->lesson_texts));
	if (pack->question_texts == NULL || pack->lesson_texts == NULL)
		return -1;
	for (size_t i = 0; i < languages; i++)
		language_read(pack, i);
	lesson_ui_compare(pack);
	return 0;
}
