/*
 * Where the facts of an item come from: ids in structure.cfg, short names in the texts, one
 * line of them for a page. For lesson.c alone.
 */
#include "common/lesson_pack.h"

#include <stdio.h>
#include <string.h>

void lesson_source_check(const struct lesson_pack *pack, const struct lesson_cfg_place *place,
			 const config_setting_t *item)
{
	const config_setting_t *list = lesson_cfg_member(item, "source", LESSON_CFG_STRINGS);
	const struct lesson_pack_list *known = &pack->list[LESSON_PACK_SOURCES];
	int length = list != NULL ? config_setting_length(list) : 0;

	if (length > LESSON_PACK_SOURCES_MAX)
		lesson_cfg_error(place, list, "source has %d, expected at most %d", length,
				 LESSON_PACK_SOURCES_MAX);
	for (int i = 0; known->listed && i < length; i++) {
		const char *id = config_setting_get_string_elem(list, i);

		if (lesson_index_find(&known->index, id) < 0)
			lesson_cfg_error(place, list,
					 "source \"%s\" is not in the list sources, expected an id"
					 " from there",
					 id);
	}
}

/* A source's name; NULL where the pack has no names. */
static const char *name_of(const struct lesson_pack *pack, const char *id, size_t language)
{
	const struct lesson_pack_list *sources = &pack->list[LESSON_PACK_SOURCES];
	int place = lesson_index_find(&sources->index, id);

	return place >= 0 ? sources->names[(size_t)place * pack->conf->language_count + language]
			  : NULL;
}

size_t lesson_source_text(const struct lesson_pack *pack, const struct lesson_pack_item *item,
			  size_t language, char *out, size_t size)
{
	int length = item->source != NULL ? config_setting_length(item->source) : 0;
	size_t used = 0;

	*out = '\0';
	for (int i = 0; i < length && i < LESSON_PACK_SOURCES_MAX; i++) {
		const char *name =
		    name_of(pack, config_setting_get_string_elem(item->source, i), language);
		size_t at = used < size ? used : size - 1;

		if (name != NULL)
			used += (size_t)snprintf(out + at, size - at, "%s%s", used > 0 ? "; " : "",
						 name);
	}
	return used;
}

static void length_check(const struct lesson_pack *pack, enum lesson_pack_kind kind,
			 const struct lesson_pack_item *item)
{
	char text[LESSON_TEXT_MAX + 1];
	struct lesson_cfg_place place;

	lesson_cfg_place(&place, &pack->structure, pack->report);
	lesson_cfg_place_item(&place, lesson_list_one(kind), item->id);
	for (size_t i = 0; i < pack->conf->language_count; i++) {
		size_t length = lesson_source_text(pack, item, i, text, sizeof(text));

		if (length < sizeof(text))
			continue;
		lesson_cfg_error(&place, item->source,
				 "the names of its sources in \"%s\" have %zu bytes together,"
				 " expected at most %d",
				 pack->conf->languages[i], length, LESSON_TEXT_MAX);
		return;
	}
}

void lesson_source_lengths(const struct lesson_pack *pack)
{
	for (size_t i = 0; i < pack->list[LESSON_PACK_LESSONS].count; i++)
		length_check(pack, LESSON_PACK_LESSONS, &pack->lessons[i].item);
	for (size_t i = 0; i < pack->list[LESSON_PACK_QUESTIONS].count; i++)
		length_check(pack, LESSON_PACK_QUESTIONS, &pack->questions[i].item);
}
