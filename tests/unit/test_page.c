/*
 * What each page shows.
 * links: common/page common/template common/report
 */
#include "test_page.h"

/* What own becomes on that page. */
static void assert_shows(const char *own, const struct page *page, const char *expected)
{
	char out[PAGE_SIZE_MAX + 1];
	struct page_set *set;
	size_t length;

	templates_write(own);
	set = load();
	length = page_render(set, page, out, PAGE_SIZE_MAX);
	out[length] = '\0';
	page_free(set);
	assert_true(length > 0);
	assert_non_null(strstr(out, "====="));
	*strstr(out, "=====") = '\0';
	assert_string_equal(out, expected);
}

static void options_stand_in_the_order_drawn(void **state)
{
	const char *own = "{{stem}}{{#options}} {{letter}}={{text}}{{/options}}";
	struct page page = first;

	(void)state;
	assert_shows(own, &page, "Hỏi A? c=a-sai a=a-không b=a-đúng");
	page.language = 1;
	page.question = &questions[1];
	memcpy(page.order, (uint8_t[]){3, 1, 2, 0}, 4);
	assert_shows(own, &page, "Ask &lt;B&gt;? d=b-more b=b-no c=b-wrong a=b-yes");
}

static void site_and_token_are_escaped(void **state)
{
	struct page page = first;

	(void)state;
	page.token = "\"><b>";
	assert_shows("{{site}} {{token}}", &page, "Nhà &quot;Mới&quot; &quot;&gt;&lt;b&gt;");
}

static void the_language_read_is_marked(void **state)
{
	const char *own = "{{lang}}{{#languages}} {{code}}:{{name}}{{#current}}*{{/current}}"
			  "{{/languages}}";
	struct page page = first;

	(void)state;
	assert_shows(own, &page, "vi vi:Tiếng Việt* en:English");
	page.language = 1;
	assert_shows(own, &page, "en vi:Tiếng Việt en:English*");
	conf.language_count = 1;
	page.language = 0;
	assert_shows(own, &page, "vi");
	conf.language_count = 2;
}

static void sentences_are_in_the_visitors_language(void **state)
{
	struct page page = first;

	(void)state;
	assert_shows("{{ui.why}}", &page, "Vì sao");
	page.language = 1;
	assert_shows("{{ui.why}}", &page, "Why");
}

static void progress_counts_the_questions(void **state)
{
	const char *own =
	    "{{progress}} {{#steps}}{{#reached}}x{{/reached}}{{^reached}}o{{/reached}}"
	    "{{/steps}}{{#first}} first{{/first}}{{#express}} express{{/express}}";
	struct page page = first;

	(void)state;
	assert_shows(own, &page, "Câu 1 / 3 xoo first");
	page.number = 2;
	page.language = 1;
	assert_shows(own, &page, "Question 2 of 3 xxo");
	page.number = page.total = 1;
	assert_shows(own, &page, "Question 1 of 1  first express");
}

static void the_lesson_stands_with_the_noted_answer(void **state)
{
	const char *own = "{{#noted}}noted {{/noted}}{{#lesson}}{{lesson_title}}: {{lesson_body}}"
			  "{{/lesson}}{{#answers}}answer{{/answers}}";
	struct page page = first;

	(void)state;
	assert_shows(own, &page, "");
	page.noted = true;
	page.lesson = &lessons[0];
	assert_shows(own, &page, "noted Bài: Nội dung");
}

static void an_answer_is_explained_right_or_wrong(void **state)
{
	const char *own =
	    "{{#answers}}{{#right}}+{{/right}}{{^right}}- {{chosen_text}}{{/right}}, "
	    "{{right_text}}, {{why}}{{/answers}}{{#lesson}}, {{lesson_title}}{{/lesson}}";
	struct page_answer answer = {&questions[1], 2};
	struct page page = first;

	(void)state;
	page.answers = &answer;
	page.answer_count = 1;
	assert_shows(own, &page, "- b-sai, b-đúng, Vì B");
	answer.chosen = 0;
	page.lesson = &lessons[0];
	assert_shows(own, &page, "+, b-đúng, Vì B, Bài");
}

static void earlier_answers_name_their_question(void **state)
{
	const char *own =
	    "{{#answers}}[{{#earlier}}{{answer_progress}}: {{answer_stem}} {{/earlier}}"
	    "{{why}}]{{/answers}}";
	const struct page_answer answers[] = {{&questions[0], 1}, {&questions[1], 2}};
	struct page page = first;

	(void)state;
	page.number = 3;
	page.answers = answers;
	page.answer_count = 2;
	assert_shows(own, &page, "[Câu 1 / 3: Hỏi A? Vì A][Vì B]");
	page.kind = PAGE_ACKNOWLEDGE;
	page.number = 0;
	assert_shows(own, &page, "[Câu 2 / 3: Hỏi A? Vì A][Vì B]");
}

