/*
 * A figure with its rows. Written in three ways: for a page (view), as CSV, as a
 * spreadsheet; each goes through the same columns and the same values.
 */
#ifndef COLLECT_TABLE_H
#define COLLECT_TABLE_H

#include <inttypes.h>
#include <postgresql/libpq-fe.h>
#include <stdbool.h>
#include <stdio.h>

#include "collect/figure.h"
#include "collect/view.h"
#include "collect/words.h"

struct table {
	const struct figure *figure;
	const PGresult *result;
	int at[FIGURE_COLUMNS_MAX]; /* the database's columns */
};

/* False, logged: the database gives other columns than figure.c says. */
bool table_open(struct table *table, const struct figure *figure, const PGresult *result);

int table_rows(const struct table *table);
/* As the database writes it; NULL: nothing is known. */
const char *table_text(const struct table *table, int row, size_t column);
int64_t table_number(const struct table *table, int row, size_t column);
/* The same by name; "" when there is none. */
const char *table_named(const struct table *table, int row, const char *name);
int64_t table_named_number(const struct table *table, int row, const char *name);

/* What heads a column, for people. */
const char *table_label(enum words_language language, const struct figure_column *column);
/* A value for people; NULL: nothing is known. Of an interval both ends. */
const char *table_shown(const struct table *table, enum words_language language, int row,
			size_t column, struct view_arena *arena);

/* RFC 4180 with a byte order mark; integers and ISO dates only. */
void table_csv(const struct table *table, char separator, FILE *out);

enum { TABLE_XLSX_ROWS_MAX = 20000 };

/*
 * A workbook in memory of its own, made in the folder temp. NULL: it could not be made;
 * too_many rows are for the CSV.
 */
char *table_xlsx(const struct table *table, enum words_language language, const char *temp,
		 size_t *size);

/* Columns, rows and cells as table.html shows them; links begin with base. */
void table_view(const struct table *table, enum words_language language, const char *base,
		int rows_max, struct view *view);

#endif
