/*
 * What an officer does with a site: each is one transaction of the schema's own functions
 * (45-officer.sql), which leave a row with the account's name. A code is shown once, on a
 * slip to print; the database keeps its keyed hash.
 */
#include "collect/web.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect/code.h"
#include "collect/key.h"
#include "collect/number.h"
#include "common/log.h"
#include "common/qr.h"

#define CODE                                                                                      \
	"select to_char(congchao.site_code($1, $6::bytea, $2), 'YYYY-MM-DD'), (select name from " \
	"congchao.site where site_id = $1)"

/* $1 site, $2 account, $3 reason or name, $4 from or area, $5 to, $6 hash of a code. */
static const struct {
	const char *name;
	const char *sql[3];
	bool slip;
} acts[] = {
    {"approve", {"select congchao.site_status($1, 'active', $2, $3)"}, false},
    {"suspend", {"select congchao.site_status($1, 'suspended', $2, $3)"}, false},
    {"revoke", {"select congchao.site_status($1, 'revoked', $2, $3)"}, false},
    {"include", {"select congchao.flag_decide($1, $4::date, $5::date, 'include', $3, $2)"}, false},
    {"exclude", {"select congchao.flag_decide($1, $4::date, $5::date, 'exclude', $3, $2)"}, false},
    {"code", {CODE}, true},
    {"create", {"select congchao.site_add($1, $3, $4, $2)", CODE}, true},
};

enum { ACTS = sizeof(acts) / sizeof(acts[0]), ACT_CREATE = ACTS - 1 };

static void acted_show(struct web *web)
{
	char path[REQUEST_PATH_SIZE];

	web_count(WEB_COUNT_ACTION);
	log_info("dashboard: %s: %s %s", web->account, web->text[0], web->site);
	snprintf(path, sizeof(path), "/sites/%s?done=%s", web->site, web->text[0]);
	web_redirect(web, path);
}

/* The slip: for the operator, with what to type; the QR code has the same. */
static void slip_show(struct web *web)
{
	const PGresult *result = web->script.results[web->script.count - 1];
	const char *url = web->request->collect->conf->url;
	struct view *view = web_view(web);
	const char *code;
	char day[NUMBER_SIZE];
	char *path;
	unsigned size = 0;

	if (view == NULL)
		return;
	web_count(WEB_COUNT_ACTION);
	log_info("dashboard: %s: %s %s", web->account, web->text[0], web->site);
	code = view_copy(web->arena, web->text[1]);
	web_around(web, view);
	view_put(view, "title", web_word(web, "slip"));
	view_put(view, "site", web->site);
	view_put(view, "name", PQgetvalue(result, 0, 1));
	view_put(view, "code", code);
	view_put(view, "url", url);
	view_put(view, "until",
		 view_copy(web->arena, number_day(web->language, PQgetvalue(result, 0, 0), day)));
	view_put(view, "command", view_format(web->arena, "congchao enrol %s %s", code, url));
	path = qr_path(view_format(web->arena, "congchao enrol %s %s", code, url), &size);
	if (path != NULL) {
		view_put(view, "qr", view_copy(web->arena, path));
		view_put(view, "qr_size", view_format(web->arena, "%u", size));
		free(path);
	}
	web_render(web, WEB_SLIP);
}

static const char *code_new(struct web *web)
{
	char *hex = web->request->text[5];
	unsigned char hash[SIGN_BYTES];

	code_make(web->text[1]);
	key_hash("code", web->text[1], hash);
	memcpy(hex, "\\x", 2);
	sodium_bin2hex(hex + 2, 70, hash, sizeof(hash));
	return hex;
}

static void act(struct web *web, size_t i)
{
	const char *values[PG_PARAMS_MAX] = {web->site, web->account, web_field(web, "reason"),
					     web_field(web, "from"), web_field(web, "to")};

	snprintf(web->text[0], sizeof(web->text[0]), "%s", acts[i].name);
	if (acts[i].slip)
		values[5] = code_new(web);
	if (i == ACT_CREATE) {
		values[2] = web_field(web, "name");
		values[3] = web_field(web, "area");
	}
	web_do(web, acts[i].sql, values, acts[i].slip ? slip_show : acted_show);
}

void web_site_post(struct web *web)
{
	snprintf(web->site, sizeof(web->site), "%.33s", web->rest);
	for (size_t i = 0; i < ACT_CREATE; i++)
		if (strcmp(acts[i].name, web_field(web, "action")) == 0) {
			act(web, i);
			return;
		}
	web_message(web, MHD_HTTP_UNPROCESSABLE_CONTENT, "error_value");
}

void web_sites_post(struct web *web)
{
	snprintf(web->site, sizeof(web->site), "%.33s", web_field(web, "site"));
	act(web, ACT_CREATE);
}
