/*
 * A page while it is rendered: the values under the names that templates use, and all that
 * they point to. For page.c and its parts alone.
 */
#ifndef COMMON_PAGE_VIEW_H
#define COMMON_PAGE_VIEW_H

#include "common/page.h"
#include "common/page_name.h"
#include "common/page_set.h"
#include "common/template.h"

enum {
	PAGE_VIEW_TEXT_SIZE = 4 * PAGE_SENTENCE_MAX,
	PAGE_VIEW_STEPS_MAX = 9,
	PAGE_VIEW_ANSWERS_MAX = 3,
};

/* One of a list: a language, a step, an option. */
struct page_view_item {
	struct template_value values[3];
	char letter[2];
};

/* An answer to explain. */
struct page_view_answer {
	struct template_value values[8];
	size_t count;
	char progress[PAGE_VIEW_TEXT_SIZE];
};

/* All that a page's values point to, on the stack of page_render. */
struct page_view {
	const struct page_set *set;
	const struct page *page;
	struct template_value values[PAGE_NAME__MAX]; /* each name at most once */
	struct template_scope root;
	struct page_view_item audiences[LESSON_AUDIENCES_MAX], contacts[LESSON_CONTACTS_MAX];
	struct template_scope audience_scopes[LESSON_AUDIENCES_MAX];
	struct template_scope contact_scopes[LESSON_CONTACTS_MAX];
	struct page_view_item languages[CONF_LANGUAGES_MAX], steps[PAGE_VIEW_STEPS_MAX],
	    options[LESSON_OPTIONS_MAX];
	struct template_scope language_scopes[CONF_LANGUAGES_MAX];
	struct template_scope step_scopes[PAGE_VIEW_STEPS_MAX];
	struct template_scope option_scopes[LESSON_OPTIONS_MAX];
	struct page_view_answer answers[PAGE_VIEW_ANSWERS_MAX];
	struct template_scope answer_scopes[PAGE_VIEW_ANSWERS_MAX];
	char progress[PAGE_VIEW_TEXT_SIZE], score[PAGE_VIEW_TEXT_SIZE],
	    time_left[PAGE_VIEW_TEXT_SIZE], later[PAGE_VIEW_TEXT_SIZE], ending[PAGE_VIEW_TEXT_SIZE],
	    renew[PAGE_VIEW_TEXT_SIZE], spare[PAGE_VIEW_TEXT_SIZE];
};

/* A section that is simply there. */
extern const struct template_scope page_view_here;

struct template_value page_view_text(enum page_name name, const char *text);
struct template_value page_view_list(enum page_name name, const struct template_scope *scopes,
				     size_t count);
void page_view_put(struct page_view *view, struct template_value value);
void page_view_put_if(struct page_view *view, enum page_name name, bool is);

/* The pack's sentence in the page's language; "" when there is none. */
const char *page_view_ui(const struct page_view *view, const char *name);
/* The template's {{ui.NAME}}: a template_lookup. */
const char *page_view_lookup(const void *arg, const char *name);

/* The sentence of that name with {n} and {m}; with {time} in words. */
void page_view_fill_of(const struct page_view *view, char out[PAGE_VIEW_TEXT_SIZE],
		       const char *name, unsigned n, unsigned m);
void page_view_fill_time(const struct page_view *view, char out[PAGE_VIEW_TEXT_SIZE],
			 const char *sentence, uint32_t seconds);

/* What stands around a page's own matter: languages, audiences, contacts, "later", steps. */
void page_around(struct page_view *view);

#endif
