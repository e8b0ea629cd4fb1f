/*
 * structure.cfg: what there is in a pack, and whether it is enough to ask with. For
 * lesson.c alone. What is not enough is not shown, and is said.
 */
#include "common/lesson_pack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct lesson_cfg_field root_fields[] = {
    LESSON_CFG_MUST("questions", GROUPS), LESSON_CFG_MUST("lessons", GROUPS),
    LESSON_CFG_MAY("audiences", GROUPS),  LESSON_CFG_MAY("sources", GROUPS),
    LESSON_CFG_MAY("radio", GROUPS),
};

/* Every objective needs two forms: one before the lesson and a sibling after it. */
static void forms_check(const struct lesson_pack *pack, struct lesson_pack_lesson *lesson)
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

/* Returns the most lessons that any audience has. */
static size_t audiences_count(struct lesson_pack *pack)
{
	size_t most = 0;

	for (size_t i = 0; i < pack->list[LESSON_PACK_LESSONS].count; i++) {
		const struct lesson_pack_lesson *lesson = &pack->lessons[i];

		if (!lesson->item.off && lesson->audience_place >= 0)
			pack->audiences[lesson->audience_place].lessons++;
	}
	for (size_t i = 0; i < pack->list[LESSON_PACK_AUDIENCES].count; i++) {
		pack->audiences[i].offered = pack->audiences[i].lessons >= 2;
		if (pack->audiences[i].lessons > most)
			most = pack->audiences[i].lessons;
	}
	return most;
}

/* The last question is about another lesson than the first two. */
static void audiences_check(struct lesson_pack *pack)
{
	const struct lesson_pack_list *list = &pack->list[LESSON_PACK_AUDIENCES];
	size_t most = audiences_count(pack);
	struct lesson_cfg_place place;

	lesson_cfg_place(&place, &pack->structure, pack->report);
	if (most < 2)
		lesson_cfg_error(
		    &place,
		    config_setting_get_member(config_root_setting(&pack->structure.config),
					      "lessons"),
		    "lessons to show: %zu%s, expected at least 2: the last question is about"
		    " another lesson",
		    most, list->count > 1 ? " for any one audience" : "");
	for (size_t i = 0; most >= 2 && i < list->count; i++) {
		if (!pack->audiences[i].offered)
			lesson_cfg_warning(&place, list->at[i],
					   "audience %s is not offered: lessons to show: %zu,"
					   " expected at least 2",
					   list->ids[i], pack->audiences[i].lessons);
	}
}

/* A lesson of an audience that nobody can choose is not in the bank, nor read out. */
static void lessons_check(struct lesson_pack *pack)
{
	const struct lesson_pack_list *list = &pack->list[LESSON_PACK_LESSONS];

	for (size_t i = 0; i < list->count; i++)
		forms_check(pack, &pack->lessons[i]);
	audiences_check(pack);
	for (size_t i = 0; i < list->count; i++) {
		struct lesson_pack_lesson *lesson = &pack->lessons[i];

		lesson->item.off |=
		    lesson->audience_place < 0 || !pack->audiences[lesson->audience_place].offered;
	}
}

static void radio_check(const struct lesson_pack *pack)
{
	const struct lesson_pack_list *list = &pack->list[LESSON_PACK_RADIO];
	struct lesson_cfg_place place;

	lesson_cfg_place(&place, &pack->structure, pack->report);
	for (size_t i = 0; i < list->count; i++) {
		lesson_cfg_place_item(&place, "radio", list->ids[i]);
		if (pack->radio[i] != NULL && pack->radio[i]->item.off)
			lesson_cfg_warning(&place, list->at[i],
					   "not published: its lesson %s is not shown",
					   pack->radio[i]->item.id);
	}
}

/* Texts are held against what structure.cfg lists only if that could be read. */
static void lists_known(struct lesson_pack *pack)
{
	for (size_t i = 0; i < LESSON_PACK_KIND__MAX; i++) {
		if (i != LESSON_PACK_CONTACTS)
			pack->list[i].known = true;
	}
}

int lesson_structure_read(struct lesson_pack *pack)
{
	const config_setting_t *root;
	struct lesson_cfg_place place;

	if (lesson_cfg_open(&pack->structure, "the list of lessons and questions", pack->report) !=
	    0)
		return 0;
	root = config_root_setting(&pack->structure.config);
	lesson_cfg_place(&place, &pack->structure, pack->report);
	lesson_cfg_check(&place, root, root_fields, sizeof(root_fields) / sizeof(root_fields[0]));
	if (lesson_cfg_member(root, "questions", LESSON_CFG_GROUPS) == NULL ||
	    lesson_cfg_member(root, "lessons", LESSON_CFG_GROUPS) == NULL)
		return 0;
	pack->questions = calloc(lesson_list_length(&pack->structure, &lesson_item_questions) + 1,
				 sizeof(*pack->questions));
	pack->lessons = calloc(lesson_list_length(&pack->structure, &lesson_item_lessons) + 1,
			       sizeof(*pack->lessons));
	if (pack->questions == NULL || pack->lessons == NULL)
		return -1;
	lists_known(pack);
	lesson_group_read(pack);
	lesson_list_read(pack, &pack->structure, &lesson_item_lessons);
	lesson_list_read(pack, &pack->structure, &lesson_item_questions);
	lesson_radio_read(pack);
	lessons_check(pack);
	radio_check(pack);
	return 0;
}
