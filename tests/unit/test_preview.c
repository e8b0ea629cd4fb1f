/*
 * The preview's addresses, what stands at each, where its forms lead, and whom it answers.
 * links: ctl/preview_url ctl/preview_page ctl/preview_walk ctl/preview_host
 * links: common/page common/template common/lesson common/report
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "ctl/preview_host.h"
#include "ctl/preview_page.h"
#include "ctl/preview_url.h"
#include "ctl/preview_walk.h"

/* Two audiences of two lessons of two questions; the first lesson has a third question. */
static const struct lesson_question questions[] = {
    {.id = "A-A", .options = 3, .key = 0, .lesson = 0},
    {.id = "A-B", .options = 4, .key = 3, .lesson = 0},
    {.id = "A-C", .options = 3, .key = 1, .lesson = 0},
    {.id = "B-A", .options = 2, .key = 0, .lesson = 1},
    {.id = "B-B", .options = 3, .key = 2, .lesson = 1},
    {.id = "C-A", .options = 3, .key = 0, .lesson = 2},
    {.id = "C-B", .options = 3, .key = 0, .lesson = 2},
    {.id = "D-A", .options = 3, .key = 0, .lesson = 3},
    {.id = "D-B", .options = 3, .key = 0, .lesson = 3},
};
static const struct lesson lessons[] = {
    {.id = "A", .audience = 0, .questions = {0, 1, 2}, .question_count = 3},
    {.id = "B", .audience = 0, .questions = {3, 4}, .question_count = 2},
    {.id = "C", .audience = 1, .questions = {5, 6}, .question_count = 2},
    {.id = "D", .audience = 1, .questions = {7, 8}, .question_count = 2},
};
static const struct lesson_audience audiences[] = {
    {.id = "citizen", .lesson_first = 0, .lesson_count = 2},
    {.id = "leader", .lesson_first = 2, .lesson_count = 2},
};
static const struct lesson_bank bank = {
    .audiences = audiences,
    .audience_count = 2,
    .lessons = lessons,
    .lesson_count = 4,
    .questions = questions,
    .question_count = 9,
    .language_count = 2,
};
static const struct conf conf = {.languages = {"vi", "en"}, .language_count = 2};

static struct preview_place at(const char *url)
{
	struct preview_place place;

	if (!preview_url_parse(&conf, &bank, url, &place))
		fail_msg("%s is not known", url);
	return place;
}

static struct preview_view view_at(const char *url)
{
	const struct preview_place place = at(url);
	struct preview_view view;

	preview_page_fill(&bank, &place, 20000, &view);
	return view;
}

/* --- addresses --- */

static void every_address_leads_back_to_itself(void **state)
{
	unsigned known = 0;

	(void)state;
	for (size_t kind = 0; kind < PREVIEW__MAX; kind++) {
		struct preview_place place = {.kind = (enum preview_kind)kind};

		for (; preview_url_id(&bank, place.kind, place.item) != NULL; place.item++)
			for (place.language = 0; place.language < 2; place.language++) {
				char url[PREVIEW_URL_SIZE], again[PREVIEW_URL_SIZE];
				struct preview_place found;

				preview_url_write(&conf, &bank, &place, url);
				found = at(url);
				assert_int_equal(found.kind, place.kind);
				assert_int_equal(found.item, place.item);
				assert_int_equal(found.language, place.language);
				preview_url_write(&conf, &bank, &found, again);
				assert_string_equal(url, again);
				known++;
			}
	}
	/* Index, four online and ending; notices; audiences; lessons; questions. */
	assert_int_equal(known, 2 * (6 + PAGE_NOTICE__MAX + 2 * 3 + 4 + 11 * 9));
}

static void addresses_are_as_documented(void **state)
{
	static const char *const urls[] = {
	    "/vi/",
	    "/en/online",
	    "/vi/online-always",
	    "/vi/online-shared",
	    "/vi/online-offline",
	    "/vi/ending",
	    "/vi/try_again/notice",
	    "/en/leader/later",
	    "/en/leader/known",
	    "/en/leader/offline",
	    "/vi/B/return",
	    "/vi/A-B/pre",
	    "/vi/A-B/last-retry",
	    "/vi/A-B/right",
	    "/vi/A-B/wrong-a",
	    "/vi/A-B/express-wrong-c",
	    "/vi/A-B/last-retry-right",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		const struct preview_place place = at(urls[i]);
		char url[PREVIEW_URL_SIZE];

		preview_url_write(&conf, &bank, &place, url);
		assert_string_equal(url, urls[i]);
	}
}

