/*
 * Mustache templates: what is told of every kind of mistake, with its file and line.
 * links: common/template common/report
 */
#include "test_template.h"

/* Refused, with exactly these lines. */
static void assert_told(const char *expected)
{
	struct report report = {0};
	char *told = NULL;
	size_t length = 0;

	report.out = open_memstream(&told, &length);
	assert_non_null(report.out);
	assert_null(template_load(".", "t", &report));
	fclose(report.out);
	assert_string_equal(told, expected);
	assert_true(report.errors > 0);
	free(told);
}

static void assert_refused(const char *text, const char *expected)
{
	file_write("t", text);
	assert_told(expected);
}

static void unescaped_text_is_refused(void **state)
{
	(void)state;
	assert_refused("a\n{{{name}}}\n",
		       "./t:2: {{{ would let text into the page unescaped, expected {{name}}\n");
	assert_refused("{{& name}}",
		       "./t:1: {{& would let text into the page unescaped, expected {{name}}\n");
}

static void other_braces_are_refused(void **state)
{
	(void)state;
	assert_refused("{{=<% %>=}}",
		       "./t:1: {{= would change the braces, expected {{ and }} throughout\n");
}

static void bad_names_are_refused(void **state)
{
	(void)state;
	assert_refused("\n\n{{a b}}",
		       "./t:3: \"a b\" is not a name, expected letters, digits, \"_\", \".\", "
		       "\"-\"\n");
	assert_refused("{{}}", "./t:1: \"\" is not a name, expected letters, digits, \"_\", \".\", "
			       "\"-\"\n");
	assert_refused("{{> a/b}}",
		       "./t:1: \"a/b\" is not a name, expected letters, digits, \"_\", \".\", "
		       "\"-\"\n");
	assert_refused("{{a\nb}}", "./t:1: \"a\" is not a name, expected letters, digits, \"_\", "
				   "\".\", \"-\"\n");
}

static void an_open_tag_is_refused(void **state)
{
	(void)state;
	assert_refused("a\n{{name} b", "./t:2: tag is never closed, expected }}\n");
	assert_refused("{{", "./t:1: tag is never closed, expected }}\n");
}

static void an_open_section_names_both_lines(void **state)
{
	(void)state;
	assert_refused("a\n{{#list}}\nb\n",
		       "./t:4: file ends where \"list\" of line 2 is open, expected {{/list}}\n");
}

static void a_wrong_end_names_both_lines(void **state)
{
	(void)state;
	assert_refused("{{#list}}\n{{/flag}}\n",
		       "./t:2: {{/flag}} stands where \"list\" of line 1 is open, expected "
		       "{{/list}}\n");
	assert_refused("a{{/list}}",
		       "./t:1: {{/list}} closes nothing, expected {{#list}} before it\n");
}

static void sections_end_in_their_own_file(void **state)
{
	(void)state;
	file_write("p", "{{#list}}");
	assert_refused("{{> p}}{{/list}}",
		       "./p:1: file ends where \"list\" of line 1 is open, expected {{/list}}\n"
		       "./t:1: {{/list}} closes nothing, expected {{#list}} before it\n");
}

static void a_missing_file_is_told(void **state)
{
	(void)state;
	unlink("t");
	assert_told("./t: cannot be read: No such file or directory, expected a template\n");
	assert_refused("a\n{{> p}}", "./t:2: {{> p}} cannot be read: No such file or directory, "
				     "expected a file in .\n");
	assert_refused("{{> ..}}", "./t:1: {{> ..}} cannot be read: Is a directory, expected a "
				   "file in .\n");
}

static void a_circle_of_partials_is_told(void **state)
{
	(void)state;
	assert_refused("{{> t}}", "./t:1: {{> t}} includes itself, expected another file\n");
	file_write("p", "\n{{> t}}");
	assert_refused("{{> p}}", "./p:2: {{> t}} includes itself, expected another file\n");
}

/* d9 includes d8 and so on; d0 is only text. */
static void depth_write(void)
{
	char name[3] = "d0", text[16];

	file_write("d0", "bottom");
	for (int i = 1; i < 10; i++) {
		name[1] = (char)('0' + i);
		snprintf(text, sizeof(text), "{{> d%d}}", i - 1);
		file_write(name, text);
	}
}

static void partials_nest_eight_deep(void **state)
{
	(void)state;
	depth_write();
	assert_renders("{{> d7}}", "bottom");
	assert_refused("{{> d8}}",
		       "./d1:1: {{> d0}} is nested too deep, expected at most 8 partials\n");
}

