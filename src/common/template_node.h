/*
 * A parsed template, shared by template_parse.c (makes it) and template.c (renders it)
 * and by nobody else: a flat list of nodes over the files' text, partials unfolded.
 */
#ifndef COMMON_TEMPLATE_NODE_H
#define COMMON_TEMPLATE_NODE_H

#include <stdbool.h>
#include <stddef.h>

enum {
	TEMPLATE_FILE_SIZE_MAX = 64 * 1024,
	TEMPLATE_FILES_MAX = 64, /* partials read for one template, repeats counted */
	TEMPLATE_NODES_MAX = 8192,
	TEMPLATE_SECTIONS_MAX = 16, /* open at a time in one file */
	TEMPLATE_PARTIALS_MAX = 8,  /* open at a time */
};

enum template_node_type {
	TEMPLATE_TEXT,
	TEMPLATE_VARIABLE,
	TEMPLATE_SECTION,
	TEMPLATE_INVERTED,
};

struct template_node {
	enum template_node_type type;
	const char *text; /* or the name, with a final NUL */
	size_t length;
	size_t end; /* sections: index of the first node after it */
	const char *file;
	int line;
};

struct template_file {
	char *path;
	char *text; /* names are NUL-terminated in place */
};

struct template {
	struct template_node *nodes;
	size_t node_count;
	size_t node_size;
	struct template_file files[TEMPLATE_FILES_MAX];
	size_t file_count;
	bool too_long; /* said once */
};

/*
 * The file's text, each line after indent, a style (NAME.css) without needless blanks; owned
 * by the caller. NULL with errno: EFBIG too large, EILSEQ it holds a NUL, or why it cannot
 * be read.
 */
char *template_file_read(const char *path, const char *indent, size_t indent_length,
			 size_t *length);

#endif
