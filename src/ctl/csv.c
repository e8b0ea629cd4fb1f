/*
 * Reads CSV for the translators' kit, field by field with a state for each character, and
 * writes it. Pure. A file that broke on its way through a spreadsheet must never be half
 * understood.
 */
#include "ctl/csv.h"

#include <string.h>

#include "ctl/out.h"

/* A semicolon, if the first line has more of them than commas. */
static char separator_find(const char *text)
{
	long balance = 0;

	for (; *text != '\0' && *text != '\n'; text++)
		balance += (*text == ';') - (*text == ',');
	return balance > 0 ? ';' : ',';
}

struct csv csv_begin(char *text)
{
	return (struct csv){.at = text, .line = 1, .separator = separator_find(text)};
}

/* One field at csv->at, which is left at the separator or the end. */
static enum csv_read field_read(struct csv *csv, char **field)
{
	char *in = csv->at, *out = csv->at;
	bool quoted = *in == '"';

	*field = out;
	if (quoted) {
		for (in++; *in != '\0' && (*in != '"' || in[1] == '"'); in++) {
			csv->line += *in == '\n';
			in += *in == '"';
			*out++ = *in;
		}
		if (*in == '\0')
			return CSV_QUOTE_OPEN;
		in++;
	} else {
		while (*in != '\0' && *in != '\n' && *in != '"' && *in != csv->separator)
			in++;
		out = in;
		if (*in == '"')
			return CSV_QUOTE_INSIDE;
	}
	if (*in != '\0' && *in != '\n' && *in != csv->separator)
		return CSV_QUOTE_AFTER;
	csv->at = in;
	/* The end of the text is to be seen again; a quoted field's is before it. */
	if (out < in)
		*out = '\0';
	return CSV_RECORD;
}

enum csv_read csv_read(struct csv *csv, struct csv_record *record)
{
	char end;

	for (; *csv->at == '\n'; csv->at++)
		csv->line++;
	if (*csv->at == '\0')
		return CSV_END;
	record->line = csv->line;
	record->count = 0;
	do {
		enum csv_read rc;

		if (record->count == CSV_FIELDS_MAX)
			return CSV_TOO_MANY;
		rc = field_read(csv, &record->fields[record->count++]);
		if (rc != CSV_RECORD)
			return rc;
		end = *csv->at;
		*csv->at = '\0';
		csv->at += end != '\0';
	} while (end == csv->separator);
	csv->line += end == '\n';
	return CSV_RECORD;
}

const char *csv_error(enum csv_read error)
{
	switch (error) {
	case CSV_QUOTE_INSIDE:
		return "a \" inside of a field, expected the field in quotes and \"\" for each of "
		       "its own";
	case CSV_QUOTE_AFTER:
		return "text behind the closing \" of a field, expected the separator or the end "
		       "of "
		       "the line";
	case CSV_QUOTE_OPEN:
		return "a field that begins with \" and does not end, expected a closing \"";
	case CSV_TOO_MANY:
		return "too many fields, expected those that the export has written";
	case CSV_RECORD:
	case CSV_END:
		break;
	}
	return "";
}

static bool begins_formula(const char *text)
{
	return text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL;
}

void csv_write(FILE *out, const char *text)
{
	/* out_csv_field puts the ' before a formula; one of the text's own needs another. */
	if (text[0] == '\'') {
		fputs("\"'", out);
		for (; *text != '\0'; text++)
			fputs(*text == '"' ? "\"\"" : (char[]){*text, '\0'}, out);
		fputc('"', out);
		return;
	}
	out_csv_field(out, text);
}

const char *csv_text(const char *field)
{
	return field[0] == '\'' && (field[1] == '\'' || begins_formula(field + 1)) ? field + 1
										   : field;
}
