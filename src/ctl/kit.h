/*
 * The translators' kit: every sentence of a pack as one row of a spreadsheet, key, source,
 * translation, and back. For kit*.c alone. Which answer is right is in no row.
 */
#ifndef CTL_KIT_H
#define CTL_KIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "common/conf.h"
#include "common/lesson_cfg.h"
#include "common/report.h"

enum { KIT_KEY_SIZE = 256 };

/* What the translator's file says of a row. */
struct kit_given {
	int line;	  /* in the file; 0: it has no such row */
	const char *text; /* "": not translated */
	int rev, src_rev;
	bool stale; /* the state that the export wrote, or that the translator left */
};

struct kit_row {
	char key[KIT_KEY_SIZE]; /* "questions.CIT-OTP-A.stem", "ui.right" */
	const char *group;	/* "questions" */
	const char *entry;	/* "CIT-OTP-A", "right" */
	const char *field;	/* "stem"; NULL: the entry is the text itself */
	const char *source;
	const char *translation; /* NULL: there is none yet */
	int rev;		 /* that the source's text is of; 0: the row has none */
	int src_rev;		 /* that the translation is of; 0: none */
	struct kit_given given;
};

struct kit {
	struct report *report;
	char source_language[CONF_LANGUAGE_SIZE]; /* the pack's default_lang */
	char language[CONF_LANGUAGE_SIZE];
	const char *content;
	struct lesson_cfg about, source, target;
	struct kit_row *rows; /* in the source's order, the fields of an entry together */
	size_t count, size;
};

/*
 * Reads the pack of conf->path_content and what language has of it. Returns 0, or -1 when
 * report has been told why not. kit_close is due in both cases.
 */
int kit_open(struct kit *kit, const struct conf *conf, const char *language, struct report *report);
void kit_close(struct kit *kit); /* accepts one that is all zero */

/* The rows as CSV: UTF-8 with byte order mark, lines ended by CR LF. */
void kit_export(const struct kit *kit, FILE *out);

/*
 * Takes the translations of text, a CSV file as intake gives it, into the rows' given,
 * which then points into it. Tells report every mistake; path is for messages.
 */
void kit_import(struct kit *kit, char *text, const char *path);

/* Checks what was given by the loader's rules, row by row; it has to be whole. */
void kit_check(const struct kit *kit, const char *path);

/* Writes what was given, without a mistake, as text/LANG.cfg. from is the name of the file it came
 * in. */
void kit_write(const struct kit *kit, FILE *out, const char *from);

/*
 * Loads the pack with the written file in the language's place, as portal would. False
 * when the loader refuses it, having told report why.
 */
bool kit_loads(const struct kit *kit, const char *written, const char *path);

/* One past the last row of the entry that begins at row first. */
size_t kit_entry_end(const struct kit *kit, size_t first);

#endif
