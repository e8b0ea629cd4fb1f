/*
 * Mustache templates (mustache(5)): {{variable}} escaped for HTML text and quoted
 * attributes, {{#section}} {{/section}}, {{^inverted}} {{/inverted}}, {{! comment}},
 * {{> file}} (a partial from the same folder, read at load time). Anything else is an
 * error with file and line. A template is parsed once at start; rendering allocates
 * nothing.
 */
#ifndef COMMON_TEMPLATE_H
#define COMMON_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/report.h"

struct template;
struct template_scope;

/* A variable has a text, a section has scopes: rendered once for each, inverted for none. */
struct template_value {
	const char *name;
	const char *text;
	const struct template_scope *scopes;
	size_t scope_count;
};

struct template_scope {
	const struct template_value *values;
	size_t count;
};

/* Asked for a name that no scope has; NULL: empty. */
typedef const char *template_lookup(const void *arg, const char *name);

/* Owned by the caller; NULL when report has counted an error. */
struct template *template_load(const char *folder, const char *file, struct report *report);
void template_free(struct template *template); /* accepts NULL */

/*
 * Renders into out, without a final NUL. Returns the length, or 0 when it does not fit.
 * Names are looked up in the innermost scope first, then outwards, then in fallback.
 */
size_t template_render(const struct template *template, const struct template_scope *root,
		       template_lookup *fallback, const void *arg, char *out, size_t size);

/*
 * Calls check for every variable and section name in the template; where it returns
 * false, an error "unknown name" with file and line goes to report.
 */
void template_check_names(const struct template *template,
			  bool (*check)(const void *arg, const char *name, bool section),
			  const void *arg, struct report *report);

#endif
