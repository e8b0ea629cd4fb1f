/*
 * structure.cfg: which questions and lessons there are, which option is right, what
 * belongs together. For lesson.c alone. No sentence for a human is in this file, so that
 * a translator has no reason to open it.
 */
#include "common/lesson_pack.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct lesson_cfg_field root_fields[] = {
    {"questions", LESSON_CFG_GROUPS},
    {"lessons", LESSON_CFG_GROUPS},
};

static const struct lesson_cfg_field question_fields[] = {
    {"id", LESSON_CFG_STRING},	      {"rev", LESSON_CFG_NUMBER},
    {"audience", LESSON_CFG_STRING},  {"objective", LESSON_CFG_STRING},
    {"form", LESSON_CFG_STRING},      {"topic", LESSON_CFG_STRING},
    {"level", LESSON_CFG_NUMBER},     {"kind", LESSON_CFG_STRING},
    {"options", LESSON_CFG_STRINGS},  {"key", LESSON_CFG_STRING},
    {"source", LESSON_CFG_STRINGS},   {"fact", LESSON_CFG_STRING},
    {"review_by", LESSON_CFG_STRING},
};

static const struct lesson_cfg_field lesson_fields[] = {
    {"id", LESSON_CFG_STRING},	      {"rev", LESSON_CFG_NUMBER},
    {"audience", LESSON_CFG_STRING},  {"topic", LESSON_CFG_STRING},
    {"source", LESSON_CFG_STRINGS},   {"fact", LESSON_CFG_STRING},
    {"review_by", LESSON_CFG_STRING},
};

static const char check_first[] = "check-before-print";

static const char *const facts[] = {"verified", "general-practice", check_first};
static const char *const kinds[] = {"scenario", "fact", "recognition", "legitimate"};

/* A router whose clock still stands at 1970 says nothing. */
static void review_check(const struct lesson_cfg_place *place, const config_setting_t *group)
{
	const char *date = lesson_pack_date(place, group, "review_by");
	time_t now = time(NULL);
	char today[16] = "";
	struct tm tm;

	if (date == NULL || gmtime_r(&now, &tm) == NULL)
		return;
	strftime(today, sizeof(today), "%Y-%m-%d", &tm);
	if (strcmp(date, today) < 0)
		lesson_cfg_warning(place, config_setting_get_member(group, "review_by"),
				   "review_by was %s, expected an editor to have checked it and set"
				   " a later day",
				   date);
}

/* The label of an item for messages: its id, or its place in the list. */
static void item_place(struct lesson_cfg_place *place, const struct lesson_pack *pack,
		       const char *kind, const config_setting_t *at, int index)
{
	const char *id =
	    config_setting_type(at) == CONFIG_TYPE_GROUP ? lesson_cfg_string(at, "id") : NULL;
	char number[16];

	snprintf(number, sizeof(number), "%d", index + 1);
	lesson_cfg_place(place, &pack->structure, pack->report);
	lesson_cfg_place_item(place, kind, id != NULL ? id : number);
}

static void item_read(const struct lesson_cfg_place *place, struct lesson_pack_item *item)
{
	const char *fact = lesson_pack_word(place, item->at, "fact", facts, COUNT(facts));

	item->rev = lesson_cfg_number(place, item->at, "rev", 1, INT_MAX);
	item->audience = lesson_pack_id(place, item->at, "audience");
	item->off = fact != NULL && strcmp(fact, check_first) == 0;
	if (item->off)
		lesson_cfg_warning(place, item->at,
				   "not shown: fact is \"%s\", expected an editor to confirm it",
				   check_first);
	review_check(place, item->at);
}

static bool item_is_first(const struct lesson_cfg_place *place, const config_setting_t *at,
			  const struct lesson_pack_item *earlier)
{
	if (earlier == NULL)
		return true;
	lesson_cfg_error(place, config_setting_get_member(at, "id"),
			 "id is used in line %u already, expected another",
			 config_setting_source_line(earlier->at));
	return false;
}

static struct lesson_pack_lesson *lesson_find(const struct lesson_pack *pack, const char *id)
{
	for (size_t i = 0; i < pack->lesson_count; i++) {
		if (strcmp(pack->lessons[i].item.id, id) == 0)
			return &pack->lessons[i];
	}
	return NULL;
}

static void lesson_read(struct lesson_pack *pack, const config_setting_t *at, int index)
{
	struct lesson_pack_lesson *lesson = &pack->lessons[pack->lesson_count];
	const struct lesson_pack_lesson *earlier;
	struct lesson_cfg_place place;
	const char *id;

	item_place(&place, pack, "lesson", at, index);
	if (!lesson_cfg_is(&place, at, LESSON_CFG_GROUP))
		return;
	lesson_cfg_check(&place, at, lesson_fields, COUNT(lesson_fields));
	id = lesson_pack_id(&place, at, "id");
	if (id == NULL)
		return;
	earlier = lesson_find(pack, id);
	if (!item_is_first(&place, at, earlier != NULL ? &earlier->item : NULL))
		return;
	lesson->item = (struct lesson_pack_item){.at = at, .id = id};
	item_read(&place, &lesson->item);
	pack->lesson_count++;
}

