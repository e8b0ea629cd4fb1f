/* The table of figures. A column that the database does not give is a mistake of ours. */
#include "collect/figure.h"

#include <string.h>

#include "collect/figure_part.h"

static const struct figure_column targets[] = {
    FIGURE_CODED("audience"),
    FIGURE_NAMED("name", "group"),
    {"plan", FIGURE_TEXT, FIGURE_EXPORTED, NULL, NULL},
    FIGURE_COUNTED("reached"),
    FIGURE_COUNTED("denominator"),
    FIGURE_OF("pct_bp", "share"),
    {"margin_bp", FIGURE_SHARE, 0, "margin", NULL},
    {"comparator", FIGURE_TEXT, FIGURE_EXPORTED, NULL, NULL},
    FIGURE_OF("target_bp", "target"),
    {"gap_bp", FIGURE_SHARE, 0, "gap", NULL},
    FIGURE_WORDS("state", "state"),
    FIGURE_WORDS("measured_by", "basis"),
    {"basis", FIGURE_TEXT, FIGURE_EXPORTED, NULL, NULL},
    FIGURE_COL("source", FIGURE_TEXT),
    FIGURE_COL("source_date", FIGURE_DAY),
    FIGURE_COUNTED("acknowledged"),
    FIGURE_COUNTED("acknowledged_unflagged"),
    FIGURE_HIDDEN("acknowledged_period"),
    FIGURE_HIDDEN("acknowledged_before"),
    FIGURE_END};

static const struct figure_column fleet[] = {FIGURE_CODED("area"),
					     FIGURE_NAMED("name", "area"),
					     FIGURE_COUNTED("active"),
					     FIGURE_COUNTED("silent"),
					     FIGURE_COUNTED("pending"),
					     FIGURE_COUNTED("flagged"),
					     FIGURE_COUNTED("suspended"),
					     FIGURE_COUNTED("revoked"),
					     FIGURE_HOURS,
					     FIGURE_COL("oldest_unsent", FIGURE_TIME),
					     FIGURE_END};

static const struct figure_column trend[] = {
    FIGURE_COL("day", FIGURE_DAY),
    FIGURE_COUNTED("shown"),
    FIGURE_COUNTED("acknowledged"),
    FIGURE_COUNTED("acknowledged_unflagged"),
    {"acknowledged_7_days", FIGURE_MEAN7, 0, "mean7", NULL},
    FIGURE_HOURS,
    FIGURE_END};

static const struct figure_column funnel[] = {FIGURE_CODED("audience"),
					      FIGURE_NAMED("name", "group"),
					      FIGURE_WORDS("lang", "lang"),
					      FIGURE_COUNTED("shown"),
					      FIGURE_COUNTED("answered"),
					      FIGURE_COUNTED("acknowledged"),
					      FIGURE_OF("pct_bp", "acknowledged_share"),
					      FIGURE_COUNTED("acknowledged_unflagged"),
					      FIGURE_COUNTED("released"),
					      FIGURE_COUNTED("deferred"),
					      FIGURE_COUNTED("returned"),
					      FIGURE_END};

static const struct figure_column lessons[] = {FIGURE_CODED("objective"),
					       FIGURE_NAMED("title", "lesson"),
					       FIGURE_WORDS("audience", "audience"),
					       FIGURE_COUNTED("before_n"),
					       FIGURE_HIDDEN("before_right"),
					       FIGURE_OF("before_bp", NULL),
					       FIGURE_COUNTED("after_n"),
					       FIGURE_HIDDEN("after_right"),
					       FIGURE_OF("after_bp", NULL),
					       FIGURE_END};

static const struct figure_column questions[] = {
    FIGURE_COL("item", FIGURE_CODE),
    FIGURE_NAMED("stem", "question"),
    FIGURE_COUNTED("answered"),
    FIGURE_HIDDEN("right_n"),
    FIGURE_OF("pct_bp", "facility"),
    FIGURE_SPAN,
    {"wrong_option", FIGURE_CODE, FIGURE_EXPORTED, NULL, NULL},
    FIGURE_COL("wrong_text", FIGURE_TEXT),
    FIGURE_HIDDEN("wrong_n"),
    FIGURE_OF("wrong_bp", NULL),
    FIGURE_HIDDEN("fast_n"),
    FIGURE_WORDS("state", "score"),
    FIGURE_CODED("objective"),
    FIGURE_END};

static const struct figure_column learning[] = {FIGURE_CODED("audience"),
						FIGURE_NAMED("name", "group"),
						FIGURE_CODED("objective"),
						FIGURE_COL("title", FIGURE_TEXT),
						FIGURE_COUNTED("answers"),
						FIGURE_OF("before_bp", NULL),
						FIGURE_OF("after_bp", NULL),
						{"gain_bp", FIGURE_POINTS, 0, NULL, NULL},
						FIGURE_SPAN,
						FIGURE_WORDS("state", "score"),
						FIGURE_END};

