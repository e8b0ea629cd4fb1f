/*
 * Comma-separated values by RFC 4180, and as spreadsheets write them: separated by
 * semicolons where a comma stands in numbers. Strict: what is no CSV is told, not guessed.
 */
#ifndef CTL_CSV_H
#define CTL_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { CSV_FIELDS_MAX = 32 };

struct csv {
	char *at; /* what has not been read yet */
	int line; /* of it */
	char separator;
};

struct csv_record {
	int line; /* at which it begins */
	char *fields[CSV_FIELDS_MAX];
	size_t count; /* at least 1 */
};

enum csv_read {
	CSV_RECORD,
	CSV_END,
	CSV_QUOTE_INSIDE, /* a quote in a field that does not begin with one */
	CSV_QUOTE_AFTER,  /* something between a quoted field and the separator */
	CSV_QUOTE_OPEN,	  /* the text ends inside of a quoted field */
	CSV_TOO_MANY,	  /* fields */
};

/*
 * Begins to read text, which has to be as intake gives it (lines ended by LF alone). Its
 * first line tells the separator. text is changed and the fields point into it.
 */
struct csv csv_begin(char *text);

/* The next record, an empty line passed over. After an error reading cannot go on. */
enum csv_read csv_read(struct csv *csv, struct csv_record *record);

/* What an error means, for a message: "..., expected ...". */
const char *csv_error(enum csv_read error);

/*
 * Writes a field so that no spreadsheet takes it for a formula, whatever it begins with,
 * and csv_text gets it back.
 */
void csv_write(FILE *out, const char *text);

/* The text of a field without that guard. Points into the field. */
const char *csv_text(const char *field);

#endif
