/*
 * Which page a request is for, and whether whoever asks may see it. Everything that needs an
 * account goes by web_session_check; nothing here trusts a cookie, a path or a form.
 */
#include "collect/web.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect/metrics.h"
#include "collect/password.h"
#include "collect/throttle.h"
#include "common/clock.h"
#include "common/log.h"

static const char *const overview[] = {"completeness", "targets",      "fleet",
				       "trend",	       "choice_areas", NULL};
static const char *const lessons[] = {"completeness", "funnel",	      "lessons",
				      "questions",    "choice_areas", NULL};
static const char *const learning[] = {"completeness", "learning", "retention", "choice_areas",
				       NULL};
static const char *const places[] = {"completeness", "areas", "hours", "choice_areas", NULL};
static const char *const activity[] = {"completeness", "flagged",  "decisions",	   "events",
				       "versions",     "accounts", "choice_areas", NULL};

static const struct web_page pages[] = {
    {"/", false, false, WEB_ACCOUNT, web_figures_begin, "overview", overview},
    {"/lessons", false, false, WEB_ACCOUNT, web_figures_begin, "lessons", lessons},
    {"/learning", false, false, WEB_ACCOUNT, web_figures_begin, "learning", learning},
    {"/places", false, false, WEB_ACCOUNT, web_figures_begin, "places", places},
    {"/sites", false, false, WEB_ACCOUNT, web_sites_begin, "sites", NULL},
    {"/activity", false, false, WEB_STAFF, web_figures_begin, "activity", activity},
    {"/report", false, false, WEB_ACCOUNT, web_report_begin, "report", NULL},
    {"/help", false, false, WEB_ACCOUNT, web_help_begin, "help", NULL},
    {"/sites/", true, false, WEB_ACCOUNT, web_site_begin, NULL, NULL},
    {"/sites", false, true, WEB_OFFICER, web_sites_post, NULL, NULL},
    {"/sites/", true, true, WEB_OFFICER, web_site_post, NULL, NULL},
    {"/figures/", true, false, WEB_ACCOUNT, web_export_begin, NULL, NULL},
    {"/logout", false, true, WEB_ACCOUNT, web_logout_post, NULL, NULL},
    {"/login", false, false, WEB_EVERYBODY, web_login_begin, NULL, NULL},
    {"/login", false, true, WEB_EVERYBODY, web_login_post, NULL, NULL},
    {"/public", false, false, WEB_EVERYBODY, web_public_begin, NULL, NULL},
    {"/public.json", false, false, WEB_EVERYBODY, web_public_json_begin, NULL, NULL},
    {"/public/", true, false, WEB_EVERYBODY, web_export_begin, NULL, NULL},
};

enum { PAGES = sizeof(pages) / sizeof(pages[0]) };

static bool is_page(const struct web_page *page, const char *path)
{
	size_t length = strlen(page->path);

	return page->below ? strncmp(path, page->path, length) == 0 && path[length] != '\0'
			   : strcmp(path, page->path) == 0;
}

/* other: it is there, for the other method. */
static const struct web_page *page_find(const struct request *request, bool *other)
{
	*other = false;
	for (size_t i = 0; i < PAGES; i++) {
		if (!is_page(&pages[i], request->path))
			continue;
		if (pages[i].post == request->post)
			return &pages[i];
		*other = true;
	}
	return NULL;
}

/* The first page of a place in the navigation; NULL after the last. */
const struct web_page *web_page_at(size_t place)
{
	return place < PAGES && pages[place].word != NULL ? &pages[place] : NULL;
}

/* A server in front that speaks TLS says so; with nobody in front it is this machine's own. */
static bool is_secure(struct request *request)
{
	const char *address = request->collect->conf->address;
	bool local = strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0;

	return !local || request_header(request, "X-Forwarded-For") != NULL ||
	       request_header(request, "X-Forwarded-Proto") != NULL;
}