static const struct lesson_pack_item *question_find(const struct lesson_pack *pack, const char *id)
{
	for (size_t i = 0; i < pack->question_count; i++) {
		if (strcmp(pack->questions[i].item.id, id) == 0)
			return &pack->questions[i].item;
	}
	return NULL;
}

/* Takes an option's name into the question; false, having said so, if it cannot. */
static bool option_add(const struct lesson_cfg_place *place, const config_setting_t *options,
		       int index, struct lesson_pack_question *question)
{
	const char *name = config_setting_get_string_elem(options, index);

	if (strlen(name) != 1 || name[0] < 'a' || name[0] >= 'a' + LESSON_OPTIONS_MAX) {
		lesson_cfg_error(place, options, "option \"%s\", expected one of \"a\" to \"%c\"",
				 name, 'a' + LESSON_OPTIONS_MAX - 1);
		return false;
	}
	if (memchr(question->option, name[0], question->options) != NULL) {
		lesson_cfg_error(place, options, "option \"%s\" twice, expected each once", name);
		return false;
	}
	question->option[question->options++] = name[0];
	return true;
}

/* Leaves options at 0 when they cannot be used: their texts are then not asked for. */
static void options_read(const struct lesson_cfg_place *place, const config_setting_t *group,
			 struct lesson_pack_question *question)
{
	const config_setting_t *options = lesson_cfg_member(group, "options", LESSON_CFG_STRINGS);
	int length = options != NULL ? config_setting_length(options) : 0;
	bool good = options != NULL;

	if (options != NULL && (length < LESSON_OPTIONS_MIN || length > LESSON_OPTIONS_MAX)) {
		lesson_cfg_error(place, options, "options has %d, expected %d to %d", length,
				 LESSON_OPTIONS_MIN, LESSON_OPTIONS_MAX);
		good = false;
	}
	for (int i = 0; good && i < length; i++)
		good = option_add(place, options, i, question);
	if (!good)
		question->options = 0;
}

static void key_read(const struct lesson_cfg_place *place, const config_setting_t *group,
		     struct lesson_pack_question *question)
{
	const char *key = lesson_cfg_string(group, "key");
	const char *found;

	if (key == NULL || question->options == 0)
		return;
	found = strlen(key) == 1 ? memchr(question->option, key[0], question->options) : NULL;
	if (found != NULL)
		question->key = (uint8_t)(found - question->option);
	else
		lesson_cfg_error(place, config_setting_get_member(group, "key"),
				 "key is \"%s\", expected exactly one of the options", key);
}

static const struct lesson_pack_question *
form_find(const struct lesson_pack *pack, const struct lesson_pack_lesson *lesson, char form)
{
	for (size_t i = 0; i < pack->question_count; i++) {
		if (pack->questions[i].lesson == lesson && pack->questions[i].form == form)
			return &pack->questions[i];
	}
	return NULL;
}

/* After the lesson is known: a form is a letter, and each letter is there once. */
static void form_read(const struct lesson_cfg_place *place, const struct lesson_pack *pack,
		      struct lesson_pack_question *question)
{
	const config_setting_t *at = config_setting_get_member(question->item.at, "form");
	const char *form = lesson_cfg_string(question->item.at, "form");
	const struct lesson_pack_question *earlier;

	if (form == NULL)
		return;
	if (strlen(form) != 1 || form[0] < 'A' || form[0] > 'Z') {
		lesson_cfg_error(place, at, "form is \"%s\", expected one letter, \"A\" to \"Z\"",
				 form);
		return;
	}
	earlier = question->lesson != NULL ? form_find(pack, question->lesson, form[0]) : NULL;
	if (earlier != NULL)
		lesson_cfg_error(place, at, "form \"%s\" is %s already, expected another letter",
				 form, earlier->item.id);
	question->form = form[0];
}

/* Its objective is the id of its lesson, and both are for the same people. */
static void objective_read(const struct lesson_cfg_place *place, const struct lesson_pack *pack,
			   struct lesson_pack_question *question)
{
	const config_setting_t *at = question->item.at;
	const char *objective = lesson_cfg_string(at, "objective");
	struct lesson_pack_lesson *lesson = objective != NULL ? lesson_find(pack, objective) : NULL;

