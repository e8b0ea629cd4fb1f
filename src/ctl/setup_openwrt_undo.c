/*
 * Takes out of OpenWrt's /etc/config/dhcp what was put in. UCI drops comments whenever it
 * saves, so each line that was put in is noted in its section as a list `congchao`, which
 * everything else passes over: what was noted is taken out, whatever became of the file or
 * of our own configuration since. Pure.
 */
#include "ctl/setup.h"

#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "ctl/uci.h"

/* Is the statement the one that the note "NAME VALUE" tells of? */
static bool is_noted(const struct uci_statement *s, const char *noted)
{
	size_t length = strlen(s->name);

	return strncmp(noted, s->name, length) == 0 && noted[length] == ' ' &&
	       strcmp(noted + length + 1, s->value) == 0;
}

static bool is_note(const struct uci_statement *s)
{
	return (s->kind == UCI_LIST || s->kind == UCI_OPTION) && strcmp(s->name, SETUP_NOTE) == 0;
}

/* Marks the section's notes, and of what each tells of, one line. */
static void mark_noted(const struct uci *uci, size_t section, bool *marked)
{
	size_t end = uci_section_end(uci, section);

	for (size_t i = section + 1; i < end; i++) {
		if (!is_note(&uci->statements[i]))
			continue;
		marked[i] = true;
		for (size_t j = section + 1; j < end; j++)
			if (!marked[j] && !is_note(&uci->statements[j]) &&
			    is_noted(&uci->statements[j], uci->statements[i].value)) {
				marked[j] = true;
				break;
			}
	}
}

char *setup_openwrt_without(const char *text, const char *file, struct report *report)
{
	char *result = NULL;
	size_t size, done = 0;
	struct uci uci;
	bool *marked;
	FILE *out;

	uci_read(&uci, text);
	if (!uci_understood(&uci, file, report)) {
		uci_free(&uci);
		return NULL;
	}
	marked = calloc(uci.count + 1, sizeof(*marked));
	out = open_memstream(&result, &size);
	if (marked == NULL || out == NULL)
		fatal("no memory for the file");
	for (size_t i = 0; i < uci.count; i++)
		if (uci.statements[i].kind == UCI_CONFIG)
			mark_noted(&uci, i, marked);
	for (size_t i = 0; i < uci.count; i++)
		if (marked[i]) {
			/* With the line break before it: it came with one. */
			fwrite(text + done, 1, uci.statements[i].begin - 1 - done, out);
			done = uci.statements[i].end;
		}
	fputs(text + done, out);
	if (fclose(out) != 0)
		fatal("no memory for the file");
	free(marked);
	uci_free(&uci);
	return result;
}

/* The line at p, without its line break; *next is where the next begins. */
static size_t line_at(const char *p, const char **next)
{
	size_t length = strcspn(p, "\n");

	*next = p + length + (p[length] == '\n');
	return length;
}

void setup_openwrt_print_added(const char *without, const char *with, FILE *out)
{
	const char *section = NULL, *next, *next_without;

	for (const char *p = with, *q = without; *p != '\0'; p = next) {
		size_t length = line_at(p, &next), other = line_at(q, &next_without);

		if (strncmp(p, "config", 6) == 0)
			section = p;
		if (length == other && strncmp(p, q, length) == 0 && *q != '\0') {
			q = next_without;
			continue;
		}
		if (section != NULL)
			fprintf(out, "%.*s\n", (int)strcspn(section, "\n"), section);
		section = NULL;
		fprintf(out, "%.*s\n", (int)length, p);
	}
}
