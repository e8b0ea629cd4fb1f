/* The figures about sites, what has been done with them, and the monthly report's. */
#include "collect/figure_part.h"

static const struct figure_column sites[] = {FIGURE_COL("site", FIGURE_SITE),
					     FIGURE_COL("name", FIGURE_TEXT),
					     FIGURE_COL("area", FIGURE_TEXT),
					     FIGURE_WORDS("status", "status"),
					     {"silent", FIGURE_BOOL, 0, NULL, NULL},
					     FIGURE_COL("last_at", FIGURE_TIME),
					     FIGURE_COUNTED("shown"),
					     FIGURE_COUNTED("acknowledged"),
					     FIGURE_HOURS,
					     FIGURE_COUNTED("doubtful_hours"),
					     FIGURE_HIDDEN("flags"),
					     FIGURE_COL("flag_names", FIGURE_TEXT),
					     {"software", FIGURE_TEXT, FIGURE_EXPORTED, NULL, NULL},
					     FIGURE_END};

static const struct figure_column site[] = {FIGURE_COL("site", FIGURE_CODE),
					    FIGURE_COL("name", FIGURE_TEXT),
					    FIGURE_COL("area", FIGURE_TEXT),
					    FIGURE_COL("kind", FIGURE_TEXT),
					    FIGURE_WORDS("status", "status"),
					    FIGURE_COL("silent", FIGURE_BOOL),
					    FIGURE_COL("enrolled_at", FIGURE_TIME),
					    FIGURE_COL("approved_at", FIGURE_TIME),
					    FIGURE_COL("last_at", FIGURE_TIME),
					    FIGURE_COL("software", FIGURE_TEXT),
					    FIGURE_COUNTED("unsent"),
					    FIGURE_COL("oldest_unsent", FIGURE_TIME),
					    FIGURE_COUNTED("skew_s"),
					    FIGURE_COUNTED("capacity"),
					    FIGURE_COL("opens", FIGURE_TEXT),
					    FIGURE_COL("closes", FIGURE_TEXT),
					    FIGURE_END};

static const struct figure_column site_days[] = {FIGURE_COL("day", FIGURE_DAY),
						 FIGURE_COUNTED("shown"),
						 FIGURE_COUNTED("acknowledged"),
						 FIGURE_COUNTED("hours_received"),
						 FIGURE_COUNTED("hours_expected"),
						 FIGURE_COUNTED("doubtful_hours"),
						 FIGURE_COUNTED("excluded_hours"),
						 FIGURE_COUNTED("late_hours"),
						 FIGURE_HIDDEN("flags"),
						 FIGURE_COL("flag_names", FIGURE_TEXT),
						 FIGURE_END};

static const struct figure_column flagged[] = {FIGURE_COL("site", FIGURE_SITE),
					       FIGURE_COL("name", FIGURE_TEXT),
					       FIGURE_COL("day", FIGURE_DAY),
					       FIGURE_COUNTED("hours"),
					       FIGURE_HIDDEN("flags"),
					       FIGURE_COL("flag_names", FIGURE_TEXT),
					       FIGURE_END};

static const struct figure_column events[] = {
    FIGURE_COL("at", FIGURE_TIME),  FIGURE_COL("site", FIGURE_SITE), FIGURE_WORDS("what", "event"),
    FIGURE_COL("who", FIGURE_TEXT), FIGURE_COL("note", FIGURE_TEXT), FIGURE_END};

static const struct figure_column decisions[] = {
    FIGURE_COL("at", FIGURE_TIME),	FIGURE_COL("site", FIGURE_SITE),
    FIGURE_COL("from_day", FIGURE_DAY), FIGURE_COL("to_day", FIGURE_DAY),
    FIGURE_WORDS("verdict", "event"),	FIGURE_COL("reason", FIGURE_TEXT),
    FIGURE_COL("who", FIGURE_TEXT),	FIGURE_END};

static const struct figure_column accounts[] = {
    FIGURE_NAMED("account", NULL),	   FIGURE_WORDS("role", "role"),
    FIGURE_COL("enabled", FIGURE_BOOL),	   FIGURE_COL("made_at", FIGURE_TIME),
    FIGURE_COL("changed_at", FIGURE_TIME), FIGURE_END};

static const struct figure_column choice_areas[] = {FIGURE_COL("area", FIGURE_CODE),
						    FIGURE_COL("name", FIGURE_TEXT), FIGURE_END};

static const struct figure_column month[] = {FIGURE_COL("month", FIGURE_MONTH),
					     FIGURE_COUNTED("number"),
					     FIGURE_COL("frozen_at", FIGURE_TIME),
					     FIGURE_COL("hash", FIGURE_CODE),
					     FIGURE_COUNTED("hours_received"),
					     FIGURE_COUNTED("hours_expected"),
					     FIGURE_OF("pct_bp", "completeness"),
					     FIGURE_COUNTED("shown"),
					     FIGURE_COUNTED("acknowledged"),
					     FIGURE_COUNTED("acknowledged_unflagged"),
					     FIGURE_COUNTED("acknowledged_before"),
					     FIGURE_COUNTED("sites"),
					     FIGURE_COUNTED("sites_reporting"),
					     FIGURE_COUNTED("sites_flagged"),
					     FIGURE_END};

