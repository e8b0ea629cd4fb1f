/*
 * Sessions: an id by chance in a cookie, its keyed hash in the database, gone after half an
 * hour without a page or ten hours in all (70-account.sql). A new login is a new id, whatever
 * the browser came with. Forms carry a token that only a page of this session can know.
 */
#include "collect/web.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "collect/address.h"
#include "collect/key.h"
#include "collect/password.h"
#include "collect/throttle.h"
#include "common/clock.h"

enum { ACCOUNT, ROLE };

bool web_is_staff(const struct web *web)
{
	return strcmp(web->role, "officer") == 0 || strcmp(web->role, "auditor") == 0;
}

bool web_is_officer(const struct web *web)
{
	return strcmp(web->role, "officer") == 0;
}

/* A new id by chance. */
static void id_make(char id[WEB_ID_HEX_SIZE])
{
	unsigned char bytes[(WEB_ID_HEX_SIZE - 1) / 2];

	randombytes_buf(bytes, sizeof(bytes));
	sodium_bin2hex(id, WEB_ID_HEX_SIZE, bytes, sizeof(bytes));
}

/* What the database knows of an id. */
static const char *id_hash(const char *id, char out[72])
{
	unsigned char hash[SIGN_BYTES];

	key_hash("session", id, hash);
	memcpy(out, "\\x", 2);
	sodium_bin2hex(out + 2, 70, hash, sizeof(hash));
	return out;
}

/* The token of an id, for forms. */
static void token_of(const char *kind, const char *id, char token[WEB_TOKEN_SIZE])
{
	unsigned char hash[SIGN_BYTES];

	key_hash(kind, id, hash);
	sodium_bin2hex(token, WEB_TOKEN_SIZE, hash, (WEB_TOKEN_SIZE - 1) / 2);
}

static bool token_fits(const struct web *web, const char *token)
{
	const char *sent = web_field(web, "token");

	return token[0] != '\0' && strlen(sent) == WEB_TOKEN_SIZE - 1 &&
	       sodium_memcmp(sent, token, WEB_TOKEN_SIZE - 1) == 0;
}

/* Browsers say where a form was sent from. */
static bool is_from_here(struct web *web)
{
	const char *site = request_header(web->request, "Sec-Fetch-Site");

	return site == NULL || strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0;
}

static void forged(struct web *web)
{
	web_count(WEB_COUNT_FORGED);
	web_log("dashboard: %s: %s: a form without its token, or from elsewhere", web->account,
		web->request->path);
	web_message(web, MHD_HTTP_FORBIDDEN, "error_token");
}

static bool may(const struct web *web)
{
	switch (web->page->who) {
	case WEB_STAFF:
		return web_is_staff(web);
	case WEB_OFFICER:
		return web_is_officer(web);
	default:
		return true;
	}
}

static void known(struct request *request, const PGresult *result)
{
	struct web *web = request->web;

	if (PQntuples(result) != 1 || PQgetisnull(result, 0, ACCOUNT)) {
		web_set_cookie(web, "session", "", 0);
		web_redirect(web, "/login");
		return;
	}
	snprintf(web->account, sizeof(web->account), "%s", PQgetvalue(result, 0, ACCOUNT));
	snprintf(web->role, sizeof(web->role), "%s", PQgetvalue(result, 0, ROLE));
	token_of("form", web->session, web->csrf);
	if (request->post &&
	    (!web_form(web) || !is_from_here(web) || !token_fits(web, web->csrf))) {
		forged(web);
	} else if (!may(web)) {
		web_count(WEB_COUNT_FORBIDDEN);
		web_log("dashboard: %s (%s): %s: not allowed", web->account, web->role,
			request->path);
		web_message(web, MHD_HTTP_FORBIDDEN, "error_forbidden");
	} else {
		web->page->begin(web);
	}
}

void web_session_check(struct web *web)
{
	if (web_cookie(web, "session", web->session, sizeof(web->session)) == NULL) {
		web_redirect(web, "/login");
		return;
	}
	web->request->job.values[0] = id_hash(web->session, web->request->text[0]);
	request_ask_web(web->request, NULL, PG_SESSION_USE, known);
}

