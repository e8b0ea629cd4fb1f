/* Values of a table, one at a time: as the database has them, and as people read them. */
#include "collect/table.h"

#include <stdlib.h>
#include <string.h>

#include "collect/number.h"
#include "common/log.h"

bool table_open(struct table *table, const struct figure *figure, const PGresult *result)
{
	size_t columns = figure_columns(figure);

	*table = (struct table){.figure = figure, .result = result};
	for (size_t i = 0; i < columns && i < FIGURE_COLUMNS_MAX; i++) {
		table->at[i] = PQfnumber(result, figure->columns[i].name);
		if (table->at[i] < 0) {
			log_warnx("figure %s has no column %s: is the schema an older one? "
				  "(congchao-collect init)",
				  figure->name, figure->columns[i].name);
			return false;
		}
	}
	return true;
}

int table_rows(const struct table *table)
{
	return PQntuples(table->result);
}

const char *table_text(const struct table *table, int row, size_t column)
{
	int at = table->at[column];

	return PQgetisnull(table->result, row, at) ? NULL : PQgetvalue(table->result, row, at);
}

int64_t table_number(const struct table *table, int row, size_t column)
{
	const char *text = table_text(table, row, column);

	return text != NULL ? strtoll(text, NULL, 10) : 0;
}

const char *table_named(const struct table *table, int row, const char *name)
{
	int at = PQfnumber(table->result, name);

	return at < 0 || row >= table_rows(table) ? "" : PQgetvalue(table->result, row, at);
}

int64_t table_named_number(const struct table *table, int row, const char *name)
{
	return strtoll(table_named(table, row, name), NULL, 10);
}

const char *table_label(enum words_language language, const struct figure_column *column)
{
	return words_of(language, "col", column->label != NULL ? column->label : column->name);
}

static const char *interval(const struct table *table, enum words_language language, int row,
			    size_t column, struct view_arena *arena)
{
	char low[NUMBER_SIZE], high[NUMBER_SIZE];
	const char *to = table_text(table, row, column + 1);

	if (to == NULL)
		return NULL;
	number_points(language, table_number(table, row, column), low);
	number_points(language, table_number(table, row, column + 1), high);
	/* Only a difference has a sign to show. */
	if (column > 0 && table->figure->columns[column - 1].kind != FIGURE_POINTS)
		return view_format(arena, "%s – %s", low + strspn(low, "+"),
				   high + strspn(high, "+"));
	return view_format(arena, "%s … %s", low, high);
}

static const char *number(const struct table *table, enum words_language language, int row,
			  size_t column, char out[NUMBER_SIZE])
{
	int64_t n = table_number(table, row, column);

	switch (table->figure->columns[column].kind) {
	case FIGURE_SHARE:
		return number_share(language, n, out);
	case FIGURE_POINTS:
		return number_points(language, n, out);
	case FIGURE_MEAN7:
		return number_mean7(language, n, out);
	default:
		return number_count(language, n, out);
	}
}

const char *table_shown(const struct table *table, enum words_language language, int row,
			size_t column, struct view_arena *arena)
{
	const struct figure_column *what = &table->figure->columns[column];
	const char *text = table_text(table, row, column);
	char out[NUMBER_SIZE];

	if (text == NULL || text[0] == '\0')
		return NULL;
	switch (what->kind) {
	case FIGURE_COUNT:
	case FIGURE_SHARE:
	case FIGURE_POINTS:
	case FIGURE_MEAN7:
		return view_copy(arena, number(table, language, row, column, out));
	case FIGURE_LOW:
		return interval(table, language, row, column, arena);
	case FIGURE_DAY:
		return view_copy(arena, number_day(language, text, out));
	case FIGURE_MONTH:
		return view_copy(arena, number_month(language, text, out));
	case FIGURE_TIME:
		return view_copy(arena, number_time(language, text, out));
	case FIGURE_WORD:
		return words_of(language, what->stem, text);
	case FIGURE_BOOL:
		return text[0] == 't' ? words_get(language, "yes") : NULL;
	default:
		return text;
	}
}
