/*
 * The world in which the tests of pages run: a bank and templates made by hand, in a
 * folder of its own. Takes the place of common/lesson.
 */
#ifndef TEST_PAGE_H
#define TEST_PAGE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/page.h"

static char folder[] = "/tmp/congchao-page-XXXXXX";
static struct conf conf = {.site_name = "Nhà \"Mới\"",
			   .languages = {"vi", "en"},
			   .language_count = 2,
			   .path_content = "content"};

/* The sentences: name, vi, en. */
static const char *sentences[][3] = {
    {"language_name", "Tiếng Việt", "English"},
    {"language_label", "Ngôn ngữ", "Language"},
    {"header_label", "Cổng", "Gate"},
    {"welcome_title", "Chào", "Hello"},
    {"welcome_text", "Ba câu", "Three"},
    {"welcome_text_express", "Một câu", "One"},
    {"progress", "Câu {n} / {m}", "Question {n} of {m}"},
    {"answer_button", "Trả lời", "Answer"},
    {"noted", "Đã ghi nhận", "Noted"},
    {"lesson_label", "Mẹo", "Tip"},
    {"right", "Đúng rồi!", "Right!"},
    {"wrong", "Chưa đúng", "Not quite"},
    {"you_chose", "Bạn chọn", "You chose"},
    {"right_answer", "Câu trả lời đúng", "The right answer"},
    {"why", "Vì sao", "Why"},
    {"acknowledge_title", "Cảm ơn", "Thanks"},
    {"score", "Đúng {n}/{m}", "{n} of {m} right"},
    {"share_family", "Hãy kể lại", "Tell someone"},
    {"acknowledge_button", "Tôi đã hiểu – Vào mạng", "I understand – go online"},
    {"audience_prompt", "Chọn bài", "Choose a lesson"},
    {"audience_label", "Bạn là", "You are"},
    {"source_label", "Nguồn", "Source"},
    {"contacts_label", "Khi cần", "For help"},
    {"retry_offer", "Thử câu tương tự", "Try another"},
    {"retry_title", "Câu tương tự", "A similar one"},
    {"retry_note", "Không tính", "Not counted"},
    {"retry_done", "Câu vừa thử", "The one you tried"},
    {"answers_title", "Xem lại", "The answers"},
    {"review_label", "Ôn bài", "Review"},
    {"control_label", "Câu khác", "Something else"},
    {"later_button", "Để sau", "Later"},
    {"later_text", "Vào mạng {time}", "Online for {time}"},
    {"welcome_back", "Chào lại", "Hello again"},
    {"return_title", "Gặp lại", "Welcome back"},
    {"return_text", "Không hỏi nữa", "No questions"},
    {"online_title", "Bạn đã vào mạng!", "You are online!"},
    {"online_text", "Mời bạn", "Enjoy"},
    {"offline_title", "Đã mở", "Let through"},
    {"offline_text", "Mạng đang mất", "No internet now"},
    {"offline_note", "Tạm mất mạng", "It is down"},
    {"time_left", "Còn {time}", "{time} left"},
    {"ending_title", "Bạn còn {time}", "You have {time}"},
    {"ending_text", "Sắp hết giờ", "Almost over"},
    {"renew_text", "Thêm {time}", "{time} more"},
    {"spare_text", "Dùng tiếp {time}", "Go on for {time}"},
    {"days_one", "1 ngày", "1 day"},
    {"days_many", "{n} ngày", "{n} days"},
    {"hours_one", "1 giờ", "1 hour"},
    {"hours_many", "{n} giờ", "{n} hours"},
    {"minutes_one", "1 phút", "1 minute"},
    {"minutes_many", "{n} phút", "{n} minutes"},
    {"close_window", "Có thể đóng", "You can close this"},
    {"notice_try_again_title", "Xin chờ", "One moment"},
    {"notice_try_again_text", "Cổng bận", "Busy"},
    {"notice_not_here_title", "Chưa kết nối", "Not here"},
    {"notice_not_here_text", "Bật Wi-Fi", "Turn Wi-Fi on"},
    {"notice_bad_request_title", "Chưa hiểu", "Not understood"},
    {"notice_bad_request_text", "Làm lại", "Again"},
    {"notice_stale_title", "Đã cũ", "Out of date"},
    {"notice_stale_text", "Mở lại", "Open again"},
    {"notice_too_much_title", "Quá dài", "Too much"},
    {"notice_too_much_text", "Ngắn thôi", "Be short"},
    {"notice_ended_title", "Đã kết thúc", "Ended"},
    {"notice_ended_text", "Đã rời mạng", "Offline now"},
    {"notice_still_on_title", "Chưa kết thúc", "Not ended"},
    {"notice_still_on_text", "Bấm lần nữa", "Once more"},
    {"shared_title", "Máy chung", "Shared"},
    {"shared_text", "Dùng xong thì bấm", "Press when done"},
    {"shared_find", "Gõ", "Type"},
    {"end_button", "Kết thúc phiên", "End session"},
    {"notice_button", "Mở lại trang", "Open the page"},
    {"footer_safety", "Không bao giờ hỏi mật khẩu", "Never asks for a password"},
    {"privacy_title", "Ghi gì?", "Recorded?"},
    {"privacy_text", "Chỉ con số", "Only numbers"},
};
enum { SENTENCES = sizeof(sentences) / sizeof(sentences[0]) };

