/*
 * What page_load refuses before a visitor meets it; and that the installed templates are
 * whole.
 * links: common/page common/template common/report
 */
#include "test_page.h"

static char long_body[PAGE_SIZE_MAX + 1];
static struct lesson_text long_texts[] = {
    {.title = "Bài", .body = "Nội dung"}, {.title = "Lesson", .body = long_body}};

/* Refused, with exactly this; FOLDER stands for the folder. */
static void assert_told(const char *expected)
{
	struct report report = {0};
	char *told = NULL, *at;
	char plain[2048] = "";
	size_t length = 0;

	report.out = open_memstream(&told, &length);
	assert_non_null(report.out);
	assert_null(page_load(&conf, &bank, &report));
	fclose(report.out);
	for (char *from = told; *from != '\0'; from = at + strlen(folder)) {
		at = strstr(from, folder);
		if (at == NULL) {
			strncat(plain, from, sizeof(plain) - strlen(plain) - 1);
			break;
		}
		strncat(plain, from, (size_t)(at - from));
		strncat(plain, "FOLDER", sizeof(plain) - strlen(plain) - 1);
	}
	assert_string_equal(plain, expected);
	free(told);
}

static void an_unknown_name_is_told(void **state)
{
	(void)state;
	templates_write("");
	file_write("online.html", "\n{{stme}}{{ui.nothing}}{{options}}", required[3]);
	assert_told("FOLDER/online.html:2: unknown variable \"stme\", expected a name that this "
		    "page fills in\n"
		    "FOLDER/online.html:2: unknown variable \"ui.nothing\", expected a name that "
		    "this page fills in\n"
		    "FOLDER/online.html:2: unknown variable \"options\", expected a name that this "
		    "page fills in\n");
}

static void a_page_without_its_token_or_promise_is_told(void **state)
{
	(void)state;
	templates_write("");
	file_write("acknowledge.html", "", "{{nonce}}{{why}}{{ui.acknowledge_button}}");
	file_write("notice.html", "", "{{notice_title}}{{notice_text}}");
	assert_told("FOLDER/acknowledge.html: {{ui.footer_safety}} is missing, expected it on this "
		    "page\n"
		    "FOLDER/acknowledge.html: {{token}} is missing, expected it on this page\n"
		    "FOLDER/notice.html: {{nonce}} is missing, expected it on this page\n"
		    "FOLDER/notice.html: {{ui.footer_safety}} is missing, expected it on this "
		    "page\n");
}

/* An older online.html of an operator's own does, where no computer is shared. */
static void without_its_button_no_session_could_be_ended(void **state)
{
	struct report report = {.out = stderr};
	struct page_set *set;

	(void)state;
	templates_write("");
	conf.zone_count = 2;
	conf.zones[1].shared = true;
	assert_told("FOLDER/online.html: {{token}} is missing, expected it on this page\n"
		    "FOLDER/online.html: {{ui.end_button}} is missing, expected it on this page\n");
	conf.zones[1].shared = false;
	set = page_load(&conf, &bank, &report);
	assert_non_null(set);
	page_free(set);
}

/* Changes a sentence for as long as page_load runs. */
static void assert_told_with(const char *name, int language, const char *text, const char *expected)
{
	templates_write("");
	for (size_t i = 0; i < SENTENCES; i++) {
		const char *kept = sentences[i][1 + language];

		if (strcmp(sentences[i][0], name) != 0)
			continue;
		sentences[i][1 + language] = text;
		assert_told(expected);
		sentences[i][1 + language] = kept;
		return;
	}
	fail_msg("no sentence %s", name);
}

static void a_sentence_missing_in_a_language_is_told(void **state)
{
	(void)state;
	assert_told_with(
	    "notice_stale_text", 1, NULL,
	    "content/text/en.cfg: ui: no \"notice_stale_text\", expected a sentence\n");
	assert_told_with("hours_many", 0, NULL,
			 "content/text/vi.cfg: ui: no \"hours_many\", expected a sentence\n");
	assert_told_with("online_title", 1, NULL,
			 "content/text/en.cfg: ui: no \"online_title\", expected a sentence\n"
			 "FOLDER/online.html:1: unknown variable \"ui.online_title\", "
			 "expected a name that this page fills in\n");
}

static void a_sentence_that_lost_its_number_is_told(void **state)
{
	(void)state;
	assert_told_with("score", 0, "Đúng {n}",
			 "content/text/vi.cfg: ui: \"score\" is \"Đúng {n}\", expected {m} once in "
			 "it\n");
	assert_told_with("time_left", 1, "{time} {time}",
			 "content/text/en.cfg: ui: \"time_left\" is \"{time} {time}\", expected "
			 "{time} once in it\n");
}

static void a_sentence_too_long_to_be_filled_in_is_told(void **state)
{
	static char text[162];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	assert_told_with("hours_one", 0, text,
			 "content/text/vi.cfg: ui: \"hours_one\" is too long, expected at most 160 "
			 "bytes\n");
}

static void a_page_too_long_for_its_longest_text_is_told(void **state)
{
	struct report report = {0};
	char *told = NULL;
	size_t length = 0;

	(void)state;
	templates_write("");
	memset(long_body, 'x', sizeof(long_body) - 1);
	lessons[0].texts = long_texts;
	report.out = open_memstream(&told, &length);
	assert_null(page_load(&conf, &bank, &report));
	fclose(report.out);
	lessons[0].texts = lesson_texts;
	assert_int_equal(report.errors, 1);
	assert_non_null(strstr(told, "question.html: with the longest texts of \"en\" 14"));
	assert_non_null(strstr(told, "expected at most 14336"));
	free(told);
}

/* The templates that are installed: this test runs in the project's folder. */
static void the_installed_templates_are_whole(void **state)
{
	static const char *const promises[] = {"Không bao giờ hỏi mật khẩu",
					       "Never asks for a password"};
	char out[PAGE_SIZE_MAX + 1];
	struct page page = first;
	struct page_set *set;

	(void)state;
	snprintf(conf.path_www, sizeof(conf.path_www), "www/portal");
	set = load();
	for (int i = 0; i < 2 * (int)FILES; i++) {
		size_t length;

		page.kind = (enum page_kind)(i / 2);
		page.language = (size_t)i % 2;
		length = page_render(set, &page, out, PAGE_SIZE_MAX);
		assert_in_range(length, 1000, PAGE_SIZE_MAX);
		out[length] = '\0';
		assert_non_null(strstr(out, promises[page.language]));
		assert_null(strstr(out, "{{"));
		assert_null(strstr(out, "<script"));
	}
	page_free(set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_unknown_name_is_told),
	    cmocka_unit_test(a_page_without_its_token_or_promise_is_told),
	    cmocka_unit_test(without_its_button_no_session_could_be_ended),
	    cmocka_unit_test(a_sentence_missing_in_a_language_is_told),
	    cmocka_unit_test(a_sentence_that_lost_its_number_is_told),
	    cmocka_unit_test(a_sentence_too_long_to_be_filled_in_is_told),
	    cmocka_unit_test(a_page_too_long_for_its_longest_text_is_told),
	    cmocka_unit_test(the_installed_templates_are_whole),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
