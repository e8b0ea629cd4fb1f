/*
 * The monthly report, for paper: five sentences made from the numbers, tables, the method,
 * and the hash of what was frozen. Of a month that is not frozen it says so everywhere.
 */
#include "collect/web.h"

#include <stdio.h>
#include <string.h>

#include "collect/number.h"

const char *const web_report_figures[] = {"month",	     "month_targets",	  "month_weeks",
					  "month_audiences", "month_questions",	  "month_areas",
					  "month_sites",     "month_adjustments", NULL};

static const char *const parts[] = {"month_targets",	"month_weeks", "month_audiences",
				    "month_questions",	"month_areas", "month_sites",
				    "month_adjustments"};

enum { PARTS = sizeof(parts) / sizeof(parts[0]) };

static const char *count_of(struct web *web, const struct table *table, const char *name)
{
	char text[NUMBER_SIZE];

	return view_copy(web->arena,
			 number_count(web->language, table_named_number(table, 0, name), text));
}

static const char *share_of(struct web *web, const struct table *table, int row, const char *name)
{
	char text[NUMBER_SIZE];

	if (table_named(table, row, name)[0] == '\0')
		return "–";
	return view_copy(web->arena,
			 number_share(web->language, table_named_number(table, row, name), text));
}

static void say_sentence(struct view *view, const char *text)
{
	view_put(view_add(view, "sentences"), "sentence", text);
}

static void say_counts(struct web *web, struct view *view, const struct table *month,
		       const char *name)
{
	int64_t now = table_named_number(month, 0, "acknowledged");
	int64_t before = table_named_number(month, 0, "acknowledged_before");
	int64_t change = before > 0 ? (now - before) * 10000 / before : 0;
	char share[NUMBER_SIZE];

	say_sentence(view, web_filled(web, "report_counts", "month", name, "shown",
				      count_of(web, month, "shown"), "acknowledged",
				      count_of(web, month, "acknowledged"), "unflagged",
				      count_of(web, month, "acknowledged_unflagged")));
	say_sentence(view,
		     web_filled(web, "report_complete", "share", share_of(web, month, 0, "pct_bp"),
				"received", count_of(web, month, "hours_received"), "expected",
				count_of(web, month, "hours_expected"), "sites",
				count_of(web, month, "sites_reporting")));
	number_share(web->language, change < 0 ? -change : change, share);
	say_sentence(view, before <= 0
			       ? web_word(web, "report_first")
			       : web_filled(web, change >= 0 ? "report_more" : "report_less",
					    "share", share, "before",
					    count_of(web, month, "acknowledged_before")));
}

static void say_targets(struct web *web, struct view *view)
{
	int met = 0, measured = 0, all;
	char a[NUMBER_SIZE], b[NUMBER_SIZE], c[NUMBER_SIZE];
	struct table targets;

	if (!web_table(web, "month_targets", &targets))
		return;
	all = table_rows(&targets);
	for (int row = 0; row < all; row++) {
		measured += table_named(&targets, row, "pct_bp")[0] != '\0';
		met += strcmp(table_named(&targets, row, "state"), "met") == 0;
	}
	say_sentence(view,
		     web_filled(web, "report_targets", "met", number_count(web->language, met, a),
				"measured", number_count(web->language, measured, b), "all",
				number_count(web->language, all, c)));
}

static void say_question(struct web *web, struct view *view)
{
	struct table questions;

	if (!web_table(web, "month_questions", &questions))
		return;
	if (table_rows(&questions) == 0)
		say_sentence(view, web_word(web, "report_no_question"));
	else
		say_sentence(view, web_filled(web, "report_question", "stem",
					      table_named(&questions, 0, "stem"), "share",
					      share_of(web, &questions, 0, "pct_bp"), "answered",
					      count_of(web, &questions, "answered")));
}

static void add_issue(struct web *web, struct view *view, const struct table *month)
{
	char text[NUMBER_SIZE];
	const char *number = table_named(month, 0, "number");

	view_put(view, "number", number);
	view_put_if(view, "provisional", number[0] == '\0');
	view_put(view, "hash", table_named(month, 0, "hash"));
	view_put(view, "frozen_at",
		 view_copy(web->arena,
			   number_time(web->language, table_named(month, 0, "frozen_at"), text)));
}

static void add_months(struct web *web, struct view *view)
{
	char month[WEB_DAY_SIZE], text[NUMBER_SIZE];

	snprintf(month, sizeof(month), "%.7s-01", web->to);
	web_today(0, month);
	for (int i = 0; i < 13; i++) {
		struct view *one = view_add(view, "months");

		memcpy(month + 8, "01", 3);
		view_put(one, "href",
			 view_format(web->arena, "%s/report?month=%.7s", web_base(web), month));
		view_put(one, "month",
			 view_copy(web->arena, number_month(web->language, month, text)));
		view_put_if(one, "here", strncmp(month, web->from, 7) == 0);
		if (!web_day_add(month, -1, month))
			return;
	}
}

void web_report_show(struct web *web)
{
	struct view *view = web_view(web);
	char name[NUMBER_SIZE], today[WEB_DAY_SIZE], text[NUMBER_SIZE];
	struct table table;

	if (view == NULL)
		return;
	if (!web_table(web, "month", &table) || table_rows(&table) != 1) {
		web_message(web, MHD_HTTP_NOT_FOUND, "error_nothing");
		return;
	}
	web_around(web, view);
	snprintf(web->text[1], sizeof(web->text[1]), "month=%.7s", web->from);
	number_month(web->language, web->from, name);
	web_today(0, today);
	view_put(view, "month", view_copy(web->arena, name));
	view_put(view, "title", web_filled(web, "report_title", "month", name));
	view_put(view, "today", view_copy(web->arena, number_day(web->language, today, text)));
	add_issue(web, view, &table);
	add_months(web, view);
	say_counts(web, view, &table, name);
	say_targets(web, view);
	say_question(web, view);
	for (size_t i = 0; i < PARTS; i++)
		if (web_table(web, parts[i], &table))
			web_section(web, view, "sections", &table);
	web_render(web, WEB_REPORT);
}

void web_month_last(char day[WEB_DAY_SIZE])
{
	web_today(0, day);
	memcpy(day + 8, "01", 3);
	(void)web_day_add(day, -1, day);
	memcpy(day + 8, "01", 3);
}

bool web_month_read(const char *month, char day[WEB_DAY_SIZE])
{
	char again[WEB_DAY_SIZE];

	if (strlen(month) != 7)
		return false;
	snprintf(day, WEB_DAY_SIZE, "%.7s-01", month);
	return web_day_add(day, 0, again) && strcmp(day, again) == 0;
}

void web_report_begin(struct web *web)
{
	const char *month = web_argument(web, "month");

	web_month_last(web->from);
	if (month != NULL && !web_month_read(month, web->from)) {
		web_message(web, MHD_HTTP_UNPROCESSABLE_CONTENT, "error_period");
		return;
	}
	snprintf(web->to, sizeof(web->to), "%s", web->from);
	web_ask(web, web_report_figures, web_report_show);
}