	question->lesson = lesson;
	if (objective == NULL)
		return;
	if (lesson == NULL) {
		lesson_cfg_error(place, config_setting_get_member(at, "objective"),
				 "objective \"%s\" has no lesson, expected the id of a lesson",
				 objective);
		return;
	}
	lesson->forms++;
	lesson->forms_on += !question->item.off;
	if (lesson->forms == LESSON_FORMS_MAX + 1)
		lesson_cfg_error(place, at, "one question too many for %s, expected at most %d",
				 objective, LESSON_FORMS_MAX);
	if (question->item.audience != NULL && lesson->item.audience != NULL &&
	    strcmp(question->item.audience, lesson->item.audience) != 0)
		lesson_cfg_error(place, config_setting_get_member(at, "audience"),
				 "audience is \"%s\", expected \"%s\" as in its lesson",
				 question->item.audience, lesson->item.audience);
}

static void question_read(struct lesson_pack *pack, const config_setting_t *at, int index)
{
	struct lesson_pack_question *question = &pack->questions[pack->question_count];
	struct lesson_cfg_place place;
	const char *id;

	item_place(&place, pack, "question", at, index);
	if (!lesson_cfg_is(&place, at, LESSON_CFG_GROUP))
		return;
	lesson_cfg_check(&place, at, question_fields, COUNT(question_fields));
	id = lesson_pack_id(&place, at, "id");
	if (id == NULL || !item_is_first(&place, at, question_find(pack, id)))
		return;
	question->item = (struct lesson_pack_item){.at = at, .id = id};
	item_read(&place, &question->item);
	objective_read(&place, pack, question);
	form_read(&place, pack, question);
	(void)lesson_cfg_number(&place, at, "level", 1, 3);
	(void)lesson_pack_word(&place, at, "kind", kinds, COUNT(kinds));
	options_read(&place, at, question);
	key_read(&place, at, question);
	pack->question_count++;
}

/* Every objective needs two forms: one before the lesson and a sibling after it. */
static void forms_check(struct lesson_pack *pack, struct lesson_pack_lesson *lesson)
{
	struct lesson_cfg_place place;

	lesson_cfg_place(&place, &pack->structure, pack->report);
	lesson_cfg_place_item(&place, "lesson", lesson->item.id);
	if (lesson->forms < 2) {
		lesson_cfg_error(&place, lesson->item.at,
				 "questions with this objective: %u, expected at least 2 forms",
				 lesson->forms);
	} else if (lesson->forms_on < 2 && !lesson->item.off) {
		lesson_cfg_warning(&place, lesson->item.at,
				   "not shown: questions to show: %u, expected at least 2 forms",
				   lesson->forms_on);
		lesson->item.off = true;
	}
}

static void lessons_check(struct lesson_pack *pack, const config_setting_t *list)
{
	struct lesson_cfg_place place;
	size_t on = 0;

	for (size_t i = 0; i < pack->lesson_count; i++) {
		forms_check(pack, &pack->lessons[i]);
		on += !pack->lessons[i].item.off;
	}
	lesson_cfg_place(&place, &pack->structure, pack->report);
	if (on < 2)
		lesson_cfg_error(
		    &place, list,
		    "lessons to show: %zu, expected at least 2: the last question is about"
		    " another lesson",
		    on);
}

/* A list of groups and its length, 0 when there is none or it is too long. */
static const config_setting_t *list_read(const struct lesson_cfg_place *place,
					 const config_setting_t *root, const char *name,
					 int *length)
{
	const config_setting_t *list = lesson_cfg_member(root, name, LESSON_CFG_GROUPS);

	*length = list != NULL ? config_setting_length(list) : 0;
	if (*length > LESSON_PACK_ITEMS_MAX) {
		lesson_cfg_error(place, list, "%s has %d, expected at most %d", name, *length,
				 LESSON_PACK_ITEMS_MAX);
		*length = 0;
	}
	return list;
}

int lesson_structure_read(struct lesson_pack *pack)
{
	const config_setting_t *root, *questions, *lessons;
	struct lesson_cfg_place place;
	int question_count, lesson_count;

	if (lesson_cfg_open(&pack->structure, "the list of lessons and questions", pack->report) !=
	    0)
		return 0;
	root = config_root_setting(&pack->structure.config);
	lesson_cfg_place(&place, &pack->structure, pack->report);
	lesson_cfg_check(&place, root, root_fields, COUNT(root_fields));
	questions = list_read(&place, root, "questions", &question_count);
	lessons = list_read(&place, root, "lessons", &lesson_count);
	if (questions == NULL || lessons == NULL)
		return 0;
	pack->structured = true;
	pack->questions = calloc((size_t)question_count + 1, sizeof(*pack->questions));
	pack->lessons = calloc((size_t)lesson_count + 1, sizeof(*pack->lessons));
	if (pack->questions == NULL || pack->lessons == NULL)
		return -1;
	for (int i = 0; i < lesson_count; i++)
		lesson_read(pack, config_setting_get_elem(lessons, (unsigned)i), i);
	for (int i = 0; i < question_count; i++)
		question_read(pack, config_setting_get_elem(questions, (unsigned)i), i);
	lessons_check(pack, lessons);
	return 0;
}
