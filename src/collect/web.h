/*
 * The dashboard: pages for a browser on the department's network, in the same loop as the
 * reports and by connections of its own. What a page is about is in its own file.
 */
#ifndef COLLECT_WEB_H
#define COLLECT_WEB_H

#include "collect/figure.h"
#include "collect/pg_script.h"
#include "collect/request.h"
#include "collect/table.h"
#include "collect/view.h"
#include "collect/words.h"

enum {
	WEB_DAY_SIZE = 11,
	WEB_NAME_SIZE = 40,
	WEB_ID_HEX_SIZE = 65,
	WEB_TOKEN_SIZE = 33,
	WEB_FIELDS_MAX = 12,
	WEB_ROWS_MAX = 200, /* on a page; the CSV has all */
	WEB_PARAMS = 5,
};

enum web_template {
	WEB_FIGURES,
	WEB_SITES,
	WEB_SITE,
	WEB_SLIP,
	WEB_REPORT,
	WEB_PUBLIC,
	WEB_HELP,
	WEB_LOGIN,
	WEB_MESSAGE,
	WEB_TEMPLATE__MAX
};

/* Who may see a page. */
enum web_who { WEB_EVERYBODY, WEB_ACCOUNT, WEB_STAFF /* officers and auditors */, WEB_OFFICER };

struct web;

struct web_page {
	const char *path;
	bool below; /* and all that begins with it */
	bool post;
	enum web_who who;
	void (*begin)(struct web *web);
	const char *word;	    /* of its title and of the navigation: nav_WORD */
	const char *const *figures; /* of a page of figures */
};

struct web_field {
	const char *name, *value;
};

/* One request for a page, while it waits for the database. */
struct web {
	struct request *request;
	const struct web_page *page;
	const char *rest; /* of the path, of a page with others below it */
	enum words_language language;
	bool secure;	/* a server in front has spoken TLS */
	char separator; /* of a CSV */
	char account[WEB_NAME_SIZE], role[16];
	char session[WEB_ID_HEX_SIZE], csrf[WEB_TOKEN_SIZE];
	char from[WEB_DAY_SIZE], to[WEB_DAY_SIZE], area[WEB_NAME_SIZE], site[WEB_NAME_SIZE];
	struct web_field fields[WEB_FIELDS_MAX]; /* of a form, up to one without a name */
	struct pg_script script;
	const struct figure *figures[PG_SCRIPT_MAX];
	void (*show)(struct web *web);
	struct view_arena *arena;
	char text[2][96];  /* what a page keeps for itself */
	unsigned status;   /* of the page; 0: 200 */
	const char *error; /* the sentence that a form is shown again with */
};

/* Reads pages, sentences and files, and connects; ends the program when it cannot. */
void web_open(struct collect *collect);
void web_close(struct collect *collect);

/* --- web_http.c: what has been sent --- */

/* Of the address, as it was typed: NULL when it is not there. */
const char *web_argument(struct web *web, const char *name);
/* Of the form; "" when it is not there. False: it is no form. */
bool web_form(struct web *web);
const char *web_field(const struct web *web, const char *name);
/* Of our cookies; NULL. out has room for size bytes. */
const char *web_cookie(struct web *web, const char *name, char *out, size_t size);
void web_set_cookie(struct web *web, const char *name, const char *value, long seconds);
/* Days and place from an account's address, else the last 28 days; false: they are none. */
bool web_period(struct web *web);
/* "2026-11-30": days after it; false when it is no day. */
bool web_day_add(const char *day, int days, char out[WEB_DAY_SIZE]);
void web_today(int days, char out[WEB_DAY_SIZE]);

/* --- web_answer.c: what is sent --- */

void web_redirect(struct web *web, const char *path);
/* bytes are the request's from now on. */
void web_bytes(struct web *web, unsigned status, const char *type, char *bytes, size_t size);
/* A page of one sentence. */
void web_message(struct web *web, unsigned status, const char *word);
/* The view that every page begins with; NULL: memory is out, and that is answered. */
struct view *web_view(struct web *web);
void web_render(struct web *web, enum web_template template);
const char *web_base(const struct web *web);
/* A sentence in the page's language. */
const char *web_word(const struct web *web, const char *name);
/* The same with {name} filled in: name, value, name, value. */
#define web_filled(web, name, ...) \
	web_filled_from(web, name, (const char *const[]){__VA_ARGS__, NULL})
const char *web_filled_from(const struct web *web, const char *name, const char *const *values);

/* --- web_session.c: who it is --- */

/* Asks who it is, and goes on with next, or with the login. */
void web_session_check(struct web *web);
bool web_is_staff(const struct web *web);
bool web_is_officer(const struct web *web);

/* --- web_ask.c: the database, as whom --- */

/* Figures for the page's days, place and site; then show. */
void web_ask(struct web *web, const char *const *figures, void (*show)(struct web *web));
/* Statements of an officer's (up to NULL), with texts $1 to $6; then show. */
void web_do(struct web *web, const char *const *sql, const char *const values[PG_PARAMS_MAX],
	    void (*show)(struct web *web));
/* The place of a figure's rows; false: it was not asked for. */
bool web_table(const struct web *web, const char *figure, struct table *table);

/* --- web_file.c: what is read at start --- */

bool web_file_open(const char *www);
void web_file_close(void);
const struct template *web_template_of(enum web_template which);
/* True when the path is a file's, and it is answered. */
bool web_file_answer(struct web *web);
const char *web_file_version(const char *name);

/* --- web_kept.c: what is for everybody --- */

/* True: it is answered, from what is kept or with 503. False: the page is to be made. */
bool web_kept_answer(struct web *web);
/* Every answer comes by here: of one that web_kept_answer has let through a copy is kept. */
void web_kept_put(struct web *web, unsigned status, const char *type, const char *bytes,
		  size_t size);
void web_kept_close(void);

/* --- web_count.c: for /metrics --- */

enum web_count {
	WEB_COUNT_PAGE,
	WEB_COUNT_LOGIN,
	WEB_COUNT_LOGIN_FAILED,
	WEB_COUNT_LIMITED,
	WEB_COUNT_FORGED,
	WEB_COUNT_FORBIDDEN,
	WEB_COUNT_ACTION,
	WEB_COUNT__MAX
};

void web_count(enum web_count what);
void web_count_write(FILE *out);

/* --- web_log.c: what was refused, for the log --- */

void web_log(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* --- the pages --- */

void web_login_begin(struct web *web);
void web_login_post(struct web *web);
void web_logout_post(struct web *web);
void web_figures_begin(struct web *web);
void web_sites_begin(struct web *web);
void web_sites_post(struct web *web);
void web_site_begin(struct web *web);
void web_site_post(struct web *web);
void web_export_begin(struct web *web);
void web_report_begin(struct web *web);
void web_report_show(struct web *web);
extern const char *const web_report_figures[];
/* The first day of the last month that has ended, and of "2026-11"; false when it is none. */
void web_month_last(char day[WEB_DAY_SIZE]);
bool web_month_read(const char *month, char day[WEB_DAY_SIZE]);
void web_public_begin(struct web *web);
void web_public_json_begin(struct web *web);
void web_help_begin(struct web *web);

/* The pages of the navigation, in its order; NULL after the last. */
const struct web_page *web_page_at(size_t place);
/* One figure of a page: heading, note, links, table and what is drawn of it (web_figures.c). */
void web_section(struct web *web, struct view *view, const char *list, const struct table *table);
/* Days, places and the line about completeness. */
void web_around(struct web *web, struct view *view);

#endif
