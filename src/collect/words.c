/* Sentences by name, with libconfig; sorted once, since a page asks for hundreds. */
#include "collect/words.h"

#include <libconfig.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 512, NAME_MAX_SIZE = 64 };

struct word {
	const char *name, *text;
	int line;
};

static const char *const names[WORDS__MAX] = {"vi", "en"};
static config_t configs[WORDS__MAX];
static struct word words[WORDS__MAX][WORDS_MAX];
static size_t counts[WORDS__MAX];
static bool opened;

const char *words_name(enum words_language language)
{
	return names[language];
}

enum words_language words_find(const char *name)
{
	return name != NULL && strcmp(name, names[WORDS_EN]) == 0 ? WORDS_EN : WORDS_VI;
}

static int word_compare(const void *a, const void *b)
{
	return strcmp(((const struct word *)a)->name, ((const struct word *)b)->name);
}

static const struct word *find(enum words_language language, const char *name)
{
	const struct word key = {.name = name};

	return bsearch(&key, words[language], counts[language], sizeof(key), word_compare);
}

static void read_file(enum words_language language, const char *www, struct report *report)
{
	config_t *config = &configs[language];
	char path[320];
	const config_setting_t *root;

	snprintf(path, sizeof(path), "%s/text/%s.cfg", www, names[language]);
	if (config_read_file(config, path) != CONFIG_TRUE) {
		report_error(report, path, config_error_line(config), "%s",
			     config_error_text(config));
		return;
	}
	root = config_root_setting(config);
	for (int i = 0; i < config_setting_length(root); i++) {
		const config_setting_t *at = config_setting_get_elem(root, (unsigned)i);
		struct word word = {config_setting_name(at), config_setting_get_string(at),
				    (int)config_setting_source_line(at)};

		if (word.text == NULL || counts[language] == WORDS_MAX)
			report_error(report, path, word.line,
				     "%s, expected a text, %d of them at most", word.name,
				     WORDS_MAX);
		else
			words[language][counts[language]++] = word;
	}
	qsort(words[language], counts[language], sizeof(struct word), word_compare);
}

/* The same names, with the same {marks}. */
static void compare(enum words_language a, enum words_language b, const char *www,
		    struct report *report)
{
	char path[320];

	snprintf(path, sizeof(path), "%s/text/%s.cfg", www, names[b]);
	for (size_t i = 0; i < counts[a]; i++) {
		const struct word *one = &words[a][i], *other = find(b, one->name);

		if (other == NULL)
			report_error(report, path, 0, "%s is missing, expected as in %s", one->name,
				     names[a]);
		for (const char *m = strchr(one->text, '{'); other != NULL && m != NULL;
		     m = strchr(m + 1, '{')) {
			char mark[NAME_MAX_SIZE];

			snprintf(mark, sizeof(mark), "%.*s", (int)strcspn(m, "}") + 1, m);
			if (strstr(other->text, mark) == NULL)
				report_error(report, path, other->line,
					     "%s has no %s, expected as in %s", one->name, mark,
					     names[a]);
		}
	}
}

int words_open(const char *www, struct report *report)
{
	unsigned before = report->errors;

	for (enum words_language i = 0; i < WORDS__MAX; i++) {
		config_init(&configs[i]);
		read_file(i, www, report);
	}
	opened = true;
	compare(WORDS_VI, WORDS_EN, www, report);
	compare(WORDS_EN, WORDS_VI, www, report);
	return report->errors == before ? 0 : -1;
}

void words_close(void)
{
	for (int i = 0; opened && i < WORDS__MAX; i++)
		config_destroy(&configs[i]);
	opened = false;
}

bool words_have(const char *name)
{
	return find(WORDS_VI, name) != NULL;
}

const char *words_get(enum words_language language, const char *name)
{
	const struct word *word = find(language, name);

	return word != NULL ? word->text : "";
}

const char *words_of(enum words_language language, const char *stem, const char *name)
{
	char whole[2 * NAME_MAX_SIZE];
	const struct word *word;

	snprintf(whole, sizeof(whole), "%s_%s", stem, name);
	for (char *p = whole; *p != '\0'; p++)
		if (*p == ' ' || *p == '-')
			*p = '_';
	word = find(language, whole);
	return word != NULL ? word->text : name;
}
