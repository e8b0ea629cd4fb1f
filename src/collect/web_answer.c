/* What a browser gets: pages, with headers that let nothing else run in them. */
#include "collect/web.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SENTENCE_SIZE = 1024 };

const char *web_base(const struct web *web)
{
	return collect_conf_prefix(web->request->collect->conf);
}

const char *web_word(const struct web *web, const char *name)
{
	return words_get(web->language, name);
}

/* The value for {mark}; NULL: none was given. */
static const char *value_of(const char *mark, size_t length, const char *const *values)
{
	for (; values[0] != NULL; values += 2)
		if (strlen(values[0]) == length && strncmp(values[0], mark, length) == 0)
			return values[1];
	return NULL;
}

const char *web_filled_from(const struct web *web, const char *name, const char *const *values)
{
	const char *text = web_word(web, name);
	char out[SENTENCE_SIZE];
	size_t used = 0;

	while (*text != '\0' && used < sizeof(out) - 1) {
		size_t length = strcspn(text, "}");
		const char *value = *text == '{' && text[length] == '}'
					? value_of(text + 1, length - 1, values)
					: NULL;

		if (value == NULL) {
			out[used++] = *text++;
			continue;
		}
		for (; *value != '\0' && used < sizeof(out) - 1; value++)
			out[used++] = *value;
		text += length + 1;
	}
	out[used] = '\0';
	return view_copy(web->arena, out);
}

static void put_guards(struct web *web)
{
	static const char *const guards[][2] = {
	    {"Content-Security-Policy",
	     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
	     "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"},
	    {"X-Content-Type-Options", "nosniff"},
	    {"Referrer-Policy", "same-origin"},
	    {"Cross-Origin-Opener-Policy", "same-origin"},
	};

	for (size_t i = 0; i < sizeof(guards) / sizeof(guards[0]); i++)
		request_put(web->request, guards[i][0], "%s", guards[i][1]);
}

void web_bytes(struct web *web, unsigned status, const char *type, char *bytes, size_t size)
{
	struct request *request = web->request;

	put_guards(web);
	web_kept_put(web, status, type, bytes, size);
	request->status = bytes != NULL ? status : MHD_HTTP_INTERNAL_SERVER_ERROR;
	request->answer = bytes;
	request->answer_size = bytes != NULL ? size : 0;
	request->type = type;
}

void web_redirect(struct web *web, const char *path)
{
	request_put(web->request, MHD_HTTP_HEADER_LOCATION, "%s%s", web_base(web), path);
	web_bytes(web, MHD_HTTP_SEE_OTHER, "text/plain; charset=utf-8", strdup(""), 0);
}

void web_message(struct web *web, unsigned status, const char *word)
{
	struct view *view = web_view(web);

	if (view == NULL)
		return;
	web->status = status;
	view_put(view, "title", web_word(web, word));
	view_put(view, "message", web_word(web, word));
	web_render(web, WEB_MESSAGE);
}

struct view *web_view(struct web *web)
{
	view_close(web->arena);
	web->arena = view_open();
	if (web->arena == NULL) {
		web_bytes(web, MHD_HTTP_INTERNAL_SERVER_ERROR, "text/plain", NULL, 0);
		return NULL;
	}
	return view_root(web->arena);
}

/* {{w.NAME}} is a sentence. */
static const char *lookup(const void *arg, const char *name)
{
	const struct web *web = arg;

	return strncmp(name, "w.", 2) == 0 ? web_word(web, name + 2) : NULL;
}

/* The same page in the other language, with its days and place. */
static void add_languages(struct web *web, struct view *view)
{
	const char *path = web->request->path;

	for (enum words_language i = 0; i < WORDS__MAX; i++) {
		struct view *one = view_add(view, "languages");

		view_put(one, "code", words_name(i));
		view_put(one, "language", words_get(i, "language_name"));
		view_put_if(one, "current", i == web->language);
		view_put(one, "href",
			 view_format(web->arena, "%s%s?lang=%s%s%s", web_base(web),
				     web->request->post || web->page == NULL ? "/" : path,
				     words_name(i), web->text[1][0] != '\0' ? "&" : "",
				     web->text[1]));
	}
}

static void add_account(struct web *web, struct view *view)
{
	view_put(view, "account", web->account);
	view_put(view, "role",
		 web->role[0] != '\0' ? words_of(web->language, "role", web->role) : "");
	view_put(view, "csrf", web->csrf);
	view_put_if(view, "officer", web_is_officer(web));
	view_put_if(view, "staff", web_is_staff(web));
}

void web_render(struct web *web, enum web_template which)
{
	struct view *view = view_root(web->arena);
	size_t length = 0;
	char *text;

	view_put(view, "base", web_base(web));
	view_put(view, "lang", words_name(web->language));
	view_put(view, "style", web_file_version("style.css"));
	view_put(view, "script", web_file_version("dashboard.js"));
	view_put(view, "charts", web_file_version("charts.js"));
	view_put(view, "department", web->request->collect->conf->department);
	view_put(view, "place", web->request->collect->conf->place);
	view_put(view, "error", web->error != NULL ? web_word(web, web->error) : "");
	add_account(web, view);
	add_languages(web, view);
	text = view_render(web->arena, web_template_of(which), lookup, web, &length);
	web_count(WEB_COUNT_PAGE);
	web_bytes(web, web->status != 0 ? web->status : MHD_HTTP_OK, "text/html; charset=utf-8",
		  text, length);
}
