/*
 * The fixed sentences of the pages, ui in text/LANG.cfg: whatever names they have, every
 * language has the same ones with the same {placeholders}. For lesson.c alone.
 */
#include "common/lesson_pack.h"

#include <stdio.h>
#include <string.h>

void lesson_ui_read(struct lesson_pack *pack, const config_setting_t *root, size_t language)
{
	const config_setting_t *ui = lesson_cfg_member(root, "ui", LESSON_CFG_GROUP);
	int length = ui != NULL ? config_setting_length(ui) : 0;
	struct lesson_cfg_place place;

	pack->ui[language] = ui;
	lesson_cfg_place(&place, &pack->language[language], pack->report);
	snprintf(place.what, sizeof(place.what), "ui: ");
	for (int i = 0; i < length; i++) {
		const config_setting_t *at = config_setting_get_elem(ui, (unsigned)i);

		if (lesson_cfg_is(&place, at, LESSON_CFG_STRING))
			lesson_pack_text(&place, at);
	}
}

/* Says which {placeholders} of one language's sentence another one lacks. */
static void placeholders_compare(const struct lesson_cfg_place *place, const char *has,
				 const char *language, const config_setting_t *other)
{
	const char *text = config_setting_get_string(other);

	for (has = strchr(has, '{'); has != NULL; has = strchr(has + 1, '{')) {
		char placeholder[32];

		snprintf(placeholder, sizeof(placeholder), "%.*s", (int)strcspn(has, "}") + 1, has);
		if (strstr(text, placeholder) == NULL)
			lesson_cfg_error(place, other, "%s has no %s, expected it as in \"%s\"",
					 config_setting_name(other), placeholder, language);
	}
}

/* Does a language before this one have the name? It has then told of it. */
static bool earlier_has(const struct lesson_pack *pack, size_t language, const char *name)
{
	for (size_t i = 0; i < language; i++) {
		if (pack->ui[i] != NULL && config_setting_get_member(pack->ui[i], name) != NULL)
			return true;
	}
	return false;
}

/* What one language has and another must have too. */
static void pair_compare(const struct lesson_pack *pack, size_t has, size_t other)
{
	int length = config_setting_length(pack->ui[has]);
	const char *language = pack->conf->languages[has];
	struct lesson_cfg_place place;

	lesson_cfg_place(&place, &pack->language[other], pack->report);
	snprintf(place.what, sizeof(place.what), "ui: ");
	for (int i = 0; i < length; i++) {
		const config_setting_t *here = config_setting_get_elem(pack->ui[has], (unsigned)i);
		const char *name = config_setting_name(here);
		const config_setting_t *there = config_setting_get_member(pack->ui[other], name);
		const char *text = lesson_cfg_string(pack->ui[has], name);

		if (there == NULL && !earlier_has(pack, has, name))
			lesson_cfg_error(&place, pack->ui[other],
					 "%s is missing, expected it because \"%s\" has it", name,
					 language);
		/* Against the first language only: one mistake, one line. */
		if (text != NULL && there != NULL &&
		    lesson_cfg_string(pack->ui[other], name) != NULL && (has == 0 || other == 0))
			placeholders_compare(&place, text, language, there);
	}
}

void lesson_ui_compare(const struct lesson_pack *pack)
{
	for (size_t has = 0; has < pack->conf->language_count; has++) {
		for (size_t other = 0; other < pack->conf->language_count; other++) {
			if (has != other && pack->ui[has] != NULL && pack->ui[other] != NULL)
				pair_compare(pack, has, other);
		}
	}
}
