/*
 * Reads a template and its partials once, at start, for template.c. Every mistake is
 * reported with its file and line, all in one run. The files are the operator's, but a
 * slip in them (a partial that includes itself, a tag left open) must never hang or
 * crash the program: all sizes and depths are bounded.
 */
#include "common/template.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/template_node.h"

/* One file being read; its includer is outer. */
struct parse {
	struct template *template;
	struct report *report;
	const char *folder;
	const struct parse *outer;
	const char *name; /* within folder */
	const char *path;
	char *text;
	size_t length;
	size_t at;	  /* where reading is */
	size_t line_from; /* line counts up to here */
	int line;
	size_t open[TEMPLATE_SECTIONS_MAX]; /* nodes */
	size_t open_count;
};

struct tag {
	char kind;	 /* '#', '^', '/', '>', '!', or 'v' for a variable */
	size_t from, to; /* in the file, braces included */
	char *name;
	size_t name_length;
	int line;
};

static void parse_file(struct parse *parse, const struct tag *tag, const char *indent,
		       size_t indent_length);

/* The line of an offset; offsets only grow. */
static int line_at(struct parse *parse, size_t offset)
{
	for (; parse->line_from < offset; parse->line_from++)
		if (parse->text[parse->line_from] == '\n')
			parse->line++;
	return parse->line;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_name(const char *name, size_t length)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_.-";

	for (size_t i = 0; i < length; i++)
		if (memchr(allowed, name[i], sizeof(allowed) - 1) == NULL)
			return false;
	return length > 0;
}

/* NULL, reported, when there are too many or memory is out. */
static struct template_node *node_add(struct parse *parse, enum template_node_type type, int line)
{
	struct template *template = parse->template;

	if (template->node_count == template->node_size) {
		size_t size = template->node_size == 0 ? 128 : template->node_size * 2;
		struct template_node *nodes = NULL;

		if (size <= TEMPLATE_NODES_MAX)
			nodes = realloc(template->nodes, size * sizeof(*nodes));
		if (nodes == NULL) {
			if (!template->too_long)
				report_error(parse->report, parse->path, line,
					     "too long, expected at most %d tags and texts",
					     TEMPLATE_NODES_MAX);
			template->too_long = true;
			return NULL;
		}
		template->nodes = nodes;
		template->node_size = size;
	}
	struct template_node *node = &template->nodes[template->node_count++];
	*node = (struct template_node){.type = type, .file = parse->path, .line = line};
	return node;
}

static void text_add(struct parse *parse, size_t from, size_t to, int line)
{
	struct template_node *node = NULL;

	if (from < to)
		node = node_add(parse, TEMPLATE_TEXT, line);
	if (node != NULL) {
		node->text = parse->text + from;
		node->length = to - from;
	}
}

static bool name_add(struct parse *parse, const struct tag *tag, enum template_node_type type)
{
	struct template_node *node = node_add(parse, type, tag->line);

	if (node == NULL)
		return false;
	tag->name[tag->name_length] = '\0'; /* a blank or a brace of this tag */
	node->text = tag->name;
	node->length = tag->name_length;
	return true;
}

static void section_open(struct parse *parse, const struct tag *tag)
{
	if (parse->open_count == TEMPLATE_SECTIONS_MAX) {
		report_error(parse->report, parse->path, tag->line,
			     "too many open sections, expected at most %d", TEMPLATE_SECTIONS_MAX);
		return;
	}
	if (name_add(parse, tag, tag->kind == '#' ? TEMPLATE_SECTION : TEMPLATE_INVERTED))
		parse->open[parse->open_count++] = parse->template->node_count - 1;
}