/* --- logging in --- */

static void login_show(struct web *web, unsigned status, const char *error)
{
	char id[WEB_ID_HEX_SIZE];
	struct view *view = web_view(web);

	if (view == NULL)
		return;
	/* A form that another site sends for somebody has no such cookie. */
	id_make(id);
	web_set_cookie(web, "login", id, 3600);
	token_of("login", id, web->csrf);
	web->status = status;
	web->error = error;
	view_put(view, "title", web_word(web, "login"));
	view_put(view, "name", web_field(web, "account"));
	web_render(web, WEB_LOGIN);
}

void web_login_begin(struct web *web)
{
	login_show(web, MHD_HTTP_OK, NULL);
}

static void begun(struct request *request, const PGresult *result)
{
	struct web *web = request->web;

	if (PQntuples(result) != 1 || PQgetisnull(result, 0, 0)) {
		login_show(web, MHD_HTTP_FORBIDDEN, "error_login");
		return;
	}
	web_count(WEB_COUNT_LOGIN);
	web_set_cookie(web, "session", web->session, -1);
	web_set_cookie(web, "login", "", 0);
	web_redirect(web, "/");
}

static void compared(struct request *request, const PGresult *result)
{
	struct web *web = request->web;
	const char *hash = PQntuples(result) == 1 ? PQgetvalue(result, 0, 0) : NULL;
	char address[ADDRESS_TEXT_SIZE];

	address_of_client(request->connection, address);
	if (!password_fits(hash, web_field(web, "password"))) {
		throttle_failed(web_field(web, "account"), address, clock_boot_ms());
		web_count(WEB_COUNT_LOGIN_FAILED);
		web_log("dashboard: a login as \"%.32s\" has failed", web_field(web, "account"));
		login_show(web, MHD_HTTP_FORBIDDEN, "error_login");
		return;
	}
	throttle_succeeded(web_field(web, "account"));
	id_make(web->session);
	request->job.values[0] = web_field(web, "account");
	request->job.values[1] = id_hash(web->session, request->text[1]);
	request_ask_web(request, NULL, PG_SESSION_BEGIN, begun);
}

void web_login_post(struct web *web)
{
	char id[WEB_ID_HEX_SIZE], token[WEB_TOKEN_SIZE] = "", address[ADDRESS_TEXT_SIZE];

	if (web_cookie(web, "login", id, sizeof(id)) != NULL)
		token_of("login", id, token);
	if (!web_form(web) || !is_from_here(web) || !token_fits(web, token)) {
		web_count(WEB_COUNT_FORGED);
		login_show(web, MHD_HTTP_FORBIDDEN, "error_again");
		return;
	}
	address_of_client(web->request->connection, address);
	if (strlen(web_field(web, "account")) >= WEB_NAME_SIZE ||
	    strlen(web_field(web, "password")) > PASSWORD_MAX) {
		login_show(web, MHD_HTTP_FORBIDDEN, "error_login");
		return;
	}
	if (!throttle_may(web_field(web, "account"), address, clock_boot_ms())) {
		web_count(WEB_COUNT_LIMITED);
		web_log("dashboard: too many logins as \"%.32s\"", web_field(web, "account"));
		login_show(web, MHD_HTTP_TOO_MANY_REQUESTS, "error_limited");
		return;
	}
	web->request->job.values[0] = web_field(web, "account");
	request_ask_web(web->request, NULL, PG_PASSWORD, compared);
}

static void ended(struct request *request, const PGresult *result)
{
	struct web *web = request->web;

	(void)result;
	web_set_cookie(web, "session", "", 0);
	web_redirect(web, "/login");
}

void web_logout_post(struct web *web)
{
	web->request->job.values[0] = id_hash(web->session, web->request->text[0]);
	request_ask_web(web->request, NULL, PG_SESSION_END, ended);
}
