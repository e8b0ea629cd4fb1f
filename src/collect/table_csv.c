/*
 * CSV for machines and for those who open it in a spreadsheet: stable English names,
 * integers, ISO dates, CRLF, and nothing in it that a spreadsheet takes for a formula.
 */
#include <string.h>

#include "collect/table.h"

/* What strangers have typed must stay a text (CSV injection). */
static bool is_formula(const char *text)
{
	return text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL;
}

static void write_text(const char *text, char separator, FILE *out)
{
	bool guard = is_formula(text);
	const char special[] = {separator, '"', '\r', '\n', '\0'};

	if (!guard && text[strcspn(text, special)] == '\0') {
		fputs(text, out);
		return;
	}
	fputs(guard ? "\"'" : "\"", out);
	for (; *text != '\0'; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

/* "2026-11-30 09:15:00.5+07" -> 2026-11-30T09:15:00+07:00 */
static void write_time(const char *text, FILE *out)
{
	const char *zone = strrchr(text, '+');

	if (strlen(text) < 19 || zone == NULL)
		fputs(text, out);
	else
		fprintf(out, "%.10sT%.8s%.3s:00", text, text + 11, zone);
}

static void write_cell(const struct table *table, int row, size_t column, char separator, FILE *out)
{
	const char *text = table_text(table, row, column);

	if (text == NULL)
		return;
	switch (table->figure->columns[column].kind) {
	case FIGURE_COUNT:
	case FIGURE_SHARE:
	case FIGURE_POINTS:
	case FIGURE_LOW:
	case FIGURE_HIGH:
	case FIGURE_MEAN7:
	case FIGURE_DAY:
		fputs(text, out);
		break;
	case FIGURE_MONTH:
		fprintf(out, "%.7s", text);
		break;
	case FIGURE_TIME:
		write_time(text, out);
		break;
	case FIGURE_BOOL:
		fputs(text[0] == 't' ? "true" : "false", out);
		break;
	default:
		write_text(text, separator, out);
	}
}

void table_csv(const struct table *table, char separator, FILE *out)
{
	size_t columns = figure_columns(table->figure);

	fputs("\xef\xbb\xbf", out);
	for (size_t i = 0; i < columns; i++)
		fprintf(out, "%s%c", table->figure->columns[i].name,
			i + 1 < columns ? separator : '\r');
	fputc('\n', out);
	for (int row = 0; row < table_rows(table); row++) {
		for (size_t i = 0; i < columns; i++) {
			write_cell(table, row, i, separator, out);
			fputc(i + 1 < columns ? separator : '\r', out);
		}
		fputc('\n', out);
	}
}
