/*
 * The world in which the tests of templates run: a folder of its own, and a scope with a
 * name of every kind in it.
 */
#ifndef TEST_TEMPLATE_H
#define TEST_TEMPLATE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/template.h"
#include "common/template_node.h"

static char folder[] = "/tmp/congchao-template-XXXXXX";
static char home[4096];

static int folder_make(void **state)
{
	(void)state;
	if (getcwd(home, sizeof(home)) == NULL || mkdtemp(folder) == NULL)
		return -1;
	return chdir(folder);
}

static inline void file_write_bytes(const char *name, const char *bytes, size_t length)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
}

static inline void file_write(const char *name, const char *text)
{
	file_write_bytes(name, text, strlen(text));
}

static int folder_empty(void **state)
{
	static const char *const names[] = {"t",  "p",	"p.css", "q",  "d0", "d1", "d2", "d3",
					    "d4", "d5", "d6", "d7", "d8", "d9"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(names[i]);
	return 0;
}

static int folder_remove(void **state)
{
	folder_empty(state);
	return chdir(home) == 0 ? rmdir(folder) : -1;
}

/* name, a section named list of two, a section named none, a section named flag. */
static const struct template_value list_values[][1] = {{{.name = "item", .text = "one"}},
						       {{.name = "item", .text = "two"}}};
static const struct template_scope list[] = {{list_values[0], 1}, {list_values[1], 1}};
static const struct template_scope empty;
static const struct template_value values[] = {
    {.name = "name", .text = "Lan"},
    {.name = "blank", .text = ""},
    {.name = "item", .text = "outer"},
    {.name = "evil", .text = "<a href=\"x\">'&'</a>"},
    {.name = "list", .scopes = list, .scope_count = 2},
    {.name = "none", .scopes = list, .scope_count = 0},
    {.name = "flag", .scopes = &empty, .scope_count = 1},
};
static const struct template_scope root = {values, sizeof(values) / sizeof(values[0])};

static inline const char *lookup(const void *arg, const char *name)
{
	return strcmp(name, "ui.hello") == 0 ? arg : NULL;
}

static inline struct template *load(void)
{
	struct report report = {.out = stderr};
	struct template *template = template_load(".", "t", &report);

	assert_int_equal(report.errors, 0);
	assert_non_null(template);
	return template;
}

static inline void assert_renders(const char *text, const char *expected)
{
	struct template *template;
	char out[512];
	size_t length;

	file_write("t", text);
	template = load();
	length = template_render(template, &root, lookup, "Xin chào", out, sizeof(out) - 1);
	out[length] = '\0';
	template_free(template);
	assert_string_equal(out, expected);
}

#endif
