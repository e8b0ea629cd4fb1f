/* The figures about sites and of the monthly report: figure.c's other half, for it alone. */
#ifndef COLLECT_FIGURE_PART_H
#define COLLECT_FIGURE_PART_H

#include "collect/figure.h"

extern const struct figure figure_part[];
extern const size_t figure_part_count;

#define FIGURE_END           \
	{                    \
		.name = NULL \
	}
#define FIGURE_COUNTED(n)                      \
	{                                      \
		n, FIGURE_COUNT, 0, NULL, NULL \
	}
#define FIGURE_HIDDEN(n)                                     \
	{                                                    \
		n, FIGURE_COUNT, FIGURE_EXPORTED, NULL, NULL \
	}
#define FIGURE_CODED(n)                                     \
	{                                                   \
		n, FIGURE_CODE, FIGURE_EXPORTED, NULL, NULL \
	}
#define FIGURE_NAMED(n, l)                 \
	{                                  \
		n, FIGURE_NAME, 0, l, NULL \
	}
#define FIGURE_WORDS(n, s)                 \
	{                                  \
		n, FIGURE_WORD, 0, NULL, s \
	}
#define FIGURE_OF(n, l)                     \
	{                                   \
		n, FIGURE_SHARE, 0, l, NULL \
	}
#define FIGURE_COL(n, k)            \
	{                           \
		n, k, 0, NULL, NULL \
	}
#define FIGURE_SPAN                                   \
	{"low_bp", FIGURE_LOW, 0, "interval", NULL},  \
	{                                             \
		"high_bp", FIGURE_HIGH, 0, NULL, NULL \
	}
/* Hours received of those expected: people see the share alone. */
#define FIGURE_HOURS                                                       \
	{"hours_received", FIGURE_COUNT, FIGURE_EXPORTED, NULL, NULL},     \
	    {"hours_expected", FIGURE_COUNT, FIGURE_EXPORTED, NULL, NULL}, \
	{                                                                  \
		"pct_bp", FIGURE_SHARE, 0, "completeness", NULL            \
	}
#define FIGURE_SQL(name) "select * from congchao.figure_" name "($1, $2, $3, $4, $5)"

#endif
