/*
 * Checks translations before they become a text/LANG.cfg: each row by the loader's rules,
 * so that the translator hears the line of his own file, and then all of it by the loader.
 */
#include "ctl/kit.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/lesson.h"
#include "common/lesson_check.h"

static void characters_check(const struct kit *kit, const char *path, const struct kit_row *row)
{
	int line = row->given.line;
	uint32_t c;

	switch (lesson_check_text(row->given.text, &c)) {
	case LESSON_CHECK_OK:
		break;
	case LESSON_CHECK_BLANK:
		report_error(kit->report, path, line, "%s has no word, expected a text", row->key);
		break;
	case LESSON_CHECK_LONG:
		report_error(kit->report, path, line, "%s has %zu bytes, expected at most %d",
			     row->key, strlen(row->given.text), LESSON_TEXT_MAX);
		break;
	case LESSON_CHECK_UTF8:
		report_error(kit->report, path, line, "%s is not UTF-8, expected UTF-8", row->key);
		break;
	case LESSON_CHECK_CONTROL:
		report_error(kit->report, path, line,
			     "%s has the control character U+%04X, expected one line of plain text",
			     row->key, (unsigned)c);
		break;
	case LESSON_CHECK_NFC:
		report_error(kit->report, path, line,
			     "%s has the combining mark U+%04X, which its letter cannot be "
			     "composed with, expected a letter that exists with its marks",
			     row->key, (unsigned)c);
		break;
	}
}

/* Does text have every {placeholder} that like has? */
static void placeholders_check(const struct kit *kit, const char *path, const struct kit_row *row,
			       const char *like, const char *text, const char *said)
{
	for (like = strchr(like, '{'); like != NULL; like = strchr(like + 1, '{')) {
		char placeholder[32];

		snprintf(placeholder, sizeof(placeholder), "%.*s", (int)strcspn(like, "}") + 1,
			 like);
		if (strstr(text, placeholder) == NULL)
			report_error(kit->report, path, row->given.line, "%s %s %s", row->key, said,
				     placeholder);
	}
}

static void row_check(const struct kit *kit, const char *path, const struct kit_row *row)
{
	const char *text = row->given.text;
	size_t words;

	characters_check(kit, path, row);
	words = lesson_check_words(text);
	if (strcmp(row->group, "lessons") == 0 && strcmp(row->field, "body") == 0 &&
	    words > LESSON_WORDS_MAX)
		report_error(kit->report, path, row->given.line,
			     "%s has %zu words, expected at most %d", row->key, words,
			     LESSON_WORDS_MAX);
	if (strcmp(row->group, "ui") != 0)
		return;
	placeholders_check(kit, path, row, row->source, text, "lacks what the source has:");
	placeholders_check(kit, path, row, text, row->source, "has what the source lacks:");
}

static bool is_given(const struct kit_row *row)
{
	return row->given.text != NULL && *row->given.text != '\0';
}

/* False: nothing of the entry is translated. */
static bool entry_check(const struct kit *kit, const char *path, size_t first, size_t end)
{
	const struct kit_row *some = NULL;

	for (size_t i = first; i < end; i++)
		if (is_given(&kit->rows[i]))
			some = &kit->rows[i];
	for (size_t i = first; i < end && some != NULL; i++) {
		const struct kit_row *row = &kit->rows[i];

		if (is_given(row))
			row_check(kit, path, row);
		else
			report_error(kit->report, path, row->given.line,
				     "%s has no translation, expected one because %s has", row->key,
				     some->key);
		if (row->given.line != 0 && some->given.rev != row->given.rev)
			report_error(kit->report, path, row->given.line,
				     "%s: rev is %d and in %s %d, expected the same", row->key,
				     row->given.rev, some->key, some->given.rev);
	}
	return some != NULL;
}

