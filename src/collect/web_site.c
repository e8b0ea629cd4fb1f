/* The list of sites, and the page of one of them: what it has sent, and what may be done. */
#include "collect/web.h"

#include <stdio.h>
#include <string.h>

#include "collect/number.h"

/* What the list can show, in the navigation of the page. */
static const char *const filters[] = {"all", "pending", "silent", "flagged", "active", "suspended"};

enum { FILTERS = sizeof(filters) / sizeof(filters[0]) };

static const char *done_word(struct web *web)
{
	static const char *const words[] = {"approve", "suspend", "revoke", "include", "exclude"};
	const char *done = web_argument(web, "done");

	for (size_t i = 0; done != NULL && i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(done, words[i]) == 0)
			return words_of(web->language, "done", words[i]);
	return "";
}

static void sites_show(struct web *web)
{
	struct view *view = web_view(web);
	struct table table;

	if (view == NULL)
		return;
	view_put(view, "title", web_word(web, "nav_sites"));
	view_put_if(view, "filters", true);
	view_put(view, "action", view_format(web->arena, "%s/sites", web_base(web)));
	view_put(view, "show", web->site);
	web_around(web, view);
	for (size_t i = 0; i < FILTERS; i++) {
		struct view *one = view_add(view, "shows");

		view_put(one, "word", words_of(web->language, "show", filters[i]));
		view_put(one, "href",
			 view_format(web->arena, "%s/sites?show=%s&%s", web_base(web), filters[i],
				     web->text[1]));
		view_put_if(one, "here", strcmp(web->site, filters[i]) == 0);
	}
	if (web_table(web, "sites", &table))
		web_section(web, view, "sections", &table);
	web_render(web, WEB_SITES);
}

void web_sites_begin(struct web *web)
{
	static const char *const figures[] = {"completeness", "sites", "choice_areas", NULL};
	const char *show = web_argument(web, "show");

	snprintf(web->site, sizeof(web->site), "%s", filters[0]);
	for (size_t i = 0; show != NULL && i < FILTERS; i++)
		if (strcmp(show, filters[i]) == 0)
			snprintf(web->site, sizeof(web->site), "%s", filters[i]);
	web_ask(web, figures, sites_show);
}

/* What is known of one site, as a list of terms. */
static void add_facts(struct web *web, struct view *view, const struct table *table)
{
	for (size_t i = 0; i < figure_columns(table->figure); i++) {
		const char *shown = table_shown(table, web->language, 0, i, web->arena);
		struct view *fact;

		if (shown == NULL || strcmp(table->figure->columns[i].name, "name") == 0)
			continue;
		fact = view_add(view, "facts");
		view_put(fact, "label", table_label(web->language, &table->figure->columns[i]));
		view_put(fact, "value", shown);
	}
}

static void add_actions(struct web *web, struct view *view, const char *status, bool enrolled)
{
	bool revoked = strcmp(status, "revoked") == 0;

	view_put_if(view, "actions", web_is_officer(web) && !revoked);
	view_put_if(view, "may_approve", strcmp(status, "active") != 0 && enrolled && !revoked);
	view_put_if(view, "may_suspend",
		    strcmp(status, "active") == 0 || strcmp(status, "pending") == 0);
}

static void site_show(struct web *web)
{
	static const char *const parts[] = {"site_days", "flagged", "decisions", "events"};
	struct view *view = web_view(web);
	struct table table;

	if (view == NULL)
		return;
	if (!web_table(web, "site", &table) || table_rows(&table) != 1) {
		web_message(web, MHD_HTTP_NOT_FOUND, "error_nothing");
		return;
	}
	view_put(view, "title", table_named(&table, 0, "name"));
	view_put(view, "site", web->site);
	view_put(view, "done", done_word(web));
	view_put(view, "status",
		 words_of(web->language, "status", table_named(&table, 0, "status")));
	view_put(view, "status_code", table_named(&table, 0, "status"));
	view_put_if(view, "filters", true);
	view_put(view, "action", view_format(web->arena, "%s/sites/%s", web_base(web), web->site));
	web_around(web, view);
	add_facts(web, view, &table);
	add_actions(web, view, table_named(&table, 0, "status"),
		    table_named(&table, 0, "enrolled_at")[0] != '\0');
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (web_table(web, parts[i], &table))
			web_section(web, view, "sections", &table);
	web_render(web, WEB_SITE);
}

void web_site_begin(struct web *web)
{
	static const char *const figures[] = {"site",	   "site_days", "flagged",
					      "decisions", "events",	NULL};

	snprintf(web->site, sizeof(web->site), "%.33s", web->rest);
	web_ask(web, figures, site_show);
}
