/* The same for a page: what table.html shows, with the raw value beside the shown one. */
#include <stdlib.h>
#include <string.h>

#include "collect/table.h"

/* On the page an interval is one column. */
static bool is_shown(const struct figure_column *column)
{
	return (column->flags & FIGURE_EXPORTED) == 0 && column->kind != FIGURE_HIGH;
}

static bool is_number(enum figure_kind kind)
{
	return (kind >= FIGURE_COUNT && kind <= FIGURE_MEAN7);
}

static bool is_head(enum figure_kind kind)
{
	return kind == FIGURE_NAME || kind == FIGURE_SITE;
}

/* Has a row of its own no name, its first column is what it is about. */
static size_t head_of(const struct figure *figure)
{
	for (size_t i = 0; i < figure_columns(figure); i++)
		if (is_shown(&figure->columns[i]) && is_head(figure->columns[i].kind))
			return i;
	return 0;
}

static const char *class_of(enum figure_kind kind)
{
	return is_number(kind) ? "num" : kind == FIGURE_CODE ? "code" : "";
}

static void add_columns(const struct table *table, enum words_language language, struct view *view)
{
	for (size_t i = 0; i < figure_columns(table->figure); i++) {
		const struct figure_column *column = &table->figure->columns[i];
		struct view *head;

		if (!is_shown(column))
			continue;
		head = view_add(view, "columns");
		view_put(head, "label", table_label(language, column));
		view_put(head, "name", column->name);
		view_put(head, "class", class_of(column->kind));
	}
}

static void add_cell(const struct table *table, enum words_language language, const char *base,
		     int row, size_t i, bool head, struct view *line)
{
	const struct figure_column *column = &table->figure->columns[i];
	struct view *cell = view_add(line, "cells");
	struct view_arena *arena = view_arena_of(line);
	const char *raw = table_text(table, row, i);

	view_put(cell, "text", table_shown(table, language, row, i, arena));
	view_put(cell, "raw", raw != NULL ? raw : "");
	view_put(cell, "high", column->kind == FIGURE_LOW ? table_text(table, row, i + 1) : "");
	view_put(cell, "class", class_of(column->kind));
	view_put(cell, "state", column->kind == FIGURE_WORD && raw != NULL ? raw : "");
	view_put(cell, "label", table_label(language, column));
	view_put_if(cell, "head", head);
	view_put(cell, "href",
		 column->kind == FIGURE_SITE && raw != NULL
		     ? view_format(arena, "%s/sites/%s", base, raw)
		     : "");
}

/* All of one name stand for a sum of the others. */
static const char *row_class(const struct table *table, int row)
{
	const char *few = table->figure->few;

	if (few == NULL)
		return "";
	few = table_named(table, row, few);
	return strcmp(few, "too few") == 0 || strcmp(few, "unknown") == 0 ? "few" : "";
}

void table_view(const struct table *table, enum words_language language, const char *base,
		int rows_max, struct view *view)
{
	size_t columns = figure_columns(table->figure), head = head_of(table->figure);
	int rows = table_rows(table);

	add_columns(table, language, view);
	for (int row = 0; row < rows && row < rows_max; row++) {
		struct view *line = view_add(view, "rows");

		view_put(line, "class", row_class(table, row));
		for (size_t i = 0; i < columns; i++)
			if (is_shown(&table->figure->columns[i]))
				add_cell(table, language, base, row, i, i == head, line);
	}
	view_put_if(view, "some", rows > 0);
	view_put_if(view, "more", rows > rows_max);
}
