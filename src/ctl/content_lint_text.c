/*
 * Quotes and blanks in the texts of a pack, for `congchao content lint`: what a reader does
 * not name but sees. Whatever language a rule is not about is left alone.
 */
#include "ctl/content_lint.h"

#include <stdio.h>
#include <string.h>

#include "common/lesson_pack.h"

static bool writes_curly(const char *language)
{
	return strcmp(language, "vi") == 0 || strcmp(language, "en") == 0;
}

static void quotes_check(const struct lesson_cfg_place *place, const config_setting_t *at,
			 const char *text, const char *language)
{
	const char *quote = writes_curly(language) ? strpbrk(text, "\"'") : NULL;

	if (quote != NULL)
		lesson_cfg_warning(place, at, "%s has the straight quote %c, expected %s",
				   config_setting_name(at), *quote,
				   *quote == '"' ? "“ and ”" : "’");
}

/* Punctuation after a blank that ends a word, so not the dot of ".apk"; or NULL. */
static const char *lone_find(const char *text)
{
	for (; (text = strchr(text, ' ')) != NULL; text++) {
		const char *mark = text + 1;

		if (*mark == '\0' || strchr(".,;:?!)", *mark) == NULL)
			continue;
		if (mark[1] == '\0' || mark[1] == ' ' || strncmp(mark + 1, "”", strlen("”")) == 0)
			return mark;
	}
	return NULL;
}

static void blanks_check(const struct lesson_cfg_place *place, const config_setting_t *at,
			 const char *text)
{
	const char *name = config_setting_name(at);
	const char *lone = lone_find(text);
	size_t length = strlen(text);

	if (text[0] == ' ' || (length > 0 && text[length - 1] == ' '))
		lesson_cfg_warning(place, at, "%s begins or ends with a blank, expected none",
				   name);
	if (strstr(text, "  ") != NULL)
		lesson_cfg_warning(place, at, "%s has two blanks together, expected one", name);
	if (lone != NULL)
		lesson_cfg_warning(place, at, "%s has a blank before \"%c\", expected none", name,
				   *lone);
}

/* A text, or every text in a group. */
static void texts_check(const struct lesson_cfg_place *place, const config_setting_t *at,
			const char *language)
{
	const char *text = config_setting_get_string(at);
	int length = config_setting_length(at);

	if (text != NULL) {
		quotes_check(place, at, text, language);
		blanks_check(place, at, text);
	}
	for (int i = 0; config_setting_is_group(at) && i < length; i++)
		texts_check(place, config_setting_get_elem(at, (unsigned)i), language);
}

/* "lesson" for lessons and "question" for questions, whose texts are groups; else NULL. */
static const char *kind_of(const char *section)
{
	static const enum lesson_pack_kind kinds[] = {LESSON_PACK_LESSONS, LESSON_PACK_QUESTIONS};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(section, lesson_list_all(kinds[i])) == 0)
			return lesson_list_one(kinds[i]);
	}
	return NULL;
}

static void section_check(const struct lesson_pack *pack, size_t language,
			  const config_setting_t *section)
{
	const char *kind = kind_of(config_setting_name(section));
	int length = config_setting_is_group(section) ? config_setting_length(section) : 0;
	struct lesson_cfg_place place;

	lesson_cfg_place(&place, &pack->language[language], pack->report);
	snprintf(place.what, sizeof(place.what), "%.*s: ", (int)LESSON_CFG_NAME_MAX,
		 config_setting_name(section));
	for (int i = 0; i < length; i++) {
		const config_setting_t *at = config_setting_get_elem(section, (unsigned)i);

		if (kind != NULL)
			lesson_cfg_place_item(&place, kind, config_setting_name(at));
		texts_check(&place, at, pack->conf->languages[language]);
	}
}

void content_lint_texts(const struct lesson_pack *pack)
{
	for (size_t l = 0; l < pack->conf->language_count; l++) {
		const config_setting_t *root = config_root_setting(&pack->language[l].config);
		int length = pack->language[l].open ? config_setting_length(root) : 0;

		for (int i = 0; i < length; i++)
			section_check(pack, l, config_setting_get_elem(root, (unsigned)i));
	}
}