/* In place of lesson.c's: this test needs no files of content. */
const char *lesson_ui(const struct lesson_bank *bank, size_t language, const char *name)
{
	(void)bank;
	for (size_t i = 0; i < SENTENCES; i++)
		if (strcmp(sentences[i][0], name) == 0)
			return sentences[i][1 + language];
	return NULL;
}

static const struct lesson_question_text texts_a[] = {
    {"Hỏi A?", {"a-không", "a-đúng", "a-sai"}, "Vì A", "Nguồn A"},
    {"Ask A?", {"a-no", "a-yes", "a-wrong"}, "Why A", "Source A"},
};
static const struct lesson_question_text texts_b[] = {
    {"Hỏi <B>?", {"b-đúng", "b-không", "b-sai", "b-nữa"}, "Vì B", NULL},
    {"Ask <B>?", {"b-yes", "b-no", "b-wrong", "b-more"}, "Why B", NULL},
};
static const struct lesson_question questions[] = {
    {.id = "A", .form = 'A', .options = 3, .key = 1, .texts = texts_a},
    {.id = "B", .form = 'B', .options = 4, .key = 0, .texts = texts_b},
};
static const struct lesson_text lesson_texts[] = {
    {.title = "Bài", .body = "Nội dung", .source = "Nguồn L"},
    {.title = "Lesson", .body = "Body", .source = "Source L"},
};
static struct lesson lessons[] = {
    {.id = "L",
     .questions = {0, 1},
     .question_count = 2,
     .texts = lesson_texts},
};
static const char *const names_a[] = {"Dân", "People"}, *const names_b[] = {"Báo", "Press"};
static const struct lesson_audience audiences[] = {
    {.id = "citizen", .lesson_count = 1, .names = names_a},
    {.id = "press", .lesson_count = 1, .names = names_b},
};
static const char *const police[] = {"Công an", "Police"}, *const scam[] = {"Báo lừa", "Scams"};
static const struct lesson_contact contacts[] = {
    {.id = "police", .number = "113", .hide_day = 200, .names = police},
    {.id = "scam", .kind = LESSON_CONTACT_REPORT, .address = "a.vn", .hide_day = 100, .names = scam},
};
static const struct lesson_bank bank = {
    .audiences = audiences,
    .audience_count = 2,
    .contacts = contacts,
    .contact_count = 2,
    .lessons = lessons,
    .lesson_count = 1,
    .questions = questions,
    .question_count = 2,
    .language_count = 2,
};

static const char *const files[] = {"question.html", "acknowledge.html", "return.html",
				    "online.html", "ending.html", "notice.html"};
/* What page_load asks for; a test's own part of the template stands before "=====". */
static const char *const required[] = {
    ("{{nonce}}{{ui.footer_safety}}{{token}}{{lesson_title}}{{lesson_body}}{{stem}}"
     "{{#options}}{{letter}}{{text}}{{/options}}{{#answers}}{{why}}{{/answers}}"),
    "{{nonce}}{{ui.footer_safety}}{{token}}{{#answers}}{{why}}{{/"
    "answers}}{{ui.acknowledge_button}}",
    "{{nonce}}{{ui.footer_safety}}{{token}}{{ui.acknowledge_button}}",
    "{{nonce}}{{ui.footer_safety}}{{ui.online_title}}{{ui.offline_text}}",
    "{{nonce}}{{ui.footer_safety}}{{token}}{{title}}{{renew_text}}{{spare_text}}",
    "{{nonce}}{{ui.footer_safety}}{{notice_title}}{{notice_text}}",
};
enum { FILES = sizeof(files) / sizeof(files[0]) };

static int folder_make(void **state)
{
	(void)state;
	return mkdtemp(folder) != NULL ? 0 : -1;
}

static inline void file_path(char out[256], const char *name)
{
	snprintf(out, 256, "%s/%s", folder, name);
}

static inline void file_write(const char *name, const char *own, const char *rest)
{
	char path[256];
	FILE *file;

	file_path(path, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fprintf(file, "%s=====%s", own, rest) > 0);
	assert_int_equal(fclose(file), 0);
}

static int folder_remove(void **state)
{
	char path[256];

	(void)state;
	for (size_t i = 0; i < FILES; i++) {
		file_path(path, files[i]);
		unlink(path);
	}
	return rmdir(folder);
}

/* Every page begins with own. */
static inline void templates_write(const char *own)
{
	snprintf(conf.path_www, sizeof(conf.path_www), "%s", folder);
	for (size_t i = 0; i < FILES; i++)
		file_write(files[i], own, required[i]);
}

static inline struct page_set *load(void)
{
	struct report report = {.out = stderr};
	struct page_set *set = page_load(&conf, &bank, &report);

	assert_int_equal(report.errors, 0);
	assert_non_null(set);
	return set;
}

static const struct page first = {
    .kind = PAGE_QUESTION,
    .token = "t0",
    .number = 1,
    .total = 3,
    .question = &questions[0],
    .order = {2, 0, 1},
};

#endif
