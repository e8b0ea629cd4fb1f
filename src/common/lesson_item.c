/*
 * The lessons and questions of structure.cfg: which option is right, what belongs together.
 * For lesson.c alone. No sentence for a human is in this file, so that a translator has no
 * reason to open it.
 */
#include "common/lesson_pack.h"

#include <stdio.h>
#include <string.h>

#include "common/lesson_day.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct lesson_cfg_field question_fields[] = {
    LESSON_CFG_MUST("id", STRING),	  LESSON_CFG_MUST("rev", NUMBER),
    LESSON_CFG_MUST("audience", STRING),  LESSON_CFG_MUST("objective", STRING),
    LESSON_CFG_MUST("form", STRING),	  LESSON_CFG_MUST("topic", STRING),
    LESSON_CFG_MUST("level", NUMBER),	  LESSON_CFG_MUST("kind", STRING),
    LESSON_CFG_MUST("options", STRINGS),  LESSON_CFG_MUST("key", STRING),
    LESSON_CFG_MUST("source", STRINGS),	  LESSON_CFG_MUST("fact", STRING),
    LESSON_CFG_MUST("review_by", STRING),
};

static const struct lesson_cfg_field lesson_fields[] = {
    LESSON_CFG_MUST("id", STRING),	  LESSON_CFG_MUST("rev", NUMBER),
    LESSON_CFG_MUST("audience", STRING),  LESSON_CFG_MUST("topic", STRING),
    LESSON_CFG_MUST("source", STRINGS),	  LESSON_CFG_MUST("fact", STRING),
    LESSON_CFG_MUST("review_by", STRING),
};

/* How sure a fact is, and why it is not shown, if it is not. */
static const char *const facts[] = {"verified", "general-practice", "check-before-print", "draft"};
static const char *const facts_off[COUNT(facts)] = {NULL, NULL, "confirm", "complete and confirm"};

static const char *const kinds[] = {"scenario", "fact", "recognition", "legitimate"};

static void fact_read(const struct lesson_pack *pack, const struct lesson_cfg_place *place,
		      struct lesson_pack_item *item)
{
	const char *fact = lesson_pack_word(place, item->at, "fact", facts, COUNT(facts));

	for (size_t i = 0; fact != NULL && i < COUNT(facts); i++) {
		if (facts_off[i] == NULL || strcmp(fact, facts[i]) != 0)
			continue;
		item->off = !pack->conf->unconfirmed;
		lesson_cfg_warning(place, item->at,
				   "not shown: fact is \"%s\", expected an editor to %s it", fact,
				   facts_off[i]);
	}
}

/* A router whose clock still stands at 1970 says nothing. */
static void review_check(const struct lesson_cfg_place *place, const config_setting_t *group)
{
	char date[LESSON_DAY_SIZE];
	int32_t day;

	if (lesson_pack_day(place, group, "review_by", &day) && day < lesson_day_now())
		lesson_cfg_warning(place, config_setting_get_member(group, "review_by"),
				   "review_by was %s, expected an editor to have checked it and set"
				   " a later day",
				   lesson_day_text(day, date));
}

/* Its place in the list of audiences; where there is no such list, lessons make it. */
static int audience_place(struct lesson_pack *pack, const struct lesson_cfg_place *place,
			  const struct lesson_pack_item *item)
{
	struct lesson_pack_list *list = &pack->list[LESSON_PACK_AUDIENCES];
	int found = item->audience != NULL ? lesson_index_find(&list->index, item->audience) : -1;

	if (found >= 0 || item->audience == NULL)
		return found;
	if (!list->listed)
		found = lesson_list_add(list, item->audience, item->at, LESSON_AUDIENCES_MAX);
	if (list->listed)
		lesson_cfg_error(place, config_setting_get_member(item->at, "audience"),
				 "audience \"%s\" is not in the list audiences, expected an id from"
				 " there",
				 item->audience);
	else if (found < 0)
		lesson_cfg_error(place, config_setting_get_member(item->at, "audience"),
				 "audience \"%s\" is one too many, expected at most %d",
				 item->audience, LESSON_AUDIENCES_MAX);
	return found;
}

static int topic_place(struct lesson_pack *pack, const struct lesson_cfg_place *place,
		       const config_setting_t *at)
{
	struct lesson_pack_list *list = &pack->list[LESSON_PACK_TOPICS];
	const char *topic = lesson_pack_id(place, at, "topic");
	int found = topic != NULL ? lesson_index_find(&list->index, topic) : -1;

	if (found >= 0 || topic == NULL)
		return found;
	found = lesson_list_add(list, topic, at, LESSON_PACK_ITEMS_MAX);
	if (found < 0)
		lesson_cfg_error(place, at, "topic \"%s\" is one too many, expected at most %d",
				 topic, LESSON_PACK_ITEMS_MAX);
	return found;
}

