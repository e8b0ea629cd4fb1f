/*
 * A page of figures: its days and place, how complete the reports of these days are, then
 * one section a figure. What a script draws above a table it reads from the table.
 */
#include "collect/web.h"

#include <stdio.h>
#include <string.h>

#include "collect/number.h"

enum { HEAT_LEVELS = 5 };

static void add_navigation(struct web *web, struct view *view)
{
	const struct web_page *page;

	for (size_t i = 0; (page = web_page_at(i)) != NULL; i++) {
		struct view *one;

		if (page->who == WEB_STAFF && !web_is_staff(web))
			continue;
		one = view_add(view, "pages");
		view_put(one, "word", words_of(web->language, "nav", page->word));
		view_put(one, "href",
			 view_format(web->arena, "%s%s%s%s", web_base(web), page->path,
				     page->figures != NULL ? "?" : "",
				     page->figures != NULL ? web->text[1] : ""));
		view_put_if(one, "here",
			    page == web->page || (web->page->word == NULL && web->page->below &&
						  strcmp(web->page->path, "/sites/") == 0 &&
						  strcmp(page->path, "/sites") == 0));
	}
}

static void add_areas(struct web *web, struct view *view)
{
	struct table areas;

	view_put_if(view, "has_areas", web_table(web, "choice_areas", &areas));
	if (!web_table(web, "choice_areas", &areas))
		return;
	for (int row = 0; row < table_rows(&areas); row++) {
		struct view *one = view_add(view, "areas");

		view_put(one, "id", table_named(&areas, row, "area"));
		view_put(one, "name", table_named(&areas, row, "name"));
		view_put_if(one, "chosen",
			    strcmp(web->area, table_named(&areas, row, "area")) == 0);
	}
}

static void add_completeness(struct web *web, struct view *view)
{
	char received[NUMBER_SIZE], expected[NUMBER_SIZE], share[NUMBER_SIZE];
	struct table table;

	if (!web_table(web, "completeness", &table) || table_rows(&table) != 1)
		return;
	number_count(web->language, table_named_number(&table, 0, "hours_received"), received);
	number_count(web->language, table_named_number(&table, 0, "hours_expected"), expected);
	number_share(web->language, table_named_number(&table, 0, "pct_bp"), share);
	view_put(view, "completeness",
		 table_named(&table, 0, "pct_bp")[0] == '\0'
		     ? web_word(web, "completeness_none")
		     : web_filled(web, "completeness", "share", share, "received", received,
				  "expected", expected));
	view_put_if(view, "incomplete", table_named_number(&table, 0, "pct_bp") < 9000);
}

void web_around(struct web *web, struct view *view)
{
	char from[NUMBER_SIZE], to[NUMBER_SIZE];

	snprintf(web->text[1], sizeof(web->text[1]), "from=%s&to=%s&area=%s", web->from, web->to,
		 web->area);
	view_put(view, "from", web->from);
	view_put(view, "to", web->to);
	view_put(view, "period",
		 web_filled(web, "period", "from", number_day(web->language, web->from, from), "to",
			    number_day(web->language, web->to, to)));
	add_navigation(web, view);
	add_areas(web, view);
	add_completeness(web, view);
}

/* --- targets: a bar each, with the target's mark --- */

static void add_change(struct web *web, struct view *bar, int64_t now, int64_t before)
{
	char share[NUMBER_SIZE], count[NUMBER_SIZE];
	int64_t bp = before > 0 ? (now - before) * 10000 / before : 0;

	number_count(web->language, now, count);
	number_share(web->language, bp < 0 ? -bp : bp, share);
	view_put(bar, "change",
		 before <= 0 ? web_filled(web, "change_new", "count", count)
			     : web_filled(web, bp >= 0 ? "change_up" : "change_down", "count",
					  count, "share", share));
}

/* Who says so, of when, and of how many. */
static void add_source(struct web *web, struct view *bar, const struct table *table, int row,
		       bool known)
{
	char day[NUMBER_SIZE], reached[NUMBER_SIZE], all[NUMBER_SIZE];

	if (table_named(table, row, "denominator")[0] == '\0')
		return;
	number_count(web->language, table_named_number(table, row, "reached"), reached);
	number_count(web->language, table_named_number(table, row, "denominator"), all);
	view_put(bar, "source",
		 web_filled(web, known ? "target_source" : "target_source_only", "source",
			    table_named(table, row, "source"), "date",
			    number_day(web->language, table_named(table, row, "source_date"), day),
			    "reached", reached, "denominator", all));
}