static void a_single_answer_can_stand_alone(void **state)
{
	const struct page_answer answer = {&questions[1], 2};
	struct page page = first;

	(void)state;
	page.answers = &answer;
	page.answer_count = 1;
	assert_shows("{{#answers}}{{why}}{{/answers}}", &page, "Vì B");
}

static void the_nonce_is_as_given(void **state)
{
	struct page page = first;

	(void)state;
	page.nonce = "0a1b";
	assert_shows("{{nonce}}", &page, "0a1b");
}

static void the_score_is_told_before_the_button(void **state)
{
	const struct page page = {
	    .kind = PAGE_ACKNOWLEDGE, .token = "t1", .number = 3, .total = 3, .right = 2};

	(void)state;
	assert_shows("{{title}}: {{score}}{{#question}} question{{/question}}", &page,
		     "Cảm ơn: Đúng 2/3");
}

static void without_an_internet_nothing_is_promised(void **state)
{
	const char *own = "{{title}}{{#offline}} {{ui.offline_note}}{{/offline}}";
	struct page online = {.kind = PAGE_ONLINE}, question = first;

	(void)state;
	assert_shows(own, &online, "Bạn đã vào mạng!");
	online.offline = question.offline = true;
	assert_shows(own, &online, "Đã mở Tạm mất mạng");
	assert_shows(own, &question, "Câu 1 / 3 Tạm mất mạng");
}

static void the_time_left_is_in_words(void **state)
{
	static const struct {
		uint32_t seconds;
		const char *words;
	} times[] = {
	    {0, ""},
	    {1, "1 minute left"},
	    {60, "1 minute left"},
	    {61, "2 minutes left"},
	    {3600, "1 hour left"},
	    {3660, "1 hour 1 minute left"},
	    {43199, "12 hours left"},
	    {47 * 3600 + 60, "47 hours 1 minute left"},
	    {48 * 3600, "2 days left"},
	    {49 * 3600, "2 days 1 hour left"},
	    {30 * 86400, "30 days left"},
	};
	struct page page = {.kind = PAGE_ONLINE, .language = 1};

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		page.seconds_left = times[i].seconds;
		assert_shows("{{time_left}}", &page, times[i].words);
	}
}

static void the_last_minutes_are_in_the_title_and_on_both_buttons(void **state)
{
	struct page page = {.kind = PAGE_ENDING,
			    .token = "t1",
			    .seconds_left = 299,
			    .more_seconds = 12 * 3600};

	(void)state;
	assert_shows("{{title}}: {{renew_text}}, {{spare_text}}", &page,
		     "Bạn còn 5 phút: Thêm 12 giờ, Dùng tiếp 5 phút");
	page.language = 1;
	page.seconds_left = 60;
	assert_shows("{{title}}: {{renew_text}}, {{spare_text}}", &page,
		     "You have 1 minute: 12 hours more, Go on for 1 minute");
	page.kind = PAGE_ONLINE;
	assert_shows("{{title}}{{renew_text}}{{spare_text}}", &page, "You are online!");
}

static void each_notice_has_its_two_sentences(void **state)
{
	static const char *const shown[PAGE_NOTICE__MAX] = {
	    [PAGE_TRY_AGAIN] = "Xin chờ: Cổng bận",    [PAGE_NOT_HERE] = "Chưa kết nối: Bật Wi-Fi",
	    [PAGE_BAD_REQUEST] = "Chưa hiểu: Làm lại", [PAGE_STALE] = "Đã cũ: Mở lại",
	    [PAGE_TOO_MUCH] = "Quá dài: Ngắn thôi",    [PAGE_ENDED] = "Đã kết thúc: Đã rời mạng",
	    [PAGE_STILL_ON] = "Chưa kết thúc: Bấm lần nữa",
	};
	struct page page = {.kind = PAGE_NOTICE};

	(void)state;
	for (int i = 0; i < PAGE_NOTICE__MAX; i++) {
		page.notice = (enum page_notice)i;
		assert_shows("{{notice_title}}: {{notice_text}}", &page, shown[i]);
	}
}

static void at_a_shared_computer_the_session_can_be_ended(void **state)
{
	const char *own = "{{#shared}}{{token}} {{portal}}{{/shared}}{{^shared}}alone{{/shared}}";
	struct page page = {.kind = PAGE_ONLINE};

	(void)state;
	assert_shows(own, &page, "alone");
	page.shared = true;
	page.token = "t";
	page.portal = "10.0.0.1:2080\"><b>";
	assert_shows(own, &page, "t 10.0.0.1:2080&quot;&gt;&lt;b&gt;");
}

