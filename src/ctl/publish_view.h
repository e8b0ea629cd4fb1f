/*
 * What one page shows: values under their names, put there one by one, and the templates
 * of www/publish that they are shown in. Running out of memory ends the program, which
 * has then written whole files only.
 */
#ifndef CTL_PUBLISH_VIEW_H
#define CTL_PUBLISH_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "common/template.h"
#include "ctl/publish.h"
#include "ctl/publish_name.h"

enum publish_kind {
	PUBLISH_WIDGET,
	PUBLISH_EMBED,
	PUBLISH_ATOM,
	PUBLISH_POSTER,
	PUBLISH_SIGN,
	PUBLISH_CARD,
	PUBLISH_INDEX,
	PUBLISH_KIND__MAX
};

/* Loads and checks every template. NULL when report has counted an error. */
struct publish_templates *publish_templates_load(const struct conf *conf,
						 const struct lesson_bank *bank,
						 struct report *report);
void publish_templates_free(struct publish_templates *templates); /* accepts NULL */

enum { PUBLISH_GROUP_MAX = 24 };

/* Names and values of the page, or of one item in a list. */
struct publish_group {
	struct template_value values[PUBLISH_GROUP_MAX];
	struct template_scope *scope; /* that shows them */
};

struct publish_view {
	const struct publish *publish;
	size_t language;
	const char *topic; /* id of the lesson's, for topic.NAME; or NULL */
	struct publish_group root;
	struct template_scope root_scope;
	struct publish_kept *kept;
};

/* A page with what stands on every one of them; publish_view_free is due. */
void publish_view_init(struct publish_view *view, const struct publish *publish, size_t language);
void publish_view_free(struct publish_view *view);

/* Memory that lasts as long as the view: zeroed, and a text. */
void *publish_keep(struct publish_view *view, size_t count, size_t size);
const char *publish_print(struct publish_view *view, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The pack's sentence; never NULL for names that publish_templates_load has checked. */
const char *publish_ui(const struct publish_view *view, const char *name);
/* The same with its {mark} replaced. */
const char *publish_fill(struct publish_view *view, const char *sentence, const char *mark,
			 const char *with);
const char *publish_fill_number(struct publish_view *view, const char *sentence, const char *mark,
				unsigned number);
/* The day as the language writes it: ui publish_date. */
const char *publish_date(struct publish_view *view, int32_t day);

/* Texts are borrowed; NULL or "": a section of that name is not shown. */
void publish_put(struct publish_group *group, enum publish_name name, const char *text);
/* A part that is there or not. */
void publish_put_if(struct publish_group *group, enum publish_name name, bool is);
/* A list of so many groups, still empty; the view's. */
struct publish_group *publish_put_list(struct publish_view *view, struct publish_group *group,
				       enum publish_name name, size_t count);

/* The page; its length in *length. Owned by the caller. */
char *publish_render(struct publish_view *view, enum publish_kind kind, size_t *length);

/* The page as a file. Returns 0, or -1: it has been said. */
int publish_view_write(struct publish_view *view, enum publish_kind kind, const char *path);

#endif