static const struct figure_column month_targets[] = {
    FIGURE_CODED("audience"),
    FIGURE_NAMED("name", "group"),
    {"plan", FIGURE_TEXT, FIGURE_EXPORTED, NULL, NULL},
    FIGURE_COUNTED("reached"),
    FIGURE_COUNTED("denominator"),
    FIGURE_OF("pct_bp", "share"),
    {"margin_bp", FIGURE_SHARE, FIGURE_EXPORTED, "margin", NULL},
    {"comparator", FIGURE_TEXT, FIGURE_EXPORTED, NULL, NULL},
    FIGURE_OF("target_bp", "target"),
    FIGURE_OF("gap_bp", "gap"),
    FIGURE_WORDS("state", "state"),
    FIGURE_WORDS("measured_by", "basis"),
    FIGURE_COL("source", FIGURE_TEXT),
    FIGURE_COL("source_date", FIGURE_DAY),
    {"acknowledged", FIGURE_COUNT, FIGURE_EXPORTED, NULL, NULL},
    FIGURE_END};

static const struct figure_column month_weeks[] = {FIGURE_COL("starts", FIGURE_DAY),
						   FIGURE_COL("ends", FIGURE_DAY),
						   FIGURE_COUNTED("shown"),
						   FIGURE_COUNTED("acknowledged"),
						   FIGURE_COUNTED("acknowledged_unflagged"),
						   FIGURE_END};

static const struct figure_column month_audiences[] = {FIGURE_CODED("audience"),
						       FIGURE_NAMED("name", "group"),
						       FIGURE_WORDS("lang", "lang"),
						       FIGURE_COUNTED("shown"),
						       FIGURE_COUNTED("answered"),
						       FIGURE_COUNTED("acknowledged"),
						       FIGURE_COUNTED("acknowledged_unflagged"),
						       FIGURE_OF("pct_bp", "acknowledged_share"),
						       FIGURE_END};

static const struct figure_column month_questions[] = {FIGURE_CODED("item"),
						       FIGURE_NAMED("stem", "question"),
						       FIGURE_COUNTED("answered"),
						       FIGURE_HIDDEN("right_n"),
						       FIGURE_OF("pct_bp", "facility"),
						       FIGURE_SPAN,
						       FIGURE_CODED("wrong_option"),
						       FIGURE_COL("wrong_text", FIGURE_TEXT),
						       FIGURE_OF("wrong_bp", NULL),
						       FIGURE_END};

static const struct figure_column month_areas[] = {FIGURE_CODED("area"),
						   FIGURE_NAMED("name", "area"),
						   FIGURE_COUNTED("sites"),
						   FIGURE_COUNTED("shown"),
						   FIGURE_COUNTED("acknowledged"),
						   FIGURE_COUNTED("acknowledged_unflagged"),
						   FIGURE_HOURS,
						   FIGURE_END};

static const struct figure_column month_sites[] = {FIGURE_COL("site", FIGURE_CODE),
						   FIGURE_NAMED("name", "site_name"),
						   FIGURE_WORDS("status", "status"),
						   FIGURE_HOURS,
						   FIGURE_COUNTED("doubtful_hours"),
						   FIGURE_COUNTED("excluded_hours"),
						   FIGURE_HIDDEN("flags"),
						   FIGURE_COL("flag_names", FIGURE_TEXT),
						   FIGURE_COL("reason", FIGURE_TEXT),
						   FIGURE_END};

static const struct figure_column month_adjustments[] = {
    FIGURE_COL("month", FIGURE_MONTH),	 FIGURE_NAMED("area", NULL),
    FIGURE_COL("audience", FIGURE_TEXT), FIGURE_COUNTED("shown"),
    FIGURE_COUNTED("acknowledged"),	 FIGURE_END};

static const struct figure_column issues[] = {
    FIGURE_COL("month", FIGURE_MONTH),	  FIGURE_COUNTED("number"),
    FIGURE_COL("frozen_at", FIGURE_TIME), FIGURE_HOURS,
    FIGURE_COL("hash", FIGURE_CODE),	  FIGURE_END};

const struct figure figure_part[] = {
    {"sites", FIGURE_SQL("sites"), FIGURE_ALL, NULL, NULL, sites},
    {"site", FIGURE_SQL("site"), FIGURE_ALL, NULL, NULL, site},
    {"site_days", FIGURE_SQL("site_days"), FIGURE_ALL, NULL, NULL, site_days},
    {"flagged", FIGURE_SQL("flagged"), FIGURE_ALL, NULL, NULL, flagged},
    {"events", FIGURE_SQL("events"), FIGURE_STAFF, NULL, NULL, events},
    {"decisions", FIGURE_SQL("decisions"), FIGURE_STAFF, NULL, NULL, decisions},
    {"accounts", FIGURE_SQL("accounts"), FIGURE_AUDITOR, NULL, NULL, accounts},
    {"choice_areas", FIGURE_SQL("choice_areas"), FIGURE_ALL, NULL, NULL, choice_areas},
    {"month", FIGURE_SQL("month"), FIGURE_ALL, NULL, NULL, month},
    {"month_targets", FIGURE_SQL("month_targets"), FIGURE_ALL, NULL, NULL, month_targets},
    {"month_weeks", FIGURE_SQL("month_weeks"), FIGURE_ALL, NULL, NULL, month_weeks},
    {"month_audiences", FIGURE_SQL("month_audiences"), FIGURE_ALL, NULL, NULL, month_audiences},
    {"month_questions", FIGURE_SQL("month_questions"), FIGURE_ALL, NULL, NULL, month_questions},
    {"month_areas", FIGURE_SQL("month_areas"), FIGURE_ALL, NULL, NULL, month_areas},
    {"month_sites", FIGURE_SQL("month_sites"), FIGURE_ALL, NULL, NULL, month_sites},
    {"month_adjustments", FIGURE_SQL("month_adjustments"), FIGURE_ALL, NULL, NULL,
     month_adjustments},
    {"issues", FIGURE_SQL("issues"), FIGURE_ALL, NULL, NULL, issues},
};

const size_t figure_part_count = sizeof(figure_part) / sizeof(figure_part[0]);
