/*
 * Mustache templates: what they render, and that nothing makes them overrun.
 * links: common/template common/report
 */
#include "test_template.h"

static void variables_are_replaced(void **state)
{
	(void)state;
	assert_renders("Chào {{name}}, {{ name }}!", "Chào Lan, Lan!");
	assert_renders("{{\tname\t}}", "Lan");
	assert_renders("[{{blank}}]", "[]");
	assert_renders("{ name } }} {", "{ name } }} {");
}

static void variables_are_escaped(void **state)
{
	(void)state;
	assert_renders("{{evil}}", "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
}

static void unknown_names_are_empty(void **state)
{
	(void)state;
	assert_renders("[{{nobody}}]{{#nobody}}x{{/nobody}}{{^nobody}}y{{/nobody}}", "[]y");
}

static void fallback_is_asked_last(void **state)
{
	(void)state;
	assert_renders("{{ui.hello}} {{name}}", "Xin chào Lan");
	assert_renders("{{#ui.hello}}x{{/ui.hello}}{{^ui.no}}y{{/ui.no}}", "xy");
}

static void sections_repeat_for_each_scope(void **state)
{
	(void)state;
	assert_renders("{{#list}}<{{item}}>{{/list}}", "<one><two>");
	assert_renders("{{#none}}x{{/none}}{{#flag}}y{{/flag}}", "y");
}

static void inverted_sections_are_for_none(void **state)
{
	(void)state;
	assert_renders("{{^none}}x{{/none}}{{^flag}}y{{/flag}}{{^list}}z{{/list}}", "x");
}

static void texts_are_sections_unless_empty(void **state)
{
	(void)state;
	assert_renders("{{#name}}{{name}}{{/name}}{{#blank}}x{{/blank}}{{^blank}}y{{/blank}}"
		       "{{^name}}z{{/name}}",
		       "Lany");
}

static void names_are_looked_up_outwards(void **state)
{
	(void)state;
	assert_renders("{{item}}{{#list}} {{name}} {{item}}{{/list}}", "outer Lan one Lan two");
	assert_renders("{{#list}}{{#flag}}{{item}}{{/flag}}{{/list}}", "onetwo");
	assert_renders("{{#list}}{{#list}}{{item}}{{/list}}|{{/list}}", "onetwo|onetwo|");
}

static void comments_vanish(void **state)
{
	(void)state;
	assert_renders("a{{! {{#not a tag }}b", "ab");
	assert_renders("a\n  {{! two\nlines }}  \nb\n", "a\nb\n");
}

static void tags_alone_take_their_line(void **state)
{
	(void)state;
	assert_renders("a\n{{#flag}}\nb\n{{/flag}}\nc", "a\nb\nc");
	assert_renders("a\r\n  {{#flag}} \t\r\nb\r\n{{/flag}}", "a\r\nb\r\n");
	assert_renders("  {{#none}}\nb\n  {{/none}}\nc\n", "c\n");
}

static void tags_in_company_leave_their_line(void **state)
{
	(void)state;
	assert_renders("a {{#flag}}\nb {{/flag}}\n", "a \nb \n");
	assert_renders("{{#flag}} {{/flag}}\n", " \n");
	assert_renders("  {{name}}  \n", "  Lan  \n");
}

static void partials_are_put_in_place(void **state)
{
	(void)state;
	file_write("p", "<{{item}}>");
	assert_renders("{{#list}}{{> p}}{{/list}}{{>p}}", "<one><two><outer>");
}

static void partials_alone_are_indented(void **state)
{
	(void)state;
	file_write("p", "a\n{{#flag}}\n\nb\n{{/flag}}\n");
	assert_renders("x\n\t{{> p}}\ny\n", "x\n\ta\n\t\n\tb\ny\n");
	assert_renders("x {{> p}}\n", "x a\n\nb\n\n");
}

static void a_style_loses_the_blanks_that_nothing_needs(void **state)
{
	(void)state;
	file_write("p.css", "a :hover,  b {\n\tmargin: 0 1px;\n\tfont: 1rem/1.5 \"Noto, Sans\", serif; }\n"
			    "/* it's */\n@media (x: y) { c { top: 0; } }\n");
	assert_renders("{{> p.css}}", "a :hover,b{\nmargin:0 1px;\nfont:1rem/1.5 \"Noto, Sans\",serif;}\n"
				      "/* it's */\n@media (x:y){c{top:0;}}\n");
	file_write("p", "a { b: c; }\n");
	assert_renders("{{> p}}", "a { b: c; }\n");
}

static void a_byte_order_mark_is_dropped(void **state)
{
	(void)state;
	assert_renders("\xef\xbb\xbf{{name}}", "Lan");
}

static void what_does_not_fit_is_not_written(void **state)
{
	struct template *template;
	char out[16];

	(void)state;
	file_write("t", "{{evil}} and {{#list}}more{{/list}}");
	template = load();
	for (size_t size = 0; size < sizeof(out); size++) {
		memset(out, '#', sizeof(out));
		assert_int_equal(template_render(template, &root, NULL, NULL, out, size), 0);
		for (size_t i = size; i < sizeof(out); i++)
			assert_int_equal(out[i], '#');
	}
	template_free(template);
	file_write("t", "{{name}}!");
	template = load();
	assert_int_equal(template_render(template, &root, NULL, NULL, out, 3), 0);
	assert_int_equal(template_render(template, &root, NULL, NULL, out, 4), 4);
	template_free(template);
}

static uint32_t random_next(uint32_t *seed)
{
	*seed = *seed * 1664525U + 1013904223U;
	return *seed >> 8;
}

static void random_text(uint32_t *seed, char *text, size_t size)
{
	static const char *const pieces[] = {
	    "{{", "}}",	       "{",	    "}",       "#",	   "^", "/",  "!",
	    ">",  "list",      "name",	    "p",       "\n",	   " ", "\r", "=",
	    "&",  "{{#list}}", "{{/list}}", "{{> p}}", "{{evil}}", "é", "\t"};
	size_t used = 0;

	for (size_t n = random_next(seed) % 40; n > 0; n--) {
		const char *piece =
		    pieces[random_next(seed) % (sizeof(pieces) / sizeof(pieces[0]))];

		if (used + strlen(piece) >= size)
			break;
		memcpy(text + used, piece, strlen(piece));
		used += strlen(piece);
	}
	text[used] = '\0';
}

/* Under AddressSanitizer and valgrind: whatever the files hold, no byte is out of place. */
static void random_templates_are_harmless(void **state)
{
	struct report report = {.out = fopen("/dev/null", "w")};
	uint32_t seed = 20261123;
	char text[512];
	unsigned loaded = 0;

	(void)state;
	assert_non_null(report.out);
	for (int i = 0; i < 2000; i++) {
		size_t size = random_next(&seed) % 200;
		char *out = malloc(size + 1);
		struct template *template;

		assert_non_null(out);
		random_text(&seed, text, sizeof(text));
		file_write("t", text);
		random_text(&seed, text, sizeof(text) / 8);
		file_write("p", text);
		template = template_load(".", "t", &report);
		if (template != NULL) {
			assert_true(template_render(template, &root, NULL, NULL, out, size) <=
				    size);
			loaded++;
		}
		template_free(template);
		free(out);
	}
	fclose(report.out);
	assert_in_range(loaded, 100, 1900);
}

#define CASE(name) cmocka_unit_test_teardown(name, folder_empty)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(variables_are_replaced),
	    CASE(variables_are_escaped),
	    CASE(unknown_names_are_empty),
	    CASE(fallback_is_asked_last),
	    CASE(sections_repeat_for_each_scope),
	    CASE(inverted_sections_are_for_none),
	    CASE(texts_are_sections_unless_empty),
	    CASE(names_are_looked_up_outwards),
	    CASE(comments_vanish),
	    CASE(tags_alone_take_their_line),
	    CASE(tags_in_company_leave_their_line),
	    CASE(partials_are_put_in_place),
	    CASE(partials_alone_are_indented),
	    CASE(a_style_loses_the_blanks_that_nothing_needs),
	    CASE(a_byte_order_mark_is_dropped),
	    CASE(what_does_not_fit_is_not_written),
	    CASE(random_templates_are_harmless),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