static void section_close(struct parse *parse, const struct tag *tag)
{
	struct template_node *node;
	int length = (int)tag->name_length;

	if (parse->open_count == 0) {
		report_error(parse->report, parse->path, tag->line,
			     "{{/%.*s}} closes nothing, expected {{#%.*s}} before it", length,
			     tag->name, length, tag->name);
		return;
	}
	node = &parse->template->nodes[parse->open[--parse->open_count]];
	node->end = parse->template->node_count;
	if (node->length != tag->name_length || memcmp(node->text, tag->name, node->length) != 0)
		report_error(parse->report, parse->path, tag->line,
			     "{{/%.*s}} stands where \"%s\" of line %d is open, expected {{/%s}}",
			     length, tag->name, node->text, node->line, node->text);
}

static void partial_add(struct parse *parse, const struct tag *tag, size_t line_start,
			bool standalone)
{
	struct parse inner = {.template = parse->template,
			      .report = parse->report,
			      .folder = parse->folder,
			      .outer = parse,
			      .name = tag->name};
	int depth = 0;

	tag->name[tag->name_length] = '\0';
	for (const struct parse *p = parse; p != NULL; p = p->outer, depth++)
		if (strcmp(p->name, tag->name) == 0) {
			report_error(parse->report, parse->path, tag->line,
				     "{{> %s}} includes itself, expected another file", tag->name);
			return;
		}
	if (depth > TEMPLATE_PARTIALS_MAX) {
		report_error(parse->report, parse->path, tag->line,
			     "{{> %s}} is nested too deep, expected at most %d partials", tag->name,
			     TEMPLATE_PARTIALS_MAX);
		return;
	}
	parse_file(&inner, tag, parse->text + line_start, standalone ? tag->from - line_start : 0);
}

/* What an opening brace pair may be followed by, and why not. */
static const struct {
	char kind;
	const char *why;
} refused[] = {
    {'{', "{{{ would let text into the page unescaped, expected {{name}}"},
    {'&', "{{& would let text into the page unescaped, expected {{name}}"},
    {'=', "{{= would change the braces, expected {{ and }} throughout"},
};

static bool tag_refused(const struct parse *parse, const struct tag *tag)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (refused[i].kind == tag->kind) {
			report_error(parse->report, parse->path, tag->line, "%s", refused[i].why);
			return true;
		}
	if (tag->kind != '!' && !is_name(tag->name, tag->name_length)) {
		int shown = 0; /* one line of the report */

		while (shown < 40 && shown < (int)tag->name_length && tag->name[shown] >= ' ')
			shown++;
		report_error(
		    parse->report, parse->path, tag->line,
		    "\"%.*s\" is not a name, expected letters, digits, \"_\", \".\", \"-\"", shown,
		    tag->name);
		return true;
	}
	return false;
}

/* Finds the next tag. False at the end of the file. */
static bool tag_next(struct parse *parse, struct tag *tag)
{
	char *end = parse->text + parse->length;
	char *from = memmem(parse->text + parse->at, parse->length - parse->at, "{{", 2);
	char *name, *to;

	if (from == NULL || parse->template->too_long)
		return false;
	tag->from = (size_t)(from - parse->text);
	tag->line = line_at(parse, tag->from);
	name = from + 2;
	while (name < end && is_blank(*name))
		name++;
	tag->kind = name < end && strchr("#^/>!{&=", *name) != NULL ? *name++ : 'v';
	to = memmem(name, (size_t)(end - name), "}}", 2);
	if (to == NULL) {
		report_error(parse->report, parse->path, tag->line,
			     "tag is never closed, expected }}");
		return false;
	}
	tag->to = (size_t)(to - parse->text) + 2;
	while (name < to && is_blank(*name))
		name++;
	while (to > name && is_blank(to[-1]))
		to--;
	tag->name = name;
	tag->name_length = (size_t)(to - name);
	return true;
}

/*
 * A section, comment or partial alone on its line takes the line with it. Returns where
 * the line begins; *next is where the line after it begins.
 */
