/*
 * Reads OpenWrt's configuration files (UCI) as libuci does: keyword, name, value; quotes of
 * both kinds, comments, values of several lines. What it does not understand it says, and
 * nobody may then edit that file. Pure.
 */
#include "ctl/uci.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"

enum { WORDS_MAX = 3 };

struct cursor {
	const char *p;
	char *out; /* where the next word goes */
	int line;
	bool bad;
};

static void take(struct cursor *cursor)
{
	cursor->line += *cursor->p == '\n';
	*cursor->out++ = *cursor->p++;
}

/* From one quotation mark to the next; between double ones a backslash escapes. */
static void read_quoted(struct cursor *cursor)
{
	char mark = *cursor->p++;

	while (*cursor->p != mark && *cursor->p != '\0') {
		if (mark == '"' && *cursor->p == '\\' && cursor->p[1] != '\0')
			cursor->p++;
		take(cursor);
	}
	if (*cursor->p == mark)
		cursor->p++;
	else
		cursor->bad = true;
}

static const char *read_word(struct cursor *cursor)
{
	const char *word = cursor->out;

	/* A "#" ends the word even in its middle, and begins a comment. */
	while (*cursor->p != '\0' && *cursor->p != '#' && !isspace((unsigned char)*cursor->p)) {
		if (*cursor->p == '\'' || *cursor->p == '"') {
			read_quoted(cursor);
			continue;
		}
		/* A second statement in the line, which could not be taken out by itself; a
		 * line that goes on in the next. UCI itself writes neither. */
		if (*cursor->p == ';' || (*cursor->p == '\\' && cursor->p[1] == '\n'))
			cursor->bad = true;
		if (*cursor->p == '\\' && cursor->p[1] != '\0')
			cursor->p++;
		take(cursor);
	}
	*cursor->out++ = '\0';
	return word;
}

static void skip_blanks(struct cursor *cursor)
{
	while (*cursor->p != '\n' && isspace((unsigned char)*cursor->p))
		cursor->p++;
	if (*cursor->p == '#')
		cursor->p += strcspn(cursor->p, "\n");
}

/* The words of one statement, into words; "" for those that it does not have. */
static size_t read_words(struct cursor *cursor, const char *words[WORDS_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < WORDS_MAX; i++)
		words[i] = "";
	for (skip_blanks(cursor); *cursor->p != '\0' && *cursor->p != '\n'; skip_blanks(cursor)) {
		const char *word = read_word(cursor);

		if (count < WORDS_MAX)
			words[count] = word;
		count++;
	}
	return count;
}

static bool kind_find(const char *word, enum uci_kind *kind)
{
	static const char *const kinds[] = {
	    [UCI_CONFIG] = "config",
	    [UCI_OPTION] = "option",
	    [UCI_LIST] = "list",
	    [UCI_PACKAGE] = "package",
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(word, kinds[i]) == 0) {
			*kind = (enum uci_kind)i;
			return true;
		}
	return false;
}

static size_t lines_of(const char *text)
{
	size_t lines = 1;

	for (; *text != '\0'; text++)
		lines += *text == '\n';
	return lines;
}

void uci_read(struct uci *uci, const char *text)
{
	struct cursor cursor = {.p = text, .line = 1};

	/* A word and its end are never longer than the word and what stands behind it. */
	*uci = (struct uci){.words = malloc(strlen(text) + 2),
			    .statements = calloc(lines_of(text), sizeof(*uci->statements))};
	if (uci->words == NULL || uci->statements == NULL)
		fatal("no memory for the configuration");
	cursor.out = uci->words;
	while (*cursor.p != '\0') {
		struct uci_statement *s = &uci->statements[uci->count];
		const char *words[WORDS_MAX], *begin = cursor.p;
		int line = cursor.line;
		size_t count = read_words(&cursor, words);

		if (count > 0) {
			*s = (struct uci_statement){.name = words[1],
						    .value = words[2],
						    .begin = (size_t)(begin - text),
						    .end = (size_t)(cursor.p - text),
						    .line = line};
			if (cursor.bad || count < 2 || count > WORDS_MAX ||
			    !kind_find(words[0], &s->kind)) {
				uci->bad_line = line;
				return;
			}
			uci->count++;
		}
		cursor.line += *cursor.p == '\n';
		cursor.p += *cursor.p == '\n';
	}
}

void uci_free(struct uci *uci)
{
	free(uci->words);
	free(uci->statements);
	*uci = (struct uci){.count = 0};
}

bool uci_understood(const struct uci *uci, const char *file, struct report *report)
{
	if (uci->bad_line == 0)
		return true;
	report_error(report, file, uci->bad_line,
		     "is not understood, expected \"config\", \"option\" or \"list\", one to a "
		     "line: nothing is changed");
	return false;
}

size_t uci_section_end(const struct uci *uci, size_t section)
{
	size_t i = section + 1;

	while (i < uci->count && uci->statements[i].kind != UCI_CONFIG)
		i++;
	return i;
}

const struct uci_statement *uci_option(const struct uci *uci, size_t section, const char *name)
{
	for (size_t i = uci_section_end(uci, section) - 1; i > section; i--)
		if (uci->statements[i].kind == UCI_OPTION &&
		    strcmp(uci->statements[i].name, name) == 0)
			return &uci->statements[i];
	return NULL;
}

const char *uci_value(const struct uci *uci, size_t section, const char *name,
		      const char *otherwise)
{
	const struct uci_statement *s = uci_option(uci, section, name);

	return s != NULL ? s->value : otherwise;
}

bool uci_is_true(const char *value)
{
	static const char *const yes[] = {"1", "on", "true", "yes", "enabled"};

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		if (strcmp(value, yes[i]) == 0)
			return true;
	return false;
}