static void what_is_no_page_is_refused(void **state)
{
	static const char *const urls[] = {
	    "",
	    "/",
	    "vi/",
	    "/vi",
	    "//",
	    "/de/",
	    "/v/",
	    "/vie/",
	    "/vi//",
	    "/vi//pre",
	    "/vi/A-A",
	    "/vi/A-A/",
	    "/vi/A-A/pre/",
	    "/vi/A-A/pr",
	    "/vi/A-A/prefix",
	    "/vi/A-D/pre",
	    "/vi/A/pre",
	    "/vi/A-A/return",
	    "/vi/A-A/wrong",
	    "/vi/A-A/wrong-",
	    "/vi/A-A/wrong-d",
	    "/vi/A-A/wrong-bb",
	    "/vi/A-A/wrong-B",
	    "/vi/A-A/online",
	    "/vi/online/x",
	    "/vi/nothing/notice",
	    "/vi/citizen/pre",
	};
	struct preview_place place;

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++)
		if (preview_url_parse(&conf, &bank, urls[i], &place))
			fail_msg("%s is taken for a page", urls[i]);
}

static void the_right_option_is_never_wrong(void **state)
{
	struct preview_place place;

	(void)state;
	assert_false(preview_url_parse(&conf, &bank, "/vi/A-A/wrong-a", &place));
	assert_false(preview_url_parse(&conf, &bank, "/vi/A-B/wrong-d", &place));
	assert_int_equal(at("/vi/A-B/right").chosen, 3);
	assert_int_equal(at("/vi/A-B/review-wrong-c").chosen, 2);
}

/* --- pages --- */

static void question_one_stands_alone(void **state)
{
	const struct preview_view view = view_at("/en/A-B/pre");

	(void)state;
	assert_int_equal(view.page.kind, PAGE_QUESTION);
	assert_int_equal(view.page.number, 1);
	assert_int_equal(view.page.total, 3);
	assert_int_equal(view.page.language, 1);
	assert_ptr_equal(view.page.question, &questions[1]);
	assert_null(view.page.lesson);
	assert_true(view.page.choose);
	assert_int_equal(view.page.later_seconds, 0);
	assert_int_equal(view.page.today, 20000);
}

static void question_two_stands_under_its_lesson(void **state)
{
	const struct preview_view view = view_at("/vi/C-B/post");

	(void)state;
	assert_int_equal(view.page.number, 2);
	assert_ptr_equal(view.page.question, &questions[6]);
	assert_ptr_equal(view.page.lesson, &lessons[2]);
	assert_true(view.page.noted);
	assert_int_equal(view.page.audience, 1);
	assert_false(view.page.choose);
}

static void a_wrong_answer_is_explained_and_can_be_tried_again(void **state)
{
	const struct preview_view view = view_at("/vi/A-B/wrong-c");

	(void)state;
	assert_int_equal(view.page.answer_count, 2);
	assert_ptr_equal(view.answers[0].question, &questions[2]);
	assert_int_not_equal(view.answers[0].chosen, questions[2].key);
	assert_ptr_equal(view.answers[1].question, &questions[1]);
	assert_int_equal(view.answers[1].chosen, 2);
	assert_true(view.page.offer_retry);
	/* Another lesson of the same audience. */
	assert_ptr_equal(view.page.question, &questions[3]);
	assert_int_equal(view.page.review, PAGE_REVIEW_OTHER);
}

static void a_right_answer_is_explained_and_done(void **state)
{
	const struct preview_view view = view_at("/vi/D-A/right");

	(void)state;
	assert_int_equal(view.answers[0].chosen, view.answers[0].question->key);
	assert_int_equal(view.answers[1].chosen, 0);
	assert_false(view.page.offer_retry);
	assert_ptr_equal(view.page.question, &questions[5]);
}

static void the_last_page_counts_what_was_right(void **state)
{
	(void)state;
	assert_int_equal(view_at("/vi/A-A/review-right").page.kind, PAGE_ACKNOWLEDGE);
	assert_int_equal(view_at("/vi/A-A/review-right").page.right, 3);
	assert_int_equal(view_at("/vi/A-A/review-wrong-b").page.right, 2);
	assert_int_equal(view_at("/vi/A-A/express-right").page.total, 1);
	assert_int_equal(view_at("/vi/A-A/express-wrong-b").page.right, 0);
	/* What is tried again is not counted. */
	assert_int_equal(view_at("/vi/A-A/last-retry-right").page.right, 2);
	assert_true(view_at("/vi/A-A/last-retry-right").page.retried);
}

static void a_review_follows_the_lesson_before_it(void **state)
{
	const struct preview_view view = view_at("/vi/A-A/review");

	(void)state;
	assert_int_equal(view.page.number, 3);
	assert_int_equal(view.page.review, PAGE_REVIEW_EARLIER);
	assert_ptr_equal(view.page.question, &questions[0]);
	assert_ptr_equal(view.answers[1].question, &questions[3]);
}

