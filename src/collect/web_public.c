/*
 * What everybody may see, without an account: monthly counts of 10 and more, and measures of
 * learning that 400 answers stand behind. As a page, and as JSON for the province's portal;
 * the days and the place of an address are not looked at.
 */
#include "collect/web.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const figures[] = {"public_months", "public", "public_learning", NULL};

static void public_show(struct web *web)
{
	struct view *view = web_view(web);
	struct table table;

	if (view == NULL)
		return;
	view_put(view, "title", web_word(web, "public_title"));
	for (size_t i = 0; figures[i] != NULL; i++)
		if (web_table(web, figures[i], &table))
			web_section(web, view, "sections", &table);
	web_render(web, WEB_PUBLIC);
}

void web_public_begin(struct web *web)
{
	if (!web_kept_answer(web))
		web_ask(web, figures, public_show);
}

static void write_string(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', out);
		if ((unsigned char)*text < 0x20)
			fprintf(out, "\\u%04x", (unsigned)(unsigned char)*text);
		else
			fputc(*text, out);
	}
	fputc('"', out);
}

static void write_value(FILE *out, const struct table *table, int row, size_t i)
{
	enum figure_kind kind = table->figure->columns[i].kind;
	const char *text = table_text(table, row, i);

	fprintf(out, "%s\"%s\":", i > 0 ? "," : "", table->figure->columns[i].name);
	if (text == NULL)
		fputs("null", out);
	else if (kind == FIGURE_BOOL)
		fputs(text[0] == 't' ? "true" : "false", out);
	else if (kind >= FIGURE_COUNT && kind <= FIGURE_MEAN7)
		fputs(text, out);
	else
		write_string(out, text);
}

static void write_table(FILE *out, const struct table *table)
{
	fprintf(out, ",\n\"%s\":[", table->figure->name);
	for (int row = 0; row < table_rows(table); row++) {
		fputs(row > 0 ? ",\n{" : "\n{", out);
		for (size_t i = 0; i < figure_columns(table->figure); i++)
			write_value(out, table, row, i);
		fputc('}', out);
	}
	fputc(']', out);
}

static void json_show(struct web *web)
{
	char *bytes = NULL;
	size_t size = 0;
	struct table table;
	FILE *out = open_memstream(&bytes, &size);

	if (out != NULL) {
		fputs("{\"publisher\":", out);
		write_string(out, web->request->collect->conf->department);
		fputs(",\"place\":", out);
		write_string(out, web->request->collect->conf->place);
		fputs(",\n\"note\":\"Counts are events, not people. Cells under 10 are null. "
		      "Shares are in "
		      "basis points.\"",
		      out);
		for (size_t i = 0; figures[i] != NULL; i++)
			if (web_table(web, figures[i], &table))
				write_table(out, &table);
		fputs("}\n", out);
		if (fclose(out) != 0) {
			free(bytes);
			bytes = NULL;
		}
	}
	web_bytes(web, MHD_HTTP_OK, "application/json; charset=utf-8", bytes, size);
}

void web_public_json_begin(struct web *web)
{
	if (!web_kept_answer(web))
		web_ask(web, figures, json_show);
}