static void language_choose(struct web *web)
{
	const char *asked = web_argument(web, "lang");
	char kept[8];

	if (asked != NULL) {
		web->language = words_find(asked);
		web_set_cookie(web, "lang", words_name(web->language), 365 * 86400L);
		return;
	}
	asked = web_cookie(web, "lang", kept, sizeof(kept));
	web->language = words_find(asked);
}

static void web_begin(struct request *request)
{
	struct web *web = calloc(1, sizeof(*web));
	bool other;

	request->web = web;
	if (web == NULL) {
		request_answer(request, MHD_HTTP_INTERNAL_SERVER_ERROR, NULL);
		return;
	}
	web->request = request;
	web->secure = is_secure(request);
	if (!request->post && web_file_answer(web))
		return;
	language_choose(web);
	web->page = page_find(request, &other);
	if (web->page == NULL) {
		web_message(web, other ? MHD_HTTP_METHOD_NOT_ALLOWED : MHD_HTTP_NOT_FOUND,
			    other ? "error_method" : "error_nothing");
		return;
	}
	web->rest = request->path + (web->page->below ? strlen(web->page->path) : 0);
	if (!web_period(web))
		web_message(web, MHD_HTTP_UNPROCESSABLE_CONTENT, "error_period");
	else if (web->page->who == WEB_EVERYBODY)
		web->page->begin(web);
	else
		web_session_check(web);
}

static void web_without(struct request *request)
{
	web_message(request->web, MHD_HTTP_SERVICE_UNAVAILABLE, "error_database");
}

/* What the database refuses, and how people are told; 42501 is a right that is missing. */
static const struct {
	const char *state;
	unsigned status;
	const char *word;
} refusals[] = {
    {"CC404", MHD_HTTP_NOT_FOUND, "error_nothing"},
    {"CC409", MHD_HTTP_CONFLICT, "error_conflict"},
    {"42501", MHD_HTTP_FORBIDDEN, "error_forbidden"},
    {"25006", MHD_HTTP_FORBIDDEN, "error_forbidden"},
    {"57014", MHD_HTTP_SERVICE_UNAVAILABLE, "error_database"},
};

static void web_failed(struct request *request, const char *state, const char *words)
{
	struct web *web = request->web;

	web_log("dashboard: %s (%s): %s: %s: %s", web->account, web->role, request->path, state,
		words);
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (strcmp(refusals[i].state, state) == 0) {
			if (refusals[i].status == MHD_HTTP_FORBIDDEN)
				web_count(WEB_COUNT_FORBIDDEN);
			web_message(web, refusals[i].status, refusals[i].word);
			return;
		}
	/* Anything that was typed and is no day, no number, too long. */
	web_message(web, MHD_HTTP_UNPROCESSABLE_CONTENT, "error_value");
}

static void web_end(struct request *request)
{
	struct web *web = request->web;

	if (web == NULL)
		return;
	web_kept_put(web, request->status, NULL, NULL, 0);
	pg_script_clear(&web->script);
	view_close(web->arena);
	free(web);
	request->web = NULL;
}

const struct route web_route = {
    .path = "", .begin = web_begin, .without = web_without, .failed = web_failed, .end = web_end};

void web_open(struct collect *collect)
{
	if (collect->conf->www[0] == '\0')
		return;
	if (!web_file_open(collect->conf->www))
		fatalx("the dashboard's files in %s are not complete", collect->conf->www);
	if (!password_open())
		fatalx("no memory to compare passwords");
	throttle_open();
	collect->web_conf.pool = collect->conf->web_pool;
	/* A page asks for several things, and a person waits longer than a gateway. */
	collect->web_conf.answer_seconds = 3 * collect->conf->answer_seconds;
	collect->web_pg = pg_open(&collect->web_conf, clock_boot_ms());
	if (collect->web_pg == NULL)
		fatal("memory");
}

void web_close(struct collect *collect)
{
	if (collect->web_pg != NULL)
		web_file_close();
	web_kept_close();
	collect->web_pg = NULL;
}
