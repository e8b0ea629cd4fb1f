/*
 * Renders a parsed template for whoever shows a page. Allocates nothing, writes nothing
 * outside the caller's buffer, and lets no value into the page unescaped.
 */
#include "common/template.h"

#include <stdlib.h>
#include <string.h>

#include "common/template_node.h"

struct scope_link {
	const struct template_scope *scope;
	const struct scope_link *outer;
};

struct render {
	const struct template *template;
	template_lookup *fallback;
	const void *arg;
	char *out;
	size_t size;
	size_t used;
	bool full;
};

static void render_bytes(struct render *render, const char *bytes, size_t length)
{
	if (render->full || length > render->size - render->used) {
		render->full = true;
		return;
	}
	memcpy(render->out + render->used, bytes, length);
	render->used += length;
}

static const char *escape_of(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

static void render_escaped(struct render *render, const char *text)
{
	while (*text != '\0') {
		size_t plain = strcspn(text, "&<>\"'");

		render_bytes(render, text, plain);
		text += plain;
		if (*text != '\0') {
			const char *escape = escape_of(*text++);

			render_bytes(render, escape, strlen(escape));
		}
	}
}

static const struct template_value *scope_find(const struct scope_link *link, const char *name)
{
	for (; link != NULL; link = link->outer)
		for (size_t i = 0; i < link->scope->count; i++)
			if (strcmp(link->scope->values[i].name, name) == 0)
				return &link->scope->values[i];
	return NULL;
}

/* The name's text; NULL when nobody has one. */
static const char *render_text(const struct render *render, const struct template_value *value,
			       const char *name)
{
	if (value != NULL)
		return value->text;
	return render->fallback != NULL ? render->fallback(render->arg, name) : NULL;
}

static void render_nodes(struct render *render, size_t from, size_t to,
			 const struct scope_link *link);

static void render_section(struct render *render, size_t index, const struct scope_link *link)
{
	const struct template_node *node = &render->template->nodes[index];
	const struct template_value *value = scope_find(link, node->text);
	const char *text = render_text(render, value, node->text);
	size_t scopes = value != NULL ? value->scope_count : 0;
	bool once = scopes == 0 && text != NULL && text[0] != '\0';

	if (node->type == TEMPLATE_INVERTED) {
		if (scopes == 0 && !once)
			render_nodes(render, index + 1, node->end, link);
		return;
	}
	if (once)
		render_nodes(render, index + 1, node->end, link);
	for (size_t i = 0; i < scopes && !render->full; i++) {
		const struct scope_link inner = {&value->scopes[i], link};

		render_nodes(render, index + 1, node->end, &inner);
	}
}

/* Recursion is bounded by the depth of sections and partials that the parser allows. */
static void render_nodes(struct render *render, size_t from, size_t to,
			 const struct scope_link *link)
{
	const struct template_node *nodes = render->template->nodes;
	const char *text;

	for (size_t i = from; i < to && !render->full; i++) {
		switch (nodes[i].type) {
		case TEMPLATE_TEXT:
			render_bytes(render, nodes[i].text, nodes[i].length);
			break;
		case TEMPLATE_VARIABLE:
			text = render_text(render, scope_find(link, nodes[i].text), nodes[i].text);
			if (text != NULL)
				render_escaped(render, text);
			break;
		case TEMPLATE_SECTION:
		case TEMPLATE_INVERTED:
			render_section(render, i, link);
			i = nodes[i].end - 1;
			break;
		}
	}
}

size_t template_render(const struct template *template, const struct template_scope *root,
		       template_lookup *fallback, const void *arg, char *out, size_t size)
{
	struct render render = {template, fallback, arg, out, size, 0, false};
	const struct scope_link link = {root, NULL};

	render_nodes(&render, 0, template->node_count, &link);
	return render.full ? 0 : render.used;
}

void template_check_names(const struct template *template,
			  bool (*check)(const void *arg, const char *name, bool section),
			  const void *arg, struct report *report)
{
	for (size_t i = 0; i < template->node_count; i++) {
		const struct template_node *node = &template->nodes[i];
		bool section = node->type != TEMPLATE_VARIABLE;

		if (node->type != TEMPLATE_TEXT && !check(arg, node->text, section))
			report_error(report, node->file, node->line,
				     "unknown %s \"%s\", expected a name that this page fills in",
				     section ? "section" : "variable", node->text);
	}
}

void template_free(struct template *template)
{
	if (template == NULL)
		return;
	for (size_t i = 0; i < template->file_count; i++) {
		free(template->files[i].path);
		free(template->files[i].text);
	}
	free(template->nodes);
	free(template);
}
