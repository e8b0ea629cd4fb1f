/*
 * A file of OpenWrt's configuration (UCI) as its statements, each with its place in the
 * text, so that lines can be put in and taken out while every other byte stays.
 */
#ifndef CTL_UCI_H
#define CTL_UCI_H

#include <stdbool.h>
#include <stddef.h>

#include "common/report.h"

enum uci_kind { UCI_CONFIG, UCI_OPTION, UCI_LIST, UCI_PACKAGE };

struct uci_statement {
	enum uci_kind kind;
	const char *name;  /* of a config: the section's type */
	const char *value; /* of a config: the section's name; "" when there is none */
	size_t begin, end; /* in the text: its whole lines, without the last one's newline */
	int line;
};

struct uci {
	struct uci_statement *statements;
	size_t count;
	int bad_line; /* the first that is not understood, 0: all are */
	char *words;
};

/* Reads text, which may go at once. What stands behind bad_line is not read. */
void uci_read(struct uci *uci, const char *text);
void uci_free(struct uci *uci);

/* Is there no bad_line? One is reported: that file is to be left alone. */
bool uci_understood(const struct uci *uci, const char *file, struct report *report);

/* Behind the section's last statement; section is the index of its config. */
size_t uci_section_end(const struct uci *uci, size_t section);

/* The section's option of that name; the last one counts. NULL: it has none. */
const struct uci_statement *uci_option(const struct uci *uci, size_t section, const char *name);

/* The same as a text, or otherwise when it is not there. */
const char *uci_value(const struct uci *uci, size_t section, const char *name,
		      const char *otherwise);

/* Does a boolean's value say yes, as OpenWrt's scripts take it? */
bool uci_is_true(const char *value);

#endif
