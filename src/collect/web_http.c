/* What a browser sends: arguments, forms, cookies, days. All of it is a stranger's. */
#include "collect/web.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "collect/body.h"

enum {
	ZONE_SECONDS = 7 * 3600 /* Asia/Ho_Chi_Minh has no summer time */,
	DAYS_DEFAULT = 28,
	DAYS_MAX = 1100,
	DAY_SECONDS = 86400
};

const char *web_argument(struct web *web, const char *name)
{
	return MHD_lookup_connection_value(web->request->connection, MHD_GET_ARGUMENT_KIND, name);
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* In place; false for what is no code, or a NUL. */
static bool unescape(char *text)
{
	char *out = text;

	for (; *text != '\0'; text++) {
		char c = *text == '+' ? ' ' : *text;

		if (*text == '%') {
			int high = hex(text[1]), low = high < 0 ? -1 : hex(text[2]);

			if (low < 0 || high + low == 0)
				return false;
			c = (char)(high * 16 + low);
			text += 2;
		}
		*out++ = c;
	}
	*out = '\0';
	return true;
}

bool web_form(struct web *web)
{
	const char *type = request_header(web->request, "Content-Type");
	static const char form[] = "application/x-www-form-urlencoded";
	char *save = NULL;
	size_t n = 0;

	if (type == NULL || strncasecmp(type, form, strlen(form)) != 0)
		return false;
	for (char *pair = strtok_r(web->request->body, "&", &save); pair != NULL;
	     pair = strtok_r(NULL, "&", &save)) {
		char *value = strchr(pair, '=');

		if (value == NULL || n == WEB_FIELDS_MAX)
			return false;
		*value++ = '\0';
		if (!unescape(pair) || !unescape(value) || body_wrong(value, strlen(value)) != NULL)
			return false;
		web->fields[n++] = (struct web_field){pair, value};
	}
	return true;
}

const char *web_field(const struct web *web, const char *name)
{
	for (size_t i = 0; i < WEB_FIELDS_MAX && web->fields[i].name != NULL; i++)
		if (strcmp(web->fields[i].name, name) == 0)
			return web->fields[i].value;
	return "";
}

/* With TLS a name that browsers guard: from this host alone, and not from a neighbour of it. */
static void cookie_name(const struct web *web, const char *name, char out[64])
{
	snprintf(out, 64, "%scongchao-%s", web->secure ? "__Host-" : "", name);
}

const char *web_cookie(struct web *web, const char *name, char *out, size_t size)
{
	char whole[64];
	const char *value;

	cookie_name(web, name, whole);
	value = MHD_lookup_connection_value(web->request->connection, MHD_COOKIE_KIND, whole);
	if (value == NULL || strlen(value) >= size)
		return NULL;
	snprintf(out, size, "%s", value);
	return out;
}

void web_set_cookie(struct web *web, const char *name, const char *value, long seconds)
{
	char whole[64], age[32] = "";

	cookie_name(web, name, whole);
	if (seconds >= 0)
		snprintf(age, sizeof(age), "; Max-Age=%ld", seconds);
	request_put(web->request, MHD_HTTP_HEADER_SET_COOKIE,
		    "%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s", whole, value,
		    web->secure ? "; Secure" : "", age);
}

static bool day_read(const char *text, time_t *out)
{
	struct tm tm = {0};
	char end;

	if (strlen(text) != WEB_DAY_SIZE - 1 ||
	    sscanf(text, "%4d-%2d-%2d%c", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &end) != 3 ||
	    tm.tm_year < 2000 || tm.tm_year > 2100)
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	*out = timegm(&tm);
	return true;
}

static void day_write(time_t when, char out[WEB_DAY_SIZE])
{
	struct tm tm;

	gmtime_r(&when, &tm);
	strftime(out, WEB_DAY_SIZE, "%Y-%m-%d", &tm);
}

bool web_day_add(const char *day, int days, char out[WEB_DAY_SIZE])
{
	time_t when;

	if (!day_read(day, &when))
		return false;
	day_write(when + (time_t)days * DAY_SECONDS, out);
	return true;
}

void web_today(int days, char out[WEB_DAY_SIZE])
{
	day_write(time(NULL) + ZONE_SECONDS + (time_t)days * DAY_SECONDS, out);
}

/* A day as it is written, and no other one: the 31st of November is none. */
static bool is_day(const char *text, time_t *when)
{
	char again[WEB_DAY_SIZE];

	if (!day_read(text, when))
		return false;
	day_write(*when, again);
	return strcmp(text, again) == 0;
}

static bool is_area(const char *text)
{
	return strlen(text) < WEB_NAME_SIZE &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(text);
}

bool web_period(struct web *web)
{
	bool any = web->page->who != WEB_EVERYBODY;
	const char *from = any ? web_argument(web, "from") : NULL,
		   *to = any ? web_argument(web, "to") : NULL,
		   *area = any ? web_argument(web, "area") : NULL;
	time_t begins, ends;

	/* Yesterday is the last whole day. */
	web_today(-1, web->to);
	if (to != NULL && to[0] != '\0')
		snprintf(web->to, sizeof(web->to), "%.10s", to);
	if (!is_day(web->to, &ends))
		return false;
	day_write(ends - (DAYS_DEFAULT - 1) * DAY_SECONDS, web->from);
	if (from != NULL && from[0] != '\0')
		snprintf(web->from, sizeof(web->from), "%.10s", from);
	if (!is_day(web->from, &begins) || begins > ends ||
	    ends - begins > (time_t)DAYS_MAX * DAY_SECONDS)
		return false;
	if (area != NULL && !is_area(area))
		return false;
	if (area != NULL)
		snprintf(web->area, sizeof(web->area), "%s", area);
	return true;
}
