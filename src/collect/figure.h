/*
 * The figures: what each asks the database, and what its columns are. One table for the
 * page, the CSV and the spreadsheet, so that they cannot disagree.
 */
#ifndef COLLECT_FIGURE_H
#define COLLECT_FIGURE_H

#include <stdbool.h>
#include <stddef.h>

enum figure_kind {
	FIGURE_TEXT,
	FIGURE_NAME, /* a text that heads its row */
	FIGURE_CODE, /* leading zeros and all */
	FIGURE_SITE, /* a code with a page of its own; heads its row */
	FIGURE_WORD, /* of a few: a sentence WORD_CODE for each */
	FIGURE_BOOL,
	FIGURE_COUNT,
	FIGURE_SHARE,  /* basis points */
	FIGURE_POINTS, /* a difference of shares */
	FIGURE_LOW,    /* of an interval of shares; */
	FIGURE_HIGH,   /* its other end, in the column after it */
	FIGURE_MEAN7,  /* a sum of seven days: people see its seventh */
	FIGURE_DAY,
	FIGURE_MONTH,
	FIGURE_TIME,
	FIGURE_KIND__MAX
};

enum { FIGURE_EXPORTED = 1 /* not on the page */, FIGURE_COLUMNS_MAX = 20 };

struct figure_column {
	const char *name; /* in the database and in the CSV */
	enum figure_kind kind;
	unsigned flags;
	const char *label; /* the sentence of its heading, without col_; NULL: as name */
	const char *stem;  /* of a WORD */
};

/* Who may ask for it: the database says so as well. */
enum figure_who { FIGURE_ALL, FIGURE_STAFF /* not a reader */, FIGURE_AUDITOR, FIGURE_PUBLIC };

struct figure {
	const char *name; /* also of its sentences: fig_NAME, fig_NAME_note */
	const char *sql;
	enum figure_who who;
	const char *chart; /* what the script draws of it; NULL: nothing */
	const char *few;   /* a column: of this state its rows are grey; or NULL */
	const struct figure_column *columns;
};

const struct figure *figure_find(const char *name);
/* The one at a place, NULL after the last: for the data dictionary. */
const struct figure *figure_at(size_t place);
size_t figure_columns(const struct figure *figure);

#endif
