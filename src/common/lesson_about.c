/*
 * pack.cfg: what a content pack is, who may use it, and which language stands in for a
 * text that is stale. For lesson.c alone.
 */
#include "common/lesson_pack.h"

#include <string.h>

static const struct lesson_cfg_field fields[] = {
    LESSON_CFG_MUST("id", STRING),	 LESSON_CFG_MUST("version", STRING),
    LESSON_CFG_MUST("licence", STRING),	 LESSON_CFG_MUST("default_lang", STRING),
    LESSON_CFG_MUST("fallback", STRING), LESSON_CFG_MUST("checked_on", STRING),
};

/* The configured language that stands in for stale texts: the pack's own, or the first. */
static size_t fallback_find(const struct conf *conf, const char *name)
{
	for (size_t i = 0; name != NULL && i < conf->language_count; i++) {
		if (strcmp(conf->languages[i], name) == 0)
			return i;
	}
	return 0;
}

static void text_check(const struct lesson_cfg_place *place, const config_setting_t *root,
		       const char *name)
{
	const config_setting_t *at = lesson_cfg_member(root, name, LESSON_CFG_STRING);

	if (at != NULL)
		lesson_pack_text(place, at);
}

void lesson_about_read(struct lesson_pack *pack)
{
	const config_setting_t *root;
	struct lesson_cfg_place place;
	int32_t day;

	if (lesson_cfg_open(&pack->about, "a content pack in paths.content", pack->report) != 0)
		return;
	root = config_root_setting(&pack->about.config);
	lesson_cfg_place(&place, &pack->about, pack->report);
	lesson_cfg_check(&place, root, fields, sizeof(fields) / sizeof(fields[0]));
	(void)lesson_pack_id(&place, root, "id");
	text_check(&place, root, "version");
	text_check(&place, root, "licence");
	(void)lesson_pack_id(&place, root, "default_lang");
	(void)lesson_pack_day(&place, root, "checked_on", &day);
	pack->fallback = fallback_find(pack->conf, lesson_pack_id(&place, root, "fallback"));
}
