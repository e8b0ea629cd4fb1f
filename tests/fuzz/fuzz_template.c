/*
 * fuzz: common/template common/report common/log
 * A template, and a visitor's text in it: parsed or reported, rendered within its room,
 * and the text never gets out of its quotes.
 */
#include "fuzz.h"

#include <string.h>

#include "common/template.h"

static bool known(const void *arg, const char *name, bool section)
{
	(void)arg;
	return section || strlen(name) < 8;
}

static const char *fallback(const void *arg, const char *name)
{
	return name[0] == 'u' ? arg : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct template_value inner = {.name = "item", .text = "&<>\"'"};
	static const struct template_scope items[] = {{&inner, 1}, {&inner, 1}};
	static const struct template_value values[] = {
	    {.name = "a", .text = "<script>\"'&"},
	    {.name = "list", .scopes = items, .scope_count = 2},
	    {.name = "none", .scopes = items, .scope_count = 0},
	};
	static const struct template_scope root = {values, 3};
	static const char partial[] = "[{{a}}]\n{{#list}}{{item}}{{/list}}\n";
	static char out[16384];
	struct report report = fuzz_report();
	struct template *template;
	size_t length;

	fuzz_write("t.html", data, size);
	fuzz_write("p.html", (const uint8_t *)partial, sizeof(partial) - 1);
	template = template_load(fuzz_folder(), "t.html", &report);
	FUZZ_CHECK((template != NULL) == (report.errors == 0));
	if (template == NULL)
		return 0;
	template_check_names(template, known, NULL, &report);
	length = template_render(template, &root, fallback, "<script>", out, sizeof(out));
	FUZZ_CHECK(length <= sizeof(out));
	if (memmem(data, size, "<script>", 8) == NULL)
		FUZZ_CHECK(memmem(out, length, "<script>", 8) == NULL);
	template_render(template, &root, fallback, "u", out, 64);
	template_free(template);
	return 0;
}
