/*
 * pack.cfg: what a content pack is and who may use it; and the kinds of values that it
 * shares with structure.cfg. For lesson.c alone.
 */
#include "common/lesson_pack.h"

#include <stdio.h>
#include <string.h>

#include "common/lesson_check.h"

static const struct lesson_cfg_field about_fields[] = {
    {"id", LESSON_CFG_STRING},	     {"version", LESSON_CFG_STRING},
    {"licence", LESSON_CFG_STRING},  {"default_lang", LESSON_CFG_STRING},
    {"fallback", LESSON_CFG_STRING}, {"checked_on", LESSON_CFG_STRING},
};

static bool is_id(const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	static const char others[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "0123456789-_";

	return strspn(text, letters) > 0 && strlen(text) < LESSON_CFG_NAME_MAX &&
	       text[strspn(text, others)] == '\0';
}

const char *lesson_pack_id(const struct lesson_cfg_place *place, const config_setting_t *group,
			   const char *name)
{
	const char *id = lesson_cfg_string(group, name);

	if (id == NULL || is_id(id))
		return id;
	lesson_cfg_error(
	    place, config_setting_get_member(group, name),
	    "%s is \"%s\", expected a letter, then letters, digits, - and _, at most %d"
	    " of them",
	    name, id, LESSON_CFG_NAME_MAX - 1);
	return NULL;
}

static bool is_date(const char *text)
{
	static const char shape[] = "0000-00-00";
	int month, day;

	if (strlen(text) != strlen(shape))
		return false;
	for (size_t i = 0; shape[i] != '\0'; i++) {
		if (shape[i] == '-' ? text[i] != '-' : text[i] < '0' || text[i] > '9')
			return false;
	}
	month = (text[5] - '0') * 10 + text[6] - '0';
	day = (text[8] - '0') * 10 + text[9] - '0';
	return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

const char *lesson_pack_date(const struct lesson_cfg_place *place, const config_setting_t *group,
			     const char *name)
{
	const char *date = lesson_cfg_string(group, name);

	if (date == NULL || is_date(date))
		return date;
	lesson_cfg_error(place, config_setting_get_member(group, name),
			 "%s is \"%s\", expected a day like \"2027-03-31\"", name, date);
	return NULL;
}

const char *lesson_pack_word(const struct lesson_cfg_place *place, const config_setting_t *group,
			     const char *name, const char *const *words, size_t count)
{
	const char *word = lesson_cfg_string(group, name);
	char names[128] = "";
	size_t used = 0;

	if (word == NULL)
		return NULL;
	for (size_t i = 0; i < count && used < sizeof(names); i++) {
		if (strcmp(word, words[i]) == 0)
			return word;
		used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s",
					 i == 0 ? "" : ", ", words[i]);
	}
	lesson_cfg_error(place, config_setting_get_member(group, name),
			 "%s is \"%s\", expected one of: %s", name, word, names);
	return NULL;
}

void lesson_pack_text(const struct lesson_cfg_place *place, const config_setting_t *at)
{
	const char *name = config_setting_name(at);
	const char *text = config_setting_get_string(at);
	uint32_t c;

	switch (lesson_check_text(text, &c)) {
	case LESSON_CHECK_OK:
		break;
	case LESSON_CHECK_BLANK:
		lesson_cfg_error(place, at, "%s has no word, expected a text", name);
		break;
	case LESSON_CHECK_LONG:
		lesson_cfg_error(place, at, "%s has %zu bytes, expected at most %d", name,
				 strlen(text), LESSON_TEXT_MAX);
		break;
	case LESSON_CHECK_UTF8:
		lesson_cfg_error(place, at, "%s is not UTF-8, expected the file saved as UTF-8",
				 name);
		break;
	case LESSON_CHECK_CONTROL:
		lesson_cfg_error(
		    place, at,
		    "%s has the control character U+%04X, expected one line of plain text", name,
		    (unsigned)c);
		break;
	case LESSON_CHECK_NFC:
		lesson_cfg_error(
		    place, at,
		    "%s has the combining mark U+%04X: not NFC, expected the letter and"
		    " its marks as one character",
		    name, (unsigned)c);
		break;
	}
}

/* The configured language that stands in for stale texts: the pack's own, or the first. */
static size_t fallback_find(const struct conf *conf, const char *name)
{
	for (size_t i = 0; name != NULL && i < conf->language_count; i++) {
		if (strcmp(conf->languages[i], name) == 0)
			return i;
	}
	return 0;
}

void lesson_pack_read(struct lesson_pack *pack)
{
	const config_setting_t *root;
	struct lesson_cfg_place place;

	if (lesson_cfg_open(&pack->about, "a content pack in paths.content", pack->report) != 0)
		return;
	root = config_root_setting(&pack->about.config);
	lesson_cfg_place(&place, &pack->about, pack->report);
	lesson_cfg_check(&place, root, about_fields,
			 sizeof(about_fields) / sizeof(about_fields[0]));
	(void)lesson_pack_id(&place, root, "id");
	(void)lesson_pack_id(&place, root, "default_lang");
	(void)lesson_pack_date(&place, root, "checked_on");
	pack->fallback = fallback_find(pack->conf, lesson_pack_id(&place, root, "fallback"));
}
