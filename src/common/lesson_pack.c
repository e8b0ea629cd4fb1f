/*
 * The kinds of values that the files of a pack have in common: ids, days, words, sentences.
 * For lesson.c alone. It only looks; it never changes a value.
 */
#include "common/lesson_pack.h"

#include <stdio.h>
#include <string.h>

#include "common/lesson_check.h"
#include "common/lesson_day.h"

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

bool lesson_pack_day(const struct lesson_cfg_place *place, const config_setting_t *group,
		     const char *name, int32_t *day)
{
	const char *date = lesson_cfg_string(group, name);

	if (date == NULL)
		return false;
	if (lesson_day_parse(date, day))
		return true;
	lesson_cfg_error(place, config_setting_get_member(group, name),
			 "%s is \"%s\", expected a day like \"2027-03-31\"", name, date);
	return false;
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