static void item_read(struct lesson_pack *pack, const struct lesson_cfg_place *place,
		      const config_setting_t *at, struct lesson_pack_item *item)
{
	item->at = at;
	item->id = lesson_cfg_string(at, "id");
	fact_read(pack, place, item);
	item->rev = lesson_cfg_number(place, at, "rev", 1, UINT16_MAX);
	item->audience = lesson_pack_id(place, at, "audience");
	item->topic_place = topic_place(pack, place, at);
	item->source = lesson_cfg_member(at, "source", LESSON_CFG_STRINGS);
	lesson_source_check(pack, place, at);
	review_check(place, at);
}

static void lesson_read(struct lesson_pack *pack, const struct lesson_cfg_place *place,
			const config_setting_t *at)
{
	struct lesson_pack_lesson *lesson =
	    &pack->lessons[pack->list[LESSON_PACK_LESSONS].count - 1];

	item_read(pack, place, at, &lesson->item);
	lesson->audience_place = audience_place(pack, place, &lesson->item);
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

/* After the lesson is known: a form is a letter, and each letter is there once. */
static void form_read(const struct lesson_cfg_place *place, struct lesson_pack_question *question)
{
	const config_setting_t *at = config_setting_get_member(question->item.at, "form");
	const char *form = lesson_cfg_string(question->item.at, "form");
	const struct lesson_pack_lesson *lesson = question->lesson;

	if (form == NULL)
		return;
	if (strlen(form) != 1 || form[0] < 'A' || form[0] > 'Z') {
		lesson_cfg_error(place, at, "form is \"%s\", expected one letter, \"A\" to \"Z\"",
				 form);
		return;
	}
	question->form = form[0];
	for (size_t i = 0; lesson != NULL && i < LESSON_FORMS_MAX && lesson->form[i] != NULL; i++) {
		if (lesson->form[i] != question && lesson->form[i]->form == form[0])
			lesson_cfg_error(place, at,
					 "form \"%s\" is %s already, expected another letter", form,
					 lesson->form[i]->item.id);
	}
}

static void lesson_join(const struct lesson_cfg_place *place, struct lesson_pack_lesson *lesson,
			struct lesson_pack_question *question)
{
	if (lesson->forms < LESSON_FORMS_MAX)
		lesson->form[lesson->forms] = question;
	lesson->forms++;
	lesson->forms_on += !question->item.off;
	if (lesson->forms == LESSON_FORMS_MAX + 1)
		lesson_cfg_error(place, question->item.at,
				 "one question too many for %s, expected at most %d",
				 lesson->item.id, LESSON_FORMS_MAX);
	if (question->item.audience != NULL && lesson->item.audience != NULL &&
	    strcmp(question->item.audience, lesson->item.audience) != 0)
		lesson_cfg_error(place, config_setting_get_member(question->item.at, "audience"),
				 "audience is \"%s\", expected \"%s\" as in its lesson",
				 question->item.audience, lesson->item.audience);
}

/* Its objective is the id of its lesson, and both are for the same people. */
static void objective_read(const struct lesson_cfg_place *place, struct lesson_pack *pack,
			   struct lesson_pack_question *question)
{
	const config_setting_t *at = question->item.at;
	const char *objective = lesson_cfg_string(at, "objective");
	int found;

	if (objective == NULL)
		return;
	found = lesson_index_find(&pack->list[LESSON_PACK_LESSONS].index, objective);
	if (found < 0) {
		lesson_cfg_error(place, config_setting_get_member(at, "objective"),
				 "objective \"%s\" has no lesson, expected the id of a lesson",
				 objective);
		return;
	}
	question->lesson = &pack->lessons[found];
	lesson_join(place, question->lesson, question);
}

static void question_read(struct lesson_pack *pack, const struct lesson_cfg_place *place,
			  const config_setting_t *at)
{
	struct lesson_pack_question *question =
	    &pack->questions[pack->list[LESSON_PACK_QUESTIONS].count - 1];

	item_read(pack, place, at, &question->item);
	objective_read(place, pack, question);
	form_read(place, question);
	question->level = (uint8_t)lesson_cfg_number(place, at, "level", 1, 3);
	(void)lesson_pack_word(place, at, "kind", kinds, COUNT(kinds));
	options_read(place, at, question);
	key_read(place, at, question);
}

const struct lesson_list_rule lesson_item_lessons = {
    .kind = LESSON_PACK_LESSONS,
    .max = LESSON_PACK_ITEMS_MAX,
    .fields = lesson_fields,
    .field_count = COUNT(lesson_fields),
    .read = lesson_read,
};

const struct lesson_list_rule lesson_item_questions = {
    .kind = LESSON_PACK_QUESTIONS,
    .max = LESSON_PACK_ITEMS_MAX,
    .fields = question_fields,
    .field_count = COUNT(question_fields),
    .read = question_read,
};
