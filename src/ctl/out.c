/*
 * Writes tables, JSON strings and CSV fields, for every command. It knows nothing of
 * what it prints and must never let a control character through.
 */
#include "ctl/out.h"

#include <stdlib.h>
#include <string.h>

#include "common/conf_value.h"
#include "common/log.h"

void out_json_text(FILE *out, const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	fputc('"', out);
	while (*p != '\0') {
		size_t n = conf_utf8_length(p);

		if (*p == '"' || *p == '\\')
			fprintf(out, "\\%c", *p);
		else if (n > 0)
			fwrite(p, 1, n, out);
		else
			fprintf(out, "\\u%04x", *p < 0x80 ? *p : 0xfffdU);
		p += n > 0 ? n : 1;
	}
	fputc('"', out);
}

void out_csv_field(FILE *out, const char *text)
{
	bool formula = text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL;
	bool quoted = formula || text[strcspn(text, ",\"\r\n")] != '\0';

	if (quoted)
		fputc('"', out);
	if (formula)
		fputc('\'', out);
	for (; *text != '\0'; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	if (quoted)
		fputc('"', out);
}

const char *out_duration(int64_t seconds, char buffer[OUT_DURATION_SIZE])
{
	static const struct {
		int64_t seconds;
		const char *name, *rest_name;
		int64_t rest;
	} units[] = {{86400, "d", "h", 3600}, {3600, "h", "min", 60}, {60, "min", NULL, 0}};

	snprintf(buffer, OUT_DURATION_SIZE, "%lld s", (long long)seconds);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		int64_t rest;

		if (seconds < units[i].seconds)
			continue;
		rest = units[i].rest > 0 ? seconds % units[i].seconds / units[i].rest : 0;
		if (rest > 0)
			snprintf(buffer, OUT_DURATION_SIZE, "%lld %s %lld %s",
				 (long long)(seconds / units[i].seconds), units[i].name,
				 (long long)rest, units[i].rest_name);
		else
			snprintf(buffer, OUT_DURATION_SIZE, "%lld %s",
				 (long long)(seconds / units[i].seconds), units[i].name);
		break;
	}
	return buffer;
}

const char *out_share(double share, int decimals, char buffer[OUT_SHARE_SIZE])
{
	snprintf(buffer, OUT_SHARE_SIZE, "%.*f", decimals, 100 * share);
	/* What rounds to nothing has no sign. */
	if (buffer[0] == '-' && buffer[1 + strspn(buffer + 1, "0.")] == '\0')
		memmove(buffer, buffer + 1, strlen(buffer));
	return buffer;
}

static void make_plain(char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || (unsigned char)*text > '~')
			*text = '?';
}

const char *out_plain(const char *text, char *buffer, size_t size)
{
	snprintf(buffer, size, "%s", text);
	make_plain(buffer);
	return buffer;
}

void out_table_add(struct out_table *table, const char *text)
{
	char *cell = strdup(text);

	if (table->count == table->size) {
		table->size = table->size > 0 ? table->size * 2 : 64;
		table->cells = reallocarray(table->cells, table->size, sizeof(*table->cells));
	}
	if (cell == NULL || table->cells == NULL)
		fatal("no memory for the answer");
	make_plain(cell);
	table->cells[table->count++] = cell;
}

void out_table_add_number(struct out_table *table, int64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)number);
	out_table_add(table, text);
}

void out_table_add_share(struct out_table *table, bool known, double share)
{
	char text[OUT_SHARE_SIZE];

	out_table_add(table, known ? out_share(share, 1, text) : "-");
}

void out_table_add_span(struct out_table *table, bool known, double low, double high)
{
	char from[OUT_SHARE_SIZE], to[OUT_SHARE_SIZE], text[2 * OUT_SHARE_SIZE + 8];

	snprintf(text, sizeof(text), "%s to %s", out_share(low, 1, from), out_share(high, 1, to));
	out_table_add(table, known ? text : "-");
}

void out_table_print(const struct out_table *table, FILE *out)
{
	int widths[OUT_COLUMNS_MAX] = {0};

	for (size_t i = 0; i < table->count; i++) {
		int length = (int)strlen(table->cells[i]);

		if (length > widths[i % table->columns])
			widths[i % table->columns] = length;
	}
	for (size_t i = 0; i < table->count; i++) {
		size_t column = i % table->columns;
		bool last = column == table->columns - 1;

		if (column >= table->columns - table->numbers)
			fprintf(out, "%*s", widths[column], table->cells[i]);
		else
			fprintf(out, "%-*s", last ? 0 : widths[column], table->cells[i]);
		fputs(last ? "\n" : "  ", out);
	}
}

void out_table_free(struct out_table *table)
{
	for (size_t i = 0; i < table->count; i++)
		free(table->cells[i]);
	free(table->cells);
	table->cells = NULL;
	table->count = table->size = 0;
}
