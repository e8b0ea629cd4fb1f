/*
 * Renders the preview's own pages. They may be long (the index names every page there is),
 * so they are rendered into memory that grows, unlike a visitor's.
 */
#include "ctl/preview_own.h"

#include <stdlib.h>
#include <string.h>

#include "ctl/preview_index.h"

enum { SIZE_FIRST = 64 * 1024, SIZE_MAX_OWN = 64 * 1024 * 1024 };

static char *render(const struct template *template, const struct template_scope *root,
		    size_t *size)
{
	for (size_t room = SIZE_FIRST; room <= SIZE_MAX_OWN; room *= 2) {
		char *out = malloc(room);

		if (out == NULL)
			return NULL;
		*size = template_render(template, root, NULL, NULL, out, room);
		if (*size > 0)
			return out;
		free(out);
	}
	return NULL;
}

char *preview_own_broken(const struct preview_own *own, const struct preview_pack *pack,
			 const char *nonce, size_t *size)
{
	const struct template_value values[] = {
	    {.name = "nonce", .text = nonce},
	    {.name = "folder", .text = pack->conf.path_content},
	    {.name = "messages", .scopes = pack->lines, .scope_count = pack->line_count},
	};

	return render(own->broken, &(struct template_scope){values, 3}, size);
}

char *preview_own_missing(const struct preview_own *own, const char *nonce, size_t *size)
{
	const struct template_value value = {.name = "nonce", .text = nonce};

	return render(own->missing, &(struct template_scope){&value, 1}, size);
}

char *preview_own_index(const struct preview_own *own, const struct preview_pack *pack,
			size_t language, const char *nonce, size_t *size)
{
	struct preview_index *index = preview_index_new(pack, language, nonce);
	char *out = index != NULL ? render(own->index, preview_index_root(index), size) : NULL;

	preview_index_free(index);
	return out;
}

/* --- the templates --- */

static bool knows(const void *arg, const char *name, bool section)
{
	static const char *const names[] = {
	    "nonce",	    "folder",	      "line",	   "messages", "lang",
	    "languages",    "code",	      "name",	   "current",  "id",
	    "version",	    "checked_on",     "audiences", "lessons",  "questions",
	    "title",	    "stem",	      "wrongs",	   "letter",   "notices",
	    "lesson_count", "question_count", "remarks",
	};

	(void)arg;
	(void)section;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static void load(struct template **out, const char *folder, const char *file, struct report *report)
{
	*out = template_load(folder, file, report);
	if (*out != NULL)
		template_check_names(*out, knows, NULL, report);
}

bool preview_own_open(struct preview_own *own, const char *folder, struct report *report)
{
	unsigned errors = report->errors;

	load(&own->index, folder, "index.html", report);
	load(&own->broken, folder, "broken.html", report);
	load(&own->missing, folder, "missing.html", report);
	return report->errors == errors;
}

void preview_own_close(struct preview_own *own)
{
	template_free(own->index);
	template_free(own->broken);
	template_free(own->missing);
}