static void later_and_known_are_an_audiences_first_page(void **state)
{
	(void)state;
	assert_ptr_equal(view_at("/vi/leader/later").page.question, &questions[5]);
	assert_int_equal(view_at("/vi/leader/later").page.later_seconds, 600);
	assert_true(view_at("/vi/leader/known").page.known);
	assert_int_equal(view_at("/vi/leader/known").page.audience, 1);
	assert_true(view_at("/vi/leader/offline").page.offline);
	assert_false(view_at("/vi/leader/later").page.offline);
	assert_ptr_equal(view_at("/vi/leader/offline").page.question, &questions[5]);
}

static void being_online_ends_or_does_not(void **state)
{
	(void)state;
	assert_int_equal(view_at("/vi/online").page.seconds_left, 12 * 3600);
	assert_int_equal(view_at("/vi/online-always").page.seconds_left, 0);
	assert_false(view_at("/vi/online").page.shared);
	assert_true(view_at("/vi/online-shared").page.shared);
	assert_non_null(view_at("/vi/online-shared").page.portal);
	assert_false(view_at("/vi/online").page.offline);
	assert_true(view_at("/vi/online-offline").page.offline);
	assert_int_equal(view_at("/vi/ending").page.kind, PAGE_ENDING);
	assert_int_equal(view_at("/vi/ending").page.seconds_left, 300);
	assert_int_equal(view_at("/vi/ending").page.more_seconds, 12 * 3600);
	assert_int_equal(view_at("/vi/stale/notice").page.notice, PAGE_STALE);
	assert_ptr_equal(view_at("/vi/D/return").page.lesson, &lessons[3]);
}

/* --- walking --- */

static void assert_leads(const char *from, const char *path, const char *choice, const char *to)
{
	struct preview_place place = at(from);
	char url[PREVIEW_URL_SIZE] = "nowhere";

	if (preview_walk_on(&bank, &place, path, choice))
		preview_url_write(&conf, &bank, &place, url);
	assert_string_equal(url, to);
}

static void answers_lead_on_through_a_visit(void **state)
{
	(void)state;
	assert_leads("/en/A-A/pre", "/answer", "b", "/en/A-B/post");
	assert_leads("/en/A-B/post", "/answer", "d", "/en/A-B/right");
	assert_leads("/en/A-B/post", "/answer", "b", "/en/A-B/wrong-b");
	assert_leads("/en/A-B/wrong-b", "/answer", "a", "/en/B-A/review-right");
	assert_leads("/en/B-A/review-right", "/acknowledge", "", "/en/online");
	assert_leads("/vi/A-C/pre", "/answer", "a", "/vi/A-A/post");
	assert_leads("/vi/leader/later", "/answer", "a", "/vi/C-B/post");
	assert_leads("/vi/leader/offline", "/answer", "a", "/vi/C-B/post");
	assert_leads("/vi/A-A/express", "/answer", "c", "/vi/A-A/express-wrong-c");
	assert_leads("/vi/A-A/express-wrong-c", "/acknowledge", "", "/vi/online");
	assert_leads("/vi/A/return", "/acknowledge", "", "/vi/online");
	assert_leads("/vi/citizen/later", "/later", "", "/vi/online");
	assert_leads("/en/online-shared", "/end", "", "/en/ended/notice");
}

static void trying_again_leads_back_to_the_visit(void **state)
{
	(void)state;
	assert_leads("/vi/A-B/wrong-a", "/retry", "", "/vi/A-C/retry");
	assert_leads("/vi/A-C/retry", "/answer", "a", "/vi/A-C/retry-wrong-a");
	assert_leads("/vi/A-C/retry-wrong-a", "/answer", "b", "/vi/B-A/review-wrong-b");
	assert_leads("/vi/B-A/review-wrong-b", "/retry", "", "/vi/B-B/last-retry");
	assert_leads("/vi/B-B/last-retry", "/answer", "c", "/vi/B-B/last-retry-right");
	assert_leads("/vi/B-B/last-retry-right", "/acknowledge", "", "/vi/online");
}

static void the_last_minutes_lead_to_one_more_lesson_or_online(void **state)
{
	(void)state;
	assert_leads("/vi/ending", "/renew", "", "/vi/A-A/pre");
	assert_leads("/en/ending", "/spare", "", "/en/online");
	assert_leads("/vi/online", "/renew", "", "nowhere");
	assert_leads("/vi/A-A/pre", "/spare", "", "nowhere");
}