void kit_check(const struct kit *kit, const char *path)
{
	const struct kit_row *first = NULL;
	size_t missing = 0, end;

	for (size_t i = 0; i < kit->count; i = end) {
		end = kit_entry_end(kit, i);
		if (entry_check(kit, path, i, end))
			continue;
		first = first != NULL ? first : &kit->rows[i];
		missing++;
	}
	/* One line: a translation that has only begun lacks hundreds. */
	if (missing > 0)
		report_error(
		    kit->report, path, first->given.line,
		    "%zu not translated, %s the first of them, expected all: no visitor is "
		    "shown half a language",
		    missing, first->key);
}

/* Everything of the pack but its texts, and those of its own language, by links. */
static int stage_fill(const struct kit *kit, const char *stage, const char *written)
{
	char from[2 * CONF_PATH_SIZE], to[2 * CONF_PATH_SIZE], *real = NULL;
	const char *const names[] = {"pack.cfg", "structure.cfg", "contacts.cfg", "radio"};
	int rc = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && rc == 0; i++) {
		snprintf(from, sizeof(from), "%s/%s", kit->content, names[i]);
		snprintf(to, sizeof(to), "%s/%s", stage, names[i]);
		real = realpath(from, NULL);
		if (real != NULL)
			rc = symlink(real, to);
		free(real);
	}
	snprintf(to, sizeof(to), "%s/text", stage);
	rc = rc == 0 ? mkdir(to, 0700) : rc;
	snprintf(to, sizeof(to), "%s/text/%s.cfg", stage, kit->source_language);
	real = realpath(kit->source.path, NULL);
	rc = rc == 0 && real != NULL ? symlink(real, to) : -1;
	free(real);
	if (strcmp(kit->language, kit->source_language) == 0)
		unlink(to);
	snprintf(to, sizeof(to), "%s/text/%s.cfg", stage, kit->language);
	real = realpath(written, NULL);
	rc = rc == 0 && real != NULL ? symlink(real, to) : -1;
	free(real);
	return rc;
}

static void folder_empty(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		char path[2 * CONF_PATH_SIZE];

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		unlink(path);
	}
	if (dir != NULL)
		closedir(dir);
	rmdir(folder);
}

static void stage_drop(const char *stage)
{
	char path[2 * CONF_PATH_SIZE];

	snprintf(path, sizeof(path), "%s/text", stage);
	folder_empty(path);
	folder_empty(stage);
}

/* The loader's lines about the new text, without the place that they were found in. */
static void lines_tell(const struct kit *kit, char *said, const char *stage, const char *path)
{
	for (char *line; (line = strsep(&said, "\n")) != NULL;) {
		char *what = strstr(line, ".cfg:");

		if (strncmp(line, stage, strlen(stage)) != 0 || strstr(line, ": warning: ") != NULL)
			continue;
		what = what != NULL ? strstr(what, ": ") : NULL;
		report_error(kit->report, path, 0, "%s", what != NULL ? what + 2 : line);
	}
}

bool kit_loads(const struct kit *kit, const char *written, const char *path)
{
	static struct conf conf;
	char stage[] = "/tmp/congchao-kit-XXXXXX", *said = NULL;
	size_t size;
	struct report report = {.out = open_memstream(&said, &size)};
	struct lesson_bank *bank = NULL;

	if (report.out == NULL || mkdtemp(stage) == NULL || stage_fill(kit, stage, written) != 0) {
		report_error(kit->report, stage, 0,
			     "cannot be made, expected a place to try the translation in");
		goto out;
	}
	snprintf(conf.path_content, sizeof(conf.path_content), "%s", stage);
	memcpy(conf.languages[0], kit->source_language, sizeof(conf.languages[0]));
	memcpy(conf.languages[1], kit->language, sizeof(conf.languages[1]));
	conf.language_count = strcmp(kit->language, kit->source_language) == 0 ? 1 : 2;
	bank = lesson_load(&conf, &report);
	fflush(report.out);
	if (bank == NULL)
		lines_tell(kit, said, stage, path);
out:
	stage_drop(stage);
	if (report.out != NULL)
		fclose(report.out);
	free(said);
	lesson_free(bank);
	return bank != NULL;
}
