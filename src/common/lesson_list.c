/*
 * Reads what a pack's files list, ( { id = "..."; ... }, ... ), one item like another: its
 * fields, its id, that it is there once. For lesson.c alone. What one kind has of its own
 * is in the rule that is given.
 */
#include "common/lesson_pack.h"

#include <stdio.h>

static const struct {
	const char *one, *all;
} words[LESSON_PACK_KIND__MAX] = {
    [LESSON_PACK_AUDIENCES] = {"audience", "audiences"},
    [LESSON_PACK_SOURCES] = {"source", "sources"},
    [LESSON_PACK_LESSONS] = {"lesson", "lessons"},
    [LESSON_PACK_QUESTIONS] = {"question", "questions"},
    [LESSON_PACK_RADIO] = {"radio", "radio"},
    [LESSON_PACK_TOPICS] = {"topic", "topics"},
    [LESSON_PACK_CONTACTS] = {"contact", "contacts"},
};

const char *lesson_list_one(enum lesson_pack_kind kind)
{
	return words[kind].one;
}

const char *lesson_list_all(enum lesson_pack_kind kind)
{
	return words[kind].all;
}

int lesson_list_add(struct lesson_pack_list *list, const char *id, const config_setting_t *at,
		    size_t max)
{
	size_t place = list->count;

	if (place == max || place == LESSON_PACK_ITEMS_MAX)
		return -1;
	lesson_index_add(&list->index, id, (uint16_t)place);
	list->ids[place] = id;
	list->at[place] = at;
	list->count++;
	return (int)place;
}

/* The label of an item for messages: its id, or its place in the file. */
static void item_place(struct lesson_cfg_place *place, enum lesson_pack_kind kind,
		       const config_setting_t *at, size_t index)
{
	const char *id =
	    config_setting_type(at) == CONFIG_TYPE_GROUP ? lesson_cfg_string(at, "id") : NULL;
	char number[24];

	snprintf(number, sizeof(number), "%zu", index + 1);
	lesson_cfg_place_item(place, words[kind].one, id != NULL ? id : number);
}

static void item_read(struct lesson_pack *pack, const struct lesson_cfg_place *place,
		      const config_setting_t *at, const struct lesson_list_rule *rule)
{
	struct lesson_pack_list *list = &pack->list[rule->kind];
	const char *id;
	int earlier;

	if (!lesson_cfg_is(place, at, LESSON_CFG_GROUP))
		return;
	lesson_cfg_check(place, at, rule->fields, rule->field_count);
	id = lesson_pack_id(place, at, "id");
	if (id == NULL)
		return;
	earlier = lesson_index_find(&list->index, id);
	if (earlier >= 0) {
		lesson_cfg_error(place, config_setting_get_member(at, "id"),
				 "id is used in line %u already, expected another",
				 config_setting_source_line(list->at[earlier]));
		return;
	}
	if (lesson_list_add(list, id, at, (size_t)rule->max) >= 0)
		rule->read(pack, place, at);
}

static const config_setting_t *list_of(const struct lesson_cfg *file,
				       const struct lesson_list_rule *rule)
{
	return lesson_cfg_member(config_root_setting(&file->config), words[rule->kind].all,
				 LESSON_CFG_GROUPS);
}

size_t lesson_list_length(const struct lesson_cfg *file, const struct lesson_list_rule *rule)
{
	const config_setting_t *list = list_of(file, rule);
	int length = list != NULL ? config_setting_length(list) : 0;

	return (size_t)(length < rule->max ? length : rule->max);
}

void lesson_list_read(struct lesson_pack *pack, const struct lesson_cfg *file,
		      const struct lesson_list_rule *rule)
{
	const config_setting_t *list = list_of(file, rule);
	size_t length = lesson_list_length(file, rule);
	struct lesson_cfg_place place;

	if (list == NULL)
		return;
	lesson_cfg_place(&place, file, pack->report);
	if (config_setting_length(list) > rule->max)
		lesson_cfg_error(&place, list, "%s has %d, expected at most %d",
				 words[rule->kind].all, config_setting_length(list), rule->max);
	pack->list[rule->kind].listed = true;
	for (size_t i = 0; i < length; i++) {
		const config_setting_t *at = config_setting_get_elem(list, (unsigned)i);

		item_place(&place, rule->kind, at, i);
		item_read(pack, &place, at, rule);
	}
}