static void a_large_file_is_refused(void **state)
{
	static char large[TEMPLATE_FILE_SIZE_MAX + 1];

	(void)state;
	memset(large, 'x', sizeof(large));
	file_write_bytes("t", large, sizeof(large));
	assert_told("./t: cannot be read: larger than 64 KiB, expected a template\n");
	file_write_bytes("t", large, sizeof(large) - 1);
	template_free(load());
	memset(large, '\n', sizeof(large));
	file_write_bytes("p", large, sizeof(large) - 1);
	assert_refused("  {{> p}}\n", "./t:1: {{> p}} cannot be read: larger than 64 KiB, expected "
				      "a file in .\n");
}

static void a_nul_is_refused(void **state)
{
	(void)state;
	file_write_bytes("t", "a\0b", 3);
	assert_told("./t: cannot be read: it holds a NUL, it is not a text, expected a template\n");
}

static void write_repeated(const char *name, const char *text, size_t times)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	while (times-- > 0)
		fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void too_many_tags_are_told_once(void **state)
{
	(void)state;
	write_repeated("t", "{{x}}", TEMPLATE_NODES_MAX);
	template_free(load());
	write_repeated("t", "{{x}}", TEMPLATE_NODES_MAX + 3);
	assert_told("./t:1: too long, expected at most 8192 tags and texts\n");
}

static void too_many_files_are_told(void **state)
{
	(void)state;
	file_write("p", "");
	write_repeated("t", "{{>p}}", TEMPLATE_FILES_MAX - 1);
	template_free(load());
	write_repeated("t", "{{>p}}", TEMPLATE_FILES_MAX);
	assert_told("./t:1: {{> p}} cannot be read: too many partials in one template, expected a "
		    "file in .\n");
}

static void too_many_open_sections_are_told(void **state)
{
	(void)state;
	file_write("t", "{{#flag}}\n{{#flag}}{{#flag}}{{#flag}}{{#flag}}{{#flag}}{{#flag}}"
			"{{#flag}}{{#flag}}{{#flag}}{{#flag}}{{#flag}}{{#flag}}{{#flag}}"
			"{{#flag}}{{#flag}}\n{{#list}}\n{{/flag}}{{/flag}}{{/flag}}{{/flag}}"
			"{{/flag}}{{/flag}}{{/flag}}{{/flag}}{{/flag}}{{/flag}}{{/flag}}"
			"{{/flag}}{{/flag}}{{/flag}}{{/flag}}{{/flag}}");
	assert_told("./t:3: too many open sections, expected at most 16\n");
}

static void all_mistakes_are_told_in_one_run(void **state)
{
	(void)state;
	file_write("p", "{{a b}}");
	assert_refused("{{{x}}}\n{{> p}}\n{{/y}}\n{{> no}}\n",
		       "./t:1: {{{ would let text into the page unescaped, expected {{name}}\n"
		       "./p:1: \"a b\" is not a name, expected letters, digits, \"_\", \".\", "
		       "\"-\"\n"
		       "./t:3: {{/y}} closes nothing, expected {{#y}} before it\n"
		       "./t:4: {{> no}} cannot be read: No such file or directory, expected a "
		       "file in .\n");
}

static bool knows(const void *arg, const char *name, bool section)
{
	(void)arg;
	return section ? strcmp(name, "list") == 0 : strcmp(name, "name") == 0;
}

static void unknown_names_are_told_with_their_line(void **state)
{
	struct report report = {0};
	struct template *template;
	char *told = NULL;
	size_t length = 0;

	(void)state;
	file_write("p", "\n{{^name}}{{/name}}");
	file_write("t", "{{name}}\n{{#list}}{{nmae}}{{/list}}\n{{> p}}");
	template = load();
	report.out = open_memstream(&told, &length);
	template_check_names(template, knows, NULL, &report);
	fclose(report.out);
	assert_string_equal(
	    told, "./t:2: unknown variable \"nmae\", expected a name that this page fills in\n"
		  "./p:2: unknown section \"name\", expected a name that this page fills in\n");
	free(told);
	template_free(template);
}

#define CASE(name) cmocka_unit_test_teardown(name, folder_empty)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(unescaped_text_is_refused),
	    CASE(other_braces_are_refused),
	    CASE(bad_names_are_refused),
	    CASE(an_open_tag_is_refused),
	    CASE(an_open_section_names_both_lines),
	    CASE(a_wrong_end_names_both_lines),
	    CASE(sections_end_in_their_own_file),
	    CASE(a_missing_file_is_told),
	    CASE(a_circle_of_partials_is_told),
	    CASE(partials_nest_eight_deep),
	    CASE(a_large_file_is_refused),
	    CASE(a_nul_is_refused),
	    CASE(too_many_tags_are_told_once),
	    CASE(too_many_files_are_told),
	    CASE(too_many_open_sections_are_told),
	    CASE(all_mistakes_are_told_in_one_run),
	    CASE(unknown_names_are_told_with_their_line),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
