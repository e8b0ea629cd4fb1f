/*
 * What lessons are sorted under and come from, and what is read aloud: audiences, sources
 * and radio of structure.cfg. All three may be left out. For lesson.c alone.
 */
#include "common/lesson_pack.h"

#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct lesson_cfg_field audience_fields[] = {
    LESSON_CFG_MUST("id", STRING),
    LESSON_CFG_MAY("target", NUMBER),
};

static const struct lesson_cfg_field source_fields[] = {
    LESSON_CFG_MUST("id", STRING),
    LESSON_CFG_MAY("url", STRING),
    LESSON_CFG_MUST("status", STRING),
};

static const struct lesson_cfg_field radio_fields[] = {
    LESSON_CFG_MUST("id", STRING),
    LESSON_CFG_MUST("objective", STRING),
};

/* How well the source of a fact was seen. */
static const char *const statuses[] = {"primary", "secondary", "memory"};

static void audience_read(struct lesson_pack *pack, const struct lesson_cfg_place *place,
			  const config_setting_t *at)
{
	size_t index = pack->list[LESSON_PACK_AUDIENCES].count - 1;

	pack->audiences[index].target_percent = lesson_cfg_number(place, at, "target", 0, 100);
}

/* What is printed as a link must be one. */
static void source_read(struct lesson_pack *pack, const struct lesson_cfg_place *place,
			const config_setting_t *at)
{
	const char *url = lesson_cfg_string(at, "url");

	(void)pack;
	(void)lesson_pack_word(place, at, "status", statuses, COUNT(statuses));
	if (url == NULL)
		return;
	if (strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0)
		lesson_cfg_error(place, config_setting_get_member(at, "url"),
				 "url is \"%s\", expected it to begin with https:// or http://",
				 url);
	lesson_pack_text(place, config_setting_get_member(at, "url"));
}

static void radio_read(struct lesson_pack *pack, const struct lesson_cfg_place *place,
		       const config_setting_t *at)
{
	size_t index = pack->list[LESSON_PACK_RADIO].count - 1;
	const char *objective = lesson_cfg_string(at, "objective");
	int lesson;

	if (objective == NULL)
		return;
	lesson = lesson_index_find(&pack->list[LESSON_PACK_LESSONS].index, objective);
	if (lesson < 0)
		lesson_cfg_error(place, config_setting_get_member(at, "objective"),
				 "objective \"%s\" has no lesson, expected the id of a lesson",
				 objective);
	else
		pack->radio[index] = &pack->lessons[lesson];
}

static const struct lesson_list_rule audiences = {
    .kind = LESSON_PACK_AUDIENCES,
    .max = LESSON_AUDIENCES_MAX,
    .fields = audience_fields,
    .field_count = COUNT(audience_fields),
    .read = audience_read,
};

static const struct lesson_list_rule sources = {
    .kind = LESSON_PACK_SOURCES,
    .max = LESSON_PACK_ITEMS_MAX,
    .fields = source_fields,
    .field_count = COUNT(source_fields),
    .read = source_read,
};

static const struct lesson_list_rule radio = {
    .kind = LESSON_PACK_RADIO,
    .max = LESSON_RADIO_MAX,
    .fields = radio_fields,
    .field_count = COUNT(radio_fields),
    .read = radio_read,
};

void lesson_group_read(struct lesson_pack *pack)
{
	lesson_list_read(pack, &pack->structure, &sources);
	lesson_list_read(pack, &pack->structure, &audiences);
}

void lesson_radio_read(struct lesson_pack *pack)
{
	lesson_list_read(pack, &pack->structure, &radio);
}
