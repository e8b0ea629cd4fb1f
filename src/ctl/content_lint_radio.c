/*
 * The scripts that an announcer reads aloud over a commune's loudspeakers, radio/LANG/ID.txt,
 * for `congchao content lint`: a title, an empty line, the script; about a minute of words
 * that can be spoken as they stand.
 */
#include "ctl/content_lint.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/lesson_check.h"
#include "common/lesson_pack.h"

enum {
	PATH_SIZE = LESSON_CFG_PATH_SIZE + 2 * LESSON_CFG_NAME_MAX,
	SCRIPT_MAX = 64 * 1024,
	SYLLABLES_MIN = 200, /* 60 to 75 seconds; Vietnamese writes a blank after each */
	SYLLABLES_MAX = 240,
};

/* A script while it is read. */
struct script {
	struct report *report;
	const char *path;
	int line;
	size_t words; /* after the title */
};

/* At least two capitals together: nobody knows how to say them. Writes the first such. */
static bool abbreviation_find(const char *text, char out[16])
{
	while (*text != '\0') {
		size_t length = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");

		if (length >= 2) {
			snprintf(out, 16, "%.*s", (int)(length < 15 ? length : 15), text);
			return true;
		}
		text += length > 0 ? length : 1;
	}
	return false;
}

/* A dot between letters, or what an address begins with. */
static bool has_link(const char *text)
{
	if (strstr(text, "://") != NULL || strstr(text, "www.") != NULL)
		return true;
	for (const char *dot = strchr(text, '.'); dot != NULL; dot = strchr(dot + 1, '.')) {
		if (dot > text && isalnum((unsigned char)dot[-1]) && isalnum((unsigned char)dot[1]))
			return true;
	}
	return false;
}

static void spoken_check(const struct script *script, const char *text)
{
	const char *digit = strpbrk(text, "0123456789");
	const char *bracket = strpbrk(text, "()[]{}<>");
	char capitals[16];

	if (digit != NULL)
		report_warning(script->report, script->path, script->line,
			       "the digit %c, expected numbers in words", *digit);
	if (bracket != NULL)
		report_warning(script->report, script->path, script->line,
			       "the bracket %c, expected a sentence that can be read aloud",
			       *bracket);
	if (abbreviation_find(text, capitals))
		report_warning(script->report, script->path, script->line,
			       "the abbreviation %s, expected it as it is spoken", capitals);
	if (has_link(text))
		report_warning(script->report, script->path, script->line,
			       "a link, expected none: nobody can click on what is heard");
}

static void characters_check(const struct script *script, const char *text)
{
	static const char *const faults[] = {
	    [LESSON_CHECK_UTF8] = "is not UTF-8, expected the file saved as UTF-8",
	    [LESSON_CHECK_CONTROL] = "a control character, expected plain text",
	    [LESSON_CHECK_NFC] = "not NFC: a combining mark, expected letters composed",
	};
	uint32_t character;
	enum lesson_check_fault fault = lesson_check_characters(text, &character);

	if (fault != LESSON_CHECK_OK)
		report_error(script->report, script->path, script->line, "%s", faults[fault]);
}

static void line_check(struct script *script, const char *text)
{
	size_t words = lesson_check_words(text);

	characters_check(script, text);
	spoken_check(script, text);
	if (script->line == 1 && words == 0)
		report_error(script->report, script->path, 1,
			     "the first line is empty, expected the title");
	if (script->line == 2 && words > 0)
		report_error(script->report, script->path, 2,
			     "a text, expected an empty line after the title");
	if (script->line > 1)
		script->words += words;
}

static void lines_check(struct script *script, FILE *in, bool counted)
{
	char *text = NULL;
	size_t size = 0, total = 0;
	ssize_t length;

	while (total <= SCRIPT_MAX && (length = getline(&text, &size, in)) >= 0) {
		total += (size_t)length;
		script->line++;
		text[strcspn(text, "\r\n")] = '\0';
		line_check(script, text);
	}
	free(text);
	if (ferror(in))
		report_error(script->report, script->path, 0,
			     "cannot be read: %s, expected a script", strerror(errno));
	else if (total > SCRIPT_MAX)
		report_error(script->report, script->path, 0, "is longer than %d bytes",
			     SCRIPT_MAX);
	else if (script->words == 0)
		report_error(script->report, script->path, 0,
			     "has no script, expected it after the title and an empty line");
	else if (counted && (script->words < SYLLABLES_MIN || script->words > SYLLABLES_MAX))
		report_warning(script->report, script->path, 0,
			       "the script has %zu syllables, expected %d to %d", script->words,
			       SYLLABLES_MIN, SYLLABLES_MAX);
}

/* False when there is no such script. */
static bool script_check(const struct lesson_pack *pack, const char *language, const char *id)
{
	char path[PATH_SIZE];
	struct script script = {.report = pack->report, .path = path};
	FILE *in;

	snprintf(path, sizeof(path), "%s/radio/%s/%s.txt", pack->conf->path_content, language, id);
	in = fopen(path, "re");
	if (in == NULL && errno == ENOENT)
		return false;
	if (in == NULL) {
		report_error(pack->report, path, 0, "cannot be read: %s, expected a script",
			     strerror(errno));
		return true;
	}
	lines_check(&script, in, strcmp(language, "vi") == 0);
	fclose(in);
	return true;
}

/* A language need not have scripts; one that has some should have all. */
static bool has_scripts(const struct lesson_pack *pack, const char *language)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s/radio/%s", pack->conf->path_content, language);
	return access(path, F_OK) == 0;
}

static void radio_check(const struct lesson_pack *pack, size_t index)
{
	const struct lesson_pack_list *list = &pack->list[LESSON_PACK_RADIO];
	bool missing[CONF_LANGUAGES_MAX] = {false};
	struct lesson_cfg_place place;
	size_t found = 0;

	for (size_t l = 0; l < pack->conf->language_count; l++) {
		missing[l] = !script_check(pack, pack->conf->languages[l], list->ids[index]);
		found += !missing[l];
	}
	lesson_cfg_place(&place, &pack->structure, pack->report);
	lesson_cfg_place_item(&place, "radio", list->ids[index]);
	if (found == 0)
		lesson_cfg_error(&place, list->at[index], "has no script, expected radio/%s/%s.txt",
				 pack->conf->languages[pack->fallback], list->ids[index]);
	for (size_t l = 0; found > 0 && l < pack->conf->language_count; l++) {
		if (missing[l] && has_scripts(pack, pack->conf->languages[l]))
			lesson_cfg_warning(&place, list->at[index],
					   "has no script in %s, expected radio/%s/%s.txt",
					   pack->conf->languages[l], pack->conf->languages[l],
					   list->ids[index]);
	}
}

void content_lint_radio(const struct lesson_pack *pack)
{
	for (size_t i = 0; i < pack->list[LESSON_PACK_RADIO].count; i++)
		radio_check(pack, i);
}
