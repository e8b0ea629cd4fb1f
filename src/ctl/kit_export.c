/*
 * Writes the translators' kit. Spreadsheets know UTF-8 by its byte order mark; no cell
 * may run as a formula in them.
 */
#include "ctl/kit.h"

#include "ctl/csv.h"

static const char *state_of(const struct kit_row *row)
{
	if (row->translation == NULL)
		return "missing";
	return row->src_rev < row->rev ? "stale" : "ok";
}

static void number_write(FILE *out, int number)
{
	if (number > 0)
		fprintf(out, "%d", number);
	fputc(',', out);
}

void kit_export(const struct kit *kit, FILE *out)
{
	fputs("\xef\xbb\xbfkey,source,translation,rev,src_rev,state\r\n", out);
	for (size_t i = 0; i < kit->count; i++) {
		const struct kit_row *row = &kit->rows[i];

		csv_write(out, row->key);
		fputc(',', out);
		csv_write(out, row->source);
		fputc(',', out);
		csv_write(out, row->translation != NULL ? row->translation : "");
		fputc(',', out);
		number_write(out, row->rev);
		number_write(out, row->src_rev);
		fprintf(out, "%s\r\n", state_of(row));
	}
}
