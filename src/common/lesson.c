/*
 * Loads the content pack for portal and for `congchao check`: reads all of it, tells all
 * that is wrong with it, and only then builds the bank. A bank never changes, and never
 * holds anything that a visitor could not have been shown.
 */
#include "common/lesson.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/lesson_pack.h"

struct bank {
	struct lesson_bank shown; /* first: what lesson_load hands out */
	struct lesson_audience audience; /* the one that there is for now */
	struct lesson *lessons;
	struct lesson_question *questions;
	struct lesson_text *lesson_texts; /* [lesson * languages + language] */
	struct lesson_question_text *question_texts;
	const char **ui; /* sorted: [name * (1 + languages)] is the name, then its sentences */
	size_t ui_count;
	char *strings; /* all of them */
};

/* The bank's texts of one item: a stale one is the fallback's, unless that is all there is. */
static void lesson_texts_fill(const struct lesson_pack *pack, size_t from, struct lesson_text *to)
{
	size_t languages = pack->conf->language_count;
	const struct lesson_pack_lesson_text *texts = &pack->lesson_texts[from * languages];

	for (size_t i = 0; i < languages; i++)
		to[i] = texts[texts[i].stale ? pack->fallback : i].text;
}

static void question_texts_fill(const struct lesson_pack *pack, size_t from,
				struct lesson_question_text *to)
{
	size_t languages = pack->conf->language_count;
	const struct lesson_pack_question_text *texts = &pack->question_texts[from * languages];

	for (size_t i = 0; i < languages; i++)
		to[i] = texts[texts[i].stale ? pack->fallback : i].text;
}

static void question_add(struct bank *bank, const struct lesson_pack *pack, size_t from,
			 size_t lesson)
{
	const struct lesson_pack_question *question = &pack->questions[from];
	struct lesson *owner = &bank->lessons[lesson];
	size_t index = bank->shown.question_count++;
	struct lesson_question_text *texts =
	    &bank->question_texts[index * pack->conf->language_count];

	question_texts_fill(pack, from, texts);
	owner->questions[owner->question_count++] = (uint16_t)index;
	bank->questions[index] = (struct lesson_question){
	    .id = question->item.id,
	    .form = question->form,
	    .options = question->options,
	    .key = question->key,
	    .lesson = (uint16_t)lesson,
	    .texts = texts,
	};
}

/* A lesson that is shown, with those of its questions that are. */
static void lesson_add(struct bank *bank, const struct lesson_pack *pack, size_t from)
{
	const struct lesson_pack_lesson *lesson = &pack->lessons[from];
	size_t index = bank->shown.lesson_count++;
	struct lesson_text *texts = &bank->lesson_texts[index * pack->conf->language_count];

	lesson_texts_fill(pack, from, texts);
	bank->lessons[index] = (struct lesson){
	    .id = lesson->item.id,
	    .texts = texts,
	};
	for (size_t i = 0; i < pack->question_count; i++) {
		if (pack->questions[i].lesson == lesson && !pack->questions[i].item.off)
			question_add(bank, pack, i, index);
	}
}

static int ui_compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void ui_fill(struct bank *bank, const struct lesson_pack *pack)
{
	size_t languages = pack->conf->language_count;

	for (size_t i = 0; i < bank->ui_count; i++) {
		const char **row = &bank->ui[i * (1 + languages)];

		row[0] = config_setting_name(config_setting_get_elem(pack->ui[0], (unsigned)i));
		for (size_t k = 0; k < languages; k++)
			row[1 + k] = lesson_cfg_string(pack->ui[k], row[0]);
	}
	qsort(bank->ui, bank->ui_count, (1 + languages) * sizeof(*bank->ui), ui_compare);
}

/* Calls each for every string that the bank points to. */
static void strings_each(struct bank *bank, void (*each)(void *arg, const char **string), void *arg)
{
	size_t languages = bank->shown.language_count;

	for (size_t i = 0; i < bank->shown.lesson_count; i++) {
		each(arg, &bank->lessons[i].id);
	}
	for (size_t i = 0; i < bank->shown.lesson_count * languages; i++) {
		each(arg, &bank->lesson_texts[i].title);
		each(arg, &bank->lesson_texts[i].body);
	}
	for (size_t i = 0; i < bank->shown.question_count; i++)
		each(arg, &bank->questions[i].id);
	for (size_t i = 0; i < bank->shown.question_count * languages; i++) {
		each(arg, &bank->question_texts[i].stem);
		for (size_t k = 0; k < bank->questions[i / languages].options; k++)
			each(arg, &bank->question_texts[i].options[k]);
		each(arg, &bank->question_texts[i].why);
	}
	for (size_t i = 0; i < bank->ui_count * (1 + languages); i++)
		each(arg, &bank->ui[i]);
}

static void string_measure(void *arg, const char **string)
{
	*(size_t *)arg += strlen(*string) + 1;
}