static const struct figure_column retention[] = {FIGURE_CODED("audience"),
						 FIGURE_NAMED("name", "group"),
						 FIGURE_COUNTED("days"),
						 FIGURE_COUNTED("answers"),
						 FIGURE_COUNTED("answers_control"),
						 FIGURE_OF("remembered_bp", NULL),
						 FIGURE_OF("control_bp", NULL),
						 {"more_bp", FIGURE_POINTS, 0, NULL, NULL},
						 FIGURE_SPAN,
						 FIGURE_WORDS("state", "score"),
						 FIGURE_END};

static const struct figure_column areas[] = {FIGURE_CODED("area"),
					     FIGURE_NAMED("name", "area"),
					     FIGURE_COUNTED("sites"),
					     FIGURE_COUNTED("shown"),
					     FIGURE_COUNTED("acknowledged"),
					     FIGURE_COUNTED("acknowledged_unflagged"),
					     FIGURE_HOURS,
					     FIGURE_END};

static const struct figure_column hours[] = {FIGURE_COUNTED("hour"), FIGURE_COUNTED("weekday"),
					     FIGURE_COUNTED("shown"),
					     FIGURE_COUNTED("acknowledged"), FIGURE_END};

static const struct figure_column versions[] = {FIGURE_NAMED("software", NULL),
						FIGURE_COUNTED("sites"), FIGURE_END};

static const struct figure_column completeness[] = {FIGURE_HIDDEN("hours_received"),
						    FIGURE_HIDDEN("hours_expected"),
						    FIGURE_OF("pct_bp", "completeness"),
						    FIGURE_COUNTED("acknowledged"),
						    FIGURE_COUNTED("acknowledged_unflagged"),
						    FIGURE_COUNTED("shown"),
						    FIGURE_END};

static const struct figure_column public_counts[] = {
    FIGURE_COL("month", FIGURE_MONTH),
    FIGURE_WORDS("dimension", "dimension"),
    {"code", FIGURE_CODE, FIGURE_EXPORTED, NULL, NULL},
    FIGURE_NAMED("name", "of_what"),
    FIGURE_WORDS("counter", "counter"),
    FIGURE_COUNTED("value"),
    FIGURE_COL("suppressed", FIGURE_BOOL),
    FIGURE_COL("provisional", FIGURE_BOOL),
    FIGURE_END};

static const struct figure_column public_learning[] = {FIGURE_CODED("audience"),
						       FIGURE_NAMED("name", "group"),
						       FIGURE_WORDS("measure", "measure"),
						       FIGURE_COUNTED("answers"),
						       FIGURE_OF("value_bp", "value"),
						       FIGURE_SPAN,
						       FIGURE_END};

static const struct figure_column public_months[] = {
    FIGURE_COL("month", FIGURE_MONTH),	    FIGURE_COUNTED("hours_received"),
    FIGURE_COUNTED("hours_expected"),	    FIGURE_OF("pct_bp", "completeness"),
    FIGURE_COL("provisional", FIGURE_BOOL), FIGURE_END};

static const struct figure figures[] = {
    {"targets", FIGURE_SQL("targets"), FIGURE_ALL, NULL, NULL, targets},
    {"fleet", FIGURE_SQL("fleet"), FIGURE_ALL, NULL, NULL, fleet},
    {"trend", FIGURE_SQL("trend"), FIGURE_ALL, "line", NULL, trend},
    {"funnel", FIGURE_SQL("funnel"), FIGURE_ALL, "funnel", NULL, funnel},
    {"lessons", FIGURE_SQL("lessons"), FIGURE_ALL, NULL, NULL, lessons},
    {"questions", FIGURE_SQL("questions"), FIGURE_ALL, NULL, "state", questions},
    {"learning", FIGURE_SQL("learning"), FIGURE_ALL, NULL, "state", learning},
    {"retention", FIGURE_SQL("retention"), FIGURE_ALL, NULL, "state", retention},
    {"areas", FIGURE_SQL("areas"), FIGURE_ALL, "bar", NULL, areas},
    {"hours", FIGURE_SQL("hours"), FIGURE_ALL, "heat", NULL, hours},
    {"versions", FIGURE_SQL("versions"), FIGURE_ALL, NULL, NULL, versions},
    {"completeness", FIGURE_SQL("completeness"), FIGURE_ALL, NULL, NULL, completeness},
    {"public", FIGURE_SQL("public"), FIGURE_PUBLIC, NULL, NULL, public_counts},
    {"public_learning", FIGURE_SQL("public_learning"), FIGURE_PUBLIC, NULL, NULL, public_learning},
    {"public_months", FIGURE_SQL("public_months"), FIGURE_PUBLIC, NULL, NULL, public_months},
};

enum { FIGURES = sizeof(figures) / sizeof(figures[0]) };

const struct figure *figure_at(size_t place)
{
	if (place < FIGURES)
		return &figures[place];
	place -= FIGURES;
	return place < figure_part_count ? &figure_part[place] : NULL;
}

const struct figure *figure_find(const char *name)
{
	const struct figure *figure;

	for (size_t i = 0; (figure = figure_at(i)) != NULL; i++)
		if (strcmp(figure->name, name) == 0)
			return figure;
	return NULL;
}

size_t figure_columns(const struct figure *figure)
{
	size_t n = 0;

	while (figure->columns[n].name != NULL)
		n++;
	return n;
}