static void add_bar(struct web *web, struct view *view, const struct table *table, int row)
{
	struct view *bar = view_add(view, "bars");
	int64_t bp = table_named_number(table, row, "pct_bp");
	int64_t target = table_named_number(table, row, "target_bp");
	int64_t margin = table_named_number(table, row, "margin_bp");
	bool known = table_named(table, row, "pct_bp")[0] != '\0';
	char text[NUMBER_SIZE], goal[NUMBER_SIZE];
	const char *state = table_named(table, row, "state");

	view_put(bar, "name", table_named(table, row, "name"));
	view_put(bar, "code", table_named(table, row, "audience"));
	view_put_if(bar, "known", known);
	view_put(bar, "share", view_copy(web->arena, number_share(web->language, bp, text)));
	view_put(bar, "goal",
		 view_format(web->arena, "%s\u00a0%s",
			     strcmp(table_named(table, row, "comparator"), ">") == 0 ? ">" : "≥",
			     number_share(web->language, target, goal)));
	view_put(bar, "state", words_of(web->language, "state", state));
	view_put(bar, "class",
		 strcmp(state, "met") == 0	 ? "met"
		 : strcmp(state, "not met") == 0 ? "unmet"
						 : "unknown");
	view_put(bar, "width",
		 view_format(web->arena, "%d.%02d", (int)(bp / 100), (int)(bp % 100)));
	view_put(bar, "mark",
		 view_format(web->arena, "%d.%02d", (int)(target / 100), (int)(target % 100)));
	if (margin > 0)
		view_put(
		    bar, "margin",
		    web_filled(web, "margin", "margin", number_share(web->language, margin, text)));
	add_source(web, bar, table, row, known);
	add_change(web, bar, table_named_number(table, row, "acknowledged_period"),
		   table_named_number(table, row, "acknowledged_before"));
}

/* --- the heat map: hours down, days across --- */

static void add_heat(struct web *web, struct view *view, const struct table *table)
{
	int64_t most = 1;
	struct view *line = NULL;

	for (int day = 1; day <= 7; day++) {
		struct view *head = view_add(view, "days");

		view_put(head, "day",
			 words_of(web->language, "weekday", view_format(web->arena, "%d", day)));
	}
	for (int row = 0; row < table_rows(table); row++)
		if (table_named_number(table, row, "acknowledged") > most)
			most = table_named_number(table, row, "acknowledged");
	for (int row = 0; row < table_rows(table); row++) {
		int64_t n = table_named_number(table, row, "acknowledged");
		char text[NUMBER_SIZE];
		struct view *cell;

		if (row % 7 == 0) {
			line = view_add(view, "heat");
			view_put(line, "hour",
				 view_format(web->arena, "%s:00", table_named(table, row, "hour")));
		}
		if (line == NULL)
			return;
		cell = view_add(line, "cells");
		view_put(cell, "raw", table_named(table, row, "acknowledged"));
		view_put(cell, "text", view_copy(web->arena, number_count(web->language, n, text)));
		view_put(cell, "level",
			 view_format(web->arena, "%d",
				     n == 0 ? 0 : 1 + (int)((n * HEAT_LEVELS - 1) / (most + 1))));
	}
}

void web_section(struct web *web, struct view *view, const char *list, const struct table *table)
{
	const char *name = table->figure->name;
	struct view *one = view_add(view, list);
	bool bars = strcmp(name, "targets") == 0 || strcmp(name, "month_targets") == 0;
	bool heat = strcmp(name, "hours") == 0;

	view_put(one, "figure", name);
	view_put(one, "heading", words_of(web->language, "fig", name));
	view_put(one, "note",
		 words_get(web->language, view_format(web->arena, "fig_%s_note", name)));
	view_put(one, "chart", table->figure->chart != NULL ? table->figure->chart : "");
	view_put(one, "link",
		 view_format(web->arena, "%s/%s/%s", web_base(web),
			     table->figure->who == FIGURE_PUBLIC ? "public" : "figures", name));
	view_put(one, "query",
		 view_format(web->arena, "from=%s&to=%s&area=%s&site=%s", web->from, web->to,
			     web->area, web->site));
	view_put_if(one, "has_bars", bars);
	view_put_if(one, "has_heat", heat);
	view_put_if(one, "fold", strcmp(name, "targets") == 0);
	view_put_if(one, "empty", table_rows(table) == 0);
	if (bars)
		for (int row = 0; row < table_rows(table); row++)
			add_bar(web, one, table, row);
	if (heat)
		add_heat(web, one, table);
	else
		table_view(table, web->language, web_base(web), WEB_ROWS_MAX, one);
}

static void figures_show(struct web *web)
{
	struct view *view = web_view(web);
	struct table table;

	if (view == NULL)
		return;
	view_put(view, "title", words_of(web->language, "nav", web->page->word));
	view_put_if(view, "filters", true);
	view_put(view, "action", view_format(web->arena, "%s%s", web_base(web), web->page->path));
	web_around(web, view);
	for (size_t i = 0; web->page->figures[i] != NULL; i++) {
		const char *name = web->page->figures[i];

		if (strcmp(name, "completeness") != 0 && strcmp(name, "choice_areas") != 0 &&
		    web_table(web, name, &table))
			web_section(web, view, "sections", &table);
	}
	web_render(web, WEB_FIGURES);
}

void web_figures_begin(struct web *web)
{
	web_ask(web, web->page->figures, figures_show);
}