static void a_form_that_is_not_there_leads_nowhere(void **state)
{
	(void)state;
	assert_leads("/vi/A-A/pre", "/acknowledge", "", "nowhere");
	assert_leads("/vi/A-A/pre", "/later", "", "nowhere");
	assert_leads("/vi/A-B/right", "/retry", "", "nowhere");
	assert_leads("/vi/A-C/retry-wrong-a", "/retry", "", "nowhere");
	assert_leads("/vi/online", "/answer", "a", "nowhere");
	assert_leads("/vi/online", "/end", "", "nowhere");
	assert_leads("/vi/A-A/post", "/answer", "d", "nowhere");
	assert_leads("/vi/A-A/post", "/answer", "", "nowhere");
	assert_leads("/vi/A-A/post", "/answer", "ab", "nowhere");
	assert_leads("/vi/A-A/post", "/answers", "a", "nowhere");
}

static void an_audience_begins_with_its_first_question(void **state)
{
	struct preview_place place = at("/en/A-A/pre");
	char url[PREVIEW_URL_SIZE];

	(void)state;
	assert_false(preview_walk_begin(&bank, &place, "nobody"));
	assert_true(preview_walk_begin(&bank, &place, "leader"));
	preview_url_write(&conf, &bank, &place, url);
	assert_string_equal(url, "/en/C-A/pre");
}

/* --- whom it answers --- */

static void only_this_machines_names_are_answered(void **state)
{
	static const char *const others[] = {
	    "",
	    "localhost",
	    "127.0.0.1",
	    "127.0.0.1:2091",
	    "localhost:20900",
	    "[::1]",
	    "::1:2090",
	    "127.0.0.2:2090",
	    "evil.example",
	    "evil.example:2090",
	    "0.0.0.0:2090",
	    "localhost.:2090",
	    " localhost:2090",
	    "localhost:2090.evil.example",
	};

	(void)state;
	assert_true(preview_host_is_own("localhost:2090", 2090));
	assert_true(preview_host_is_own("LocalHost:2090", 2090));
	assert_true(preview_host_is_own("127.0.0.1:2090", 2090));
	assert_true(preview_host_is_own("[::1]:2090", 2090));
	assert_false(preview_host_is_own(NULL, 2090));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (preview_host_is_own(others[i], 2090))
			fail_msg("%s is taken for this machine", others[i]);
}

static void the_page_before_is_told_by_referer(void **state)
{
	char out[16];

	(void)state;
	assert_string_equal(
	    preview_host_from("http://[::1]:2090/vi/A/b?lang=en", "[::1]:2090", out, sizeof(out)),
	    "/vi/A/b");
	assert_null(preview_host_from(NULL, "[::1]:2090", out, sizeof(out)));
	assert_null(preview_host_from("http://[::1]:2090/vi/A/b", NULL, out, sizeof(out)));
	assert_null(preview_host_from("https://[::1]:2090/", "[::1]:2090", out, sizeof(out)));
	assert_null(preview_host_from("http://[::1]:20900/", "[::1]:2090", out, sizeof(out)));
	assert_null(preview_host_from("http://evil.example/", "[::1]:2090", out, sizeof(out)));
	assert_null(preview_host_from("http://[::1]:2090/123456789012345", "[::1]:2090", out, 16));
	assert_non_null(
	    preview_host_from("http://[::1]:2090/12345678901234", "[::1]:2090", out, 16));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_address_leads_back_to_itself),
	    cmocka_unit_test(addresses_are_as_documented),
	    cmocka_unit_test(what_is_no_page_is_refused),
	    cmocka_unit_test(the_right_option_is_never_wrong),
	    cmocka_unit_test(question_one_stands_alone),
	    cmocka_unit_test(question_two_stands_under_its_lesson),
	    cmocka_unit_test(a_wrong_answer_is_explained_and_can_be_tried_again),
	    cmocka_unit_test(a_right_answer_is_explained_and_done),
	    cmocka_unit_test(the_last_page_counts_what_was_right),
	    cmocka_unit_test(a_review_follows_the_lesson_before_it),
	    cmocka_unit_test(later_and_known_are_an_audiences_first_page),
	    cmocka_unit_test(being_online_ends_or_does_not),
	    cmocka_unit_test(answers_lead_on_through_a_visit),
	    cmocka_unit_test(trying_again_leads_back_to_the_visit),
	    cmocka_unit_test(the_last_minutes_lead_to_one_more_lesson_or_online),
	    cmocka_unit_test(a_form_that_is_not_there_leads_nowhere),
	    cmocka_unit_test(an_audience_begins_with_its_first_question),
	    cmocka_unit_test(only_this_machines_names_are_answered),
	    cmocka_unit_test(the_page_before_is_told_by_referer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