static void string_copy(void *arg, const char **string)
{
	char **to = arg;
	size_t size = strlen(*string) + 1;

	memcpy(*to, *string, size);
	*string = *to;
	*to += size;
}

/* Takes the strings over from the open files. */
static int strings_own(struct bank *bank)
{
	size_t size = 1; /* never nothing */
	char *to;

	strings_each(bank, string_measure, &size);
	to = bank->strings = malloc(size);
	if (to == NULL)
		return -1;
	strings_each(bank, string_copy, &to);
	return 0;
}

/* From a pack without an error; NULL when memory is out. */
static struct lesson_bank *bank_build(const struct lesson_pack *pack)
{
	size_t languages = pack->conf->language_count;
	struct bank *bank = calloc(1, sizeof(*bank));

	if (bank == NULL)
		return NULL;
	bank->ui_count = (size_t)config_setting_length(pack->ui[0]);
	bank->shown.language_count = languages;
	bank->lessons = calloc(pack->lesson_count, sizeof(*bank->lessons));
	bank->questions = calloc(pack->question_count, sizeof(*bank->questions));
	bank->lesson_texts = calloc(pack->lesson_count * languages, sizeof(*bank->lesson_texts));
	bank->question_texts =
	    calloc(pack->question_count * languages, sizeof(*bank->question_texts));
	bank->ui = calloc(bank->ui_count * (1 + languages) + 1, sizeof(*bank->ui));
	bank->shown.lessons = bank->lessons;
	bank->shown.questions = bank->questions;
	if (bank->lessons == NULL || bank->questions == NULL || bank->lesson_texts == NULL ||
	    bank->question_texts == NULL || bank->ui == NULL)
		goto fail;
	for (size_t i = 0; i < pack->lesson_count; i++) {
		if (!pack->lessons[i].item.off)
			lesson_add(bank, pack, i);
	}
	bank->audience.id = "citizen";
	bank->audience.lesson_count = (uint16_t)bank->shown.lesson_count;
	bank->shown.audiences = &bank->audience;
	bank->shown.audience_count = 1;
	ui_fill(bank, pack);
	if (strings_own(bank) == 0)
		return &bank->shown;
fail:
	lesson_free(&bank->shown);
	return NULL;
}

static void pack_open(struct lesson_pack *pack, const struct conf *conf, struct report *report)
{
	pack->conf = conf;
	pack->report = report;
	snprintf(pack->about.path, LESSON_CFG_PATH_SIZE, "%s/pack.cfg", conf->path_content);
	snprintf(pack->structure.path, LESSON_CFG_PATH_SIZE, "%s/structure.cfg",
		 conf->path_content);
	for (size_t i = 0; i < conf->language_count; i++)
		snprintf(pack->language[i].path, LESSON_CFG_PATH_SIZE, "%s/text/%s.cfg",
			 conf->path_content, conf->languages[i]);
}

static void pack_close(struct lesson_pack *pack)
{
	lesson_cfg_close(&pack->about);
	lesson_cfg_close(&pack->structure);
	for (size_t i = 0; i < CONF_LANGUAGES_MAX; i++)
		lesson_cfg_close(&pack->language[i]);
	free(pack->questions);
	free(pack->lessons);
	free(pack->question_texts);
	free(pack->lesson_texts);
	free(pack);
}

struct lesson_bank *lesson_load(const struct conf *conf, struct report *report)
{
	struct lesson_pack *pack = calloc(1, sizeof(*pack));
	unsigned errors_before = report->errors;
	struct lesson_bank *bank = NULL;

	if (pack == NULL)
		goto memory;
	pack_open(pack, conf, report);
	lesson_pack_read(pack);
	if (lesson_structure_read(pack) != 0 || lesson_text_read(pack) != 0)
		goto memory;
	if (report->errors != errors_before)
		goto out;
	bank = bank_build(pack);
	if (bank != NULL)
		goto out;
memory:
	report_error(report, conf->path_content, 0, "memory is out, expected enough to load it");
out:
	if (pack != NULL)
		pack_close(pack);
	return bank;
}

void lesson_free(struct lesson_bank *shown)
{
	struct bank *bank = (struct bank *)shown;

	if (bank == NULL)
		return;
	free(bank->lessons);
	free(bank->questions);
	free(bank->lesson_texts);
	free(bank->question_texts);
	free(bank->ui);
	free(bank->strings);
	free(bank);
}

int lesson_audience_find(const struct lesson_bank *bank, const char *id)
{
	for (size_t i = 0; i < bank->audience_count; i++)
		if (strcmp(bank->audiences[i].id, id) == 0)
			return (int)i;
	return -1;
}

const char *lesson_ui(const struct lesson_bank *shown, size_t language, const char *name)
{
	const struct bank *bank = (const struct bank *)shown;
	size_t row = 1 + shown->language_count;
	const char **found;

	if (language >= shown->language_count)
		return NULL;
	found = bsearch(&name, bank->ui, bank->ui_count, row * sizeof(*bank->ui), ui_compare);
	return found != NULL ? found[1 + language] : NULL;
}