static bool tag_stands_alone(const struct parse *parse, const struct tag *tag, size_t *line_start,
			     size_t *next)
{
	size_t from = tag->from, to = tag->to;

	while (from > 0 && is_blank(parse->text[from - 1]))
		from--;
	while (to < parse->length && is_blank(parse->text[to]))
		to++;
	if (tag->kind == 'v' || (from > 0 && parse->text[from - 1] != '\n'))
		return false;
	if (to + 1 < parse->length && parse->text[to] == '\r' && parse->text[to + 1] == '\n')
		to++;
	if (to < parse->length && parse->text[to++] != '\n')
		return false;
	*line_start = from;
	*next = to;
	return true;
}

static void tag_take(struct parse *parse, const struct tag *tag, size_t line_start, bool alone)
{
	if (tag_refused(parse, tag))
		return;
	switch (tag->kind) {
	case '#':
	case '^':
		section_open(parse, tag);
		break;
	case '/':
		section_close(parse, tag);
		break;
	case '>':
		partial_add(parse, tag, line_start, alone);
		break;
	case 'v':
		name_add(parse, tag, TEMPLATE_VARIABLE);
		break;
	default: /* a comment */
		break;
	}
}

static void parse_text(struct parse *parse)
{
	struct tag tag;

	while (tag_next(parse, &tag)) {
		size_t line_start = tag.from, next = tag.to;
		bool alone = tag_stands_alone(parse, &tag, &line_start, &next);

		text_add(parse, parse->at, line_start, tag.line);
		tag_take(parse, &tag, line_start, alone);
		parse->at = next;
	}
	text_add(parse, parse->at, parse->length, line_at(parse, parse->length));
	while (parse->open_count > 0 && !parse->template->too_long) {
		struct template_node *node =
		    &parse->template->nodes[parse->open[--parse->open_count]];

		node->end = parse->template->node_count;
		report_error(parse->report, parse->path, line_at(parse, parse->length),
			     "file ends where \"%s\" of line %d is open, expected {{/%s}}",
			     node->text, node->line, node->text);
	}
}

static const char *read_error(int error)
{
	switch (error) {
	case EFBIG:
		return "larger than 64 KiB";
	case EILSEQ:
		return "it holds a NUL, it is not a text";
	case EMFILE:
		return "too many partials in one template";
	default:
		return strerror(error);
	}
}

/* Opens what parse names; parse->text is NULL when that failed, with errno. */
static void parse_open(struct parse *parse, const char *indent, size_t indent_length)
{
	struct template *template = parse->template;
	struct template_file *file = &template->files[template->file_count];

	if (template->file_count == TEMPLATE_FILES_MAX) {
		errno = EMFILE;
		return;
	}
	if (asprintf(&file->path, "%s/%s", parse->folder, parse->name) < 0) {
		file->path = NULL;
		return;
	}
	parse->path = file->path;
	parse->line = 1;
	template->file_count++;
	file->text = template_file_read(file->path, indent, indent_length, &parse->length);
	parse->text = file->text;
}

static void parse_file(struct parse *parse, const struct tag *tag, const char *indent,
		       size_t indent_length)
{
	parse_open(parse, indent, indent_length);
	if (parse->text != NULL)
		parse_text(parse);
	else if (tag != NULL)
		report_error(parse->report, parse->outer->path, tag->line,
			     "{{> %s}} cannot be read: %s, expected a file in %s", parse->name,
			     read_error(errno), parse->folder);
	else
		report_error(parse->report, parse->path != NULL ? parse->path : parse->name, 0,
			     "cannot be read: %s, expected a template", read_error(errno));
}

struct template *template_load(const char *folder, const char *file, struct report *report)
{
	struct template *template = calloc(1, sizeof(*template));
	struct parse parse = {
	    .template = template, .report = report, .folder = folder, .name = file};
	unsigned errors = report->errors;

	if (template == NULL) {
		report_error(report, file, 0, "cannot be read: %s, expected a template",
			     strerror(errno));
		return NULL;
	}
	parse_file(&parse, NULL, NULL, 0);
	if (parse.report->errors == errors)
		return template;
	template_free(template);
	return NULL;
}