static void the_audiences_can_be_chosen_where_the_page_says_so(void **state)
{
	const char *own = "{{#audiences}}{{code}}:{{name}}{{#current}}*{{/current}} {{/audiences}}";
	struct page page = first;

	(void)state;
	assert_shows(own, &page, "");
	page.choose = true;
	page.audience = 1;
	assert_shows(own, &page, "citizen:Dân press:Báo* ");
}

static void contacts_that_nobody_has_checked_are_left_out(void **state)
{
	const char *own = "{{#emergencies}}{{number}} {{name}}{{/emergencies}}{{#reports}}, "
			  "{{number}}{{address}} {{name}}{{/reports}}";
	struct page page = first;

	(void)state;
	assert_shows(own, &page, "113 Công an, a.vn Báo lừa"); /* no clock: all */
	page.today = 99;
	assert_shows(own, &page, "113 Công an, a.vn Báo lừa");
	page.today = 100;
	assert_shows(own, &page, "113 Công an");
	page.today = 200;
	assert_shows(own, &page, "");
}

static void sources_stand_with_what_they_are_for(void **state)
{
	const char *own = "{{#answers}}{{#source}}{{ui.source_label}}: {{source}} {{/source}}{{/answers}}"
			  "{{lesson_source}}";
	const struct page_answer answers[] = {{&questions[0], 1}, {&questions[1], 2}};
	struct page page = first;

	(void)state;
	page.answers = answers;
	page.answer_count = 2;
	page.lesson = &lessons[0];
	assert_shows(own, &page, "Nguồn: Nguồn A Nguồn L");
}

static void what_a_question_is_for_is_said(void **state)
{
	const char *own = "{{#review}}review {{/review}}{{#other}}other {{/other}}{{#retry}}retry "
			  "{{/retry}}{{#retried}}retried {{/retried}}{{#offer_retry}}offer "
			  "{{/offer_retry}}{{#known}}known {{/known}}{{#first}}first{{/first}}";
	struct page page = first;

	(void)state;
	assert_shows(own, &page, "first");
	page.known = true;
	page.review = PAGE_REVIEW_EARLIER;
	page.offer_retry = true;
	assert_shows(own, &page, "review offer known first");
	page.review = PAGE_REVIEW_OTHER;
	page.retry = page.retried = true;
	assert_shows(own, &page, "other retry retried offer known ");
}

static void later_says_for_how_long(void **state)
{
	const char *own = "{{#later}}{{later_text}}{{/later}}";
	struct page page = first;

	(void)state;
	assert_shows(own, &page, "");
	page.later_seconds = 600;
	assert_shows(own, &page, "Vào mạng 10 phút");
}

static void a_return_has_its_own_title(void **state)
{
	const struct page page = {.kind = PAGE_RETURN, .token = "t", .lesson = &lessons[0]};

	(void)state;
	assert_shows("{{title}} {{lesson_title}}", &page, "Gặp lại Bài");
}

static void a_page_that_does_not_fit_is_not_written(void **state)
{
	char out[64];
	struct page_set *set;

	(void)state;
	templates_write("{{title}}");
	set = load();
	memset(out, '#', sizeof(out));
	assert_int_equal(page_render(set, &first, out, 20), 0);
	for (size_t i = 20; i < sizeof(out); i++)
		assert_int_equal(out[i], '#');
	page_free(set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(options_stand_in_the_order_drawn),
	    cmocka_unit_test(site_and_token_are_escaped),
	    cmocka_unit_test(the_language_read_is_marked),
	    cmocka_unit_test(sentences_are_in_the_visitors_language),
	    cmocka_unit_test(progress_counts_the_questions),
	    cmocka_unit_test(the_lesson_stands_with_the_noted_answer),
	    cmocka_unit_test(an_answer_is_explained_right_or_wrong),
	    cmocka_unit_test(earlier_answers_name_their_question),
	    cmocka_unit_test(a_single_answer_can_stand_alone),
	    cmocka_unit_test(the_nonce_is_as_given),
	    cmocka_unit_test(the_score_is_told_before_the_button),
	    cmocka_unit_test(without_an_internet_nothing_is_promised),
	    cmocka_unit_test(the_time_left_is_in_words),
	    cmocka_unit_test(the_last_minutes_are_in_the_title_and_on_both_buttons),
	    cmocka_unit_test(each_notice_has_its_two_sentences),
	    cmocka_unit_test(at_a_shared_computer_the_session_can_be_ended),
	    cmocka_unit_test(the_audiences_can_be_chosen_where_the_page_says_so),
	    cmocka_unit_test(contacts_that_nobody_has_checked_are_left_out),
	    cmocka_unit_test(sources_stand_with_what_they_are_for),
	    cmocka_unit_test(what_a_question_is_for_is_said),
	    cmocka_unit_test(later_says_for_how_long),
	    cmocka_unit_test(a_return_has_its_own_title),
	    cmocka_unit_test(a_page_that_does_not_fit_is_not_written),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
