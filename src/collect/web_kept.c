/*
 * Answers that are for everybody, kept for a minute. Whoever asks needs no account, so all
 * of them together put one question to the database at a time, and never hold its pool: who
 * comes meanwhile gets what is kept, however old, or is asked to come again.
 */
#include "collect/web.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"

enum {
	KEPT_MAX = 32, /* files and pages, in each language: 24 */
	KEPT_MS = 60 * 1000,
	KEY_SIZE = REQUEST_PATH_SIZE + 32,
};

static struct kept {
	char key[KEY_SIZE]; /* "": free */
	const char *type;
	char *bytes;
	size_t size;
	int64_t until_ms;
} all[KEPT_MAX];

static const struct web *asking; /* whose question the database has; NULL */

/* Days and places in the address do not matter: there is one answer for all of them. */
static void key_of(const struct web *web, char key[KEY_SIZE])
{
	snprintf(key, KEY_SIZE, "%s %s %s", web->request->path, words_name(web->language),
		 web->separator == ';' ? "semicolon" : "");
}

static struct kept *find(const char *key)
{
	for (size_t i = 0; i < KEPT_MAX; i++)
		if (strcmp(all[i].key, key) == 0)
			return &all[i];
	return NULL;
}

/*
 * Good for ten minutes in browsers and in servers on the way; these may not give one reader's
 * language, nor the cookie that remembers it, to the next.
 */
static void let_keep(struct web *web)
{
	request_put(web->request, MHD_HTTP_HEADER_VARY, "Cookie");
	web->request->cache =
	    web_argument(web, "lang") == NULL ? "public, max-age=600" : "private, max-age=600";
}

static bool answer(struct web *web, const struct kept *kept)
{
	char *copy = malloc(kept->size + 1);

	if (copy != NULL)
		memcpy(copy, kept->bytes, kept->size);
	let_keep(web);
	web_bytes(web, MHD_HTTP_OK, kept->type, copy, kept->size);
	return true;
}

bool web_kept_answer(struct web *web)
{
	char key[KEY_SIZE];
	const struct kept *kept;

	key_of(web, key);
	kept = find(key);
	if (kept != NULL && (asking != NULL || clock_boot_ms() < kept->until_ms))
		return answer(web, kept);
	if (asking != NULL) {
		web_message(web, MHD_HTTP_SERVICE_UNAVAILABLE, "error_database");
		return true;
	}
	asking = web;
	return false;
}

void web_kept_put(struct web *web, unsigned status, const char *type, const char *bytes,
		  size_t size)
{
	char key[KEY_SIZE], *copy;
	struct kept *kept;

	if (asking != web)
		return;
	asking = NULL;
	if (status != MHD_HTTP_OK || bytes == NULL)
		return;
	let_keep(web);
	key_of(web, key);
	kept = find(key);
	if (kept == NULL)
		kept = find("");
	copy = kept != NULL ? malloc(size + 1) : NULL;
	if (copy == NULL)
		return;
	memcpy(copy, bytes, size);
	free(kept->bytes);
	*kept = (struct kept){.type = type, .bytes = copy, .size = size};
	kept->until_ms = clock_boot_ms() + KEPT_MS;
	snprintf(kept->key, sizeof(kept->key), "%s", key);
}

void web_kept_close(void)
{
	for (size_t i = 0; i < KEPT_MAX; i++)
		free(all[i].bytes);
	memset(all, 0, sizeof(all));
}
