/*
 * Templates, styles and scripts: read at start, before the files are locked away; a request
 * is compared with their names and never becomes a path.
 */
#include "collect/web.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"

enum { FILE_MAX = 2 * 1024 * 1024, VERSION_SIZE = 17 };

static struct page {
	const char *file;
	struct template *template;
} pages[WEB_TEMPLATE__MAX] = {
    [WEB_FIGURES] = {"figures.html", NULL}, [WEB_SITES] = {"sites.html", NULL},
    [WEB_SITE] = {"site.html", NULL},	    [WEB_SLIP] = {"slip.html", NULL},
    [WEB_REPORT] = {"report.html", NULL},   [WEB_PUBLIC] = {"public.html", NULL},
    [WEB_HELP] = {"help.html", NULL},	    [WEB_LOGIN] = {"login.html", NULL},
    [WEB_MESSAGE] = {"message.html", NULL},
};

static struct file {
	const char *name, *path, *type;
	char *bytes;
	size_t size;
	char version[VERSION_SIZE];
} files[] = {
    {"style.css", "style.css", "text/css; charset=utf-8", NULL, 0, ""},
    {"dashboard.js", "dashboard.js", "text/javascript; charset=utf-8", NULL, 0, ""},
    {"charts.js", "charts/charts.js", "text/javascript; charset=utf-8", NULL, 0, ""},
    {"charts.LICENSE.txt", "charts/charts.LICENSE.txt", "text/plain; charset=utf-8", NULL, 0, ""},
};

enum { FILES = sizeof(files) / sizeof(files[0]) };

static bool file_read(const char *www, struct file *file)
{
	char path[CONF_PATH_SIZE + 64];
	unsigned char hash[crypto_generichash_BYTES_MIN];
	FILE *in;

	snprintf(path, sizeof(path), "%s/%s", www, file->path);
	in = fopen(path, "re");
	file->bytes = malloc(FILE_MAX);
	if (in == NULL || file->bytes == NULL) {
		log_warn("%s", path);
		if (in != NULL)
			fclose(in);
		return false;
	}
	file->size = fread(file->bytes, 1, FILE_MAX, in);
	fclose(in);
	crypto_generichash(hash, sizeof(hash), (unsigned char *)file->bytes, file->size, NULL, 0);
	sodium_bin2hex(file->version, sizeof(file->version), hash, (VERSION_SIZE - 1) / 2);
	return true;
}

/* Sentences that a template names must be there. */
static bool name_check(const void *arg, const char *name, bool section)
{
	(void)arg;
	(void)section;
	return strncmp(name, "w.", 2) != 0 || words_have(name + 2);
}

bool web_file_open(const char *www)
{
	struct report report = {.out = stderr};
	bool fine = words_open(www, &report) == 0;

	for (int i = 0; i < WEB_TEMPLATE__MAX; i++) {
		pages[i].template = template_load(www, pages[i].file, &report);
		if (pages[i].template != NULL)
			template_check_names(pages[i].template, name_check, NULL, &report);
	}
	for (size_t i = 0; i < FILES; i++)
		fine = file_read(www, &files[i]) && fine;
	return fine && report.errors == 0;
}

void web_file_close(void)
{
	for (int i = 0; i < WEB_TEMPLATE__MAX; i++) {
		template_free(pages[i].template);
		pages[i].template = NULL;
	}
	for (size_t i = 0; i < FILES; i++) {
		free(files[i].bytes);
		files[i].bytes = NULL;
	}
	words_close();
}

const struct template *web_template_of(enum web_template which)
{
	/* cppcheck-suppress CastIntegerToAddressAtReturn ; it is a pointer */
	return pages[which].template;
}

const char *web_file_version(const char *name)
{
	for (size_t i = 0; i < FILES; i++)
		if (strcmp(files[i].name, name) == 0)
			return files[i].version;
	return "";
}

bool web_file_answer(struct web *web)
{
	static const char folder[] = "/static/";
	const char *name = web->request->path + strlen(folder);

	if (strncmp(web->request->path, folder, strlen(folder)) != 0)
		return false;
	for (size_t i = 0; i < FILES; i++) {
		char *copy;

		if (strcmp(files[i].name, name) != 0)
			continue;
		copy = malloc(files[i].size + 1);
		if (copy != NULL)
			memcpy(copy, files[i].bytes, files[i].size);
		/* A page names the version it wants, so that it may be kept for ever. */
		web->request->cache = "public, max-age=31536000, immutable";
		web_bytes(web, MHD_HTTP_OK, files[i].type, copy, files[i].size);
		return true;
	}
	return false;
}
