/*
 * Lines for boards, sentences for messages, syllables for loudspeakers.
 * links: ctl/publish_text
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "ctl/publish_text.h"

static void sentence_is(const char *text, const char *expected)
{
	struct publish_span span = publish_text_sentence(text);

	assert_int_equal(span.length, strlen(expected));
	assert_memory_equal(span.text, expected, span.length);
}

static void test_sentence_ends_at_its_mark(void **state)
{
	(void)state;
	sentence_is("  Một. Hai.", "Một.");
	sentence_is("Tệp .apk gửi qua tin nhắn. Hai.", "Tệp .apk gửi qua tin nhắn.");
	sentence_is("Phí 22.000 đồng! Hai.", "Phí 22.000 đồng!");
	sentence_is("QR “hoàn tiền.” Hai.", "QR “hoàn tiền.”");
	sentence_is("không có dấu", "không có dấu");
	sentence_is("   ", "");
}

static void line_is(const struct publish_span *line, const char *expected)
{
	assert_int_equal(line->length, strlen(expected));
	assert_memory_equal(line->text, expected, line->length);
}

static void test_text_becomes_three_even_lines(void **state)
{
	struct publish_span lines[PUBLISH_LINES_MAX];

	(void)state;
	assert_int_equal(publish_text_lines("Aaaaaaaaaaaaaa. Bb. Cc. Dddddd. Ee.", lines), 3);
	line_is(&lines[0], "Aaaaaaaaaaaaaa.");
	line_is(&lines[1], "Bb. Cc.");
	line_is(&lines[2], "Dddddd. Ee.");
}

static void test_short_text_has_fewer_lines(void **state)
{
	struct publish_span lines[PUBLISH_LINES_MAX];

	(void)state;
	assert_int_equal(publish_text_lines("Một. Hai.", lines), 2);
	line_is(&lines[1], "Hai.");
	assert_int_equal(publish_text_lines("", lines), 0);
}

static void test_no_word_is_lost_of_very_many_sentences(void **state)
{
	struct publish_span lines[PUBLISH_LINES_MAX];
	char text[400] = "";
	size_t count;

	(void)state;
	for (int i = 0; i < 90; i++)
		memcpy(text + 4 * i, "Ab. ", 5);
	count = publish_text_lines(text, lines);
	assert_int_equal(count, 3);
	assert_ptr_equal(lines[0].text, text);
	assert_ptr_equal(lines[2].text + lines[2].length, text + strlen(text));
}

static void test_characters_count_as_a_telephone_counts_them(void **state)
{
	(void)state;
	assert_int_equal(publish_text_units("Đừng", strlen("Đừng")), 4);
	assert_int_equal(publish_text_units("a😀", strlen("a😀")), 3);
}

static void test_links_are_seen(void **state)
{
	static const char *const links[] = {"http://a", "xem https://b", "canhbao.khonggianmang.vn",
					    "vào www.a.vn nhé", "gõ bit.ly/x"};
	static const char *const plain[] = {
	    "kết thúc bằng .gov.vn.", "tệp .apk", "22.000 đồng", "Xong. Tốt", "1.5 kg", "v.v. và"};

	(void)state;
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		assert_true(publish_text_has_link(links[i], strlen(links[i])));
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		assert_false(publish_text_has_link(plain[i], strlen(plain[i])));
}

static void test_message_takes_whole_sentences_without_links(void **state)
{
	char out[64] = "Đề\n";

	(void)state;
	publish_text_add_sentences(out, sizeof(out), "Một. Xem a.vn nhé. Hai. Rất dài dòng.", 13);
	assert_string_equal(out, "Đề\nMột. Hai.");
}

static void test_message_never_passes_its_buffer(void **state)
{
	char out[8] = "A\n";

	(void)state;
	publish_text_add_sentences(out, sizeof(out), "Bcdef. G.", 300);
	assert_string_equal(out, "A\n");
}

static void test_long_title_is_cut_after_a_word(void **state)
{
	char out[64];

	(void)state;
	publish_text_cut(out, sizeof(out), "Đừng bấm, hãy gọi lại", 15);
	assert_string_equal(out, "Đừng bấm, hãy…");
	publish_text_cut(out, sizeof(out), "Đừng bấm, hãy gọi lại", 11);
	assert_string_equal(out, "Đừng bấm…");
	publish_text_cut(out, sizeof(out), "Vừa đủ", 6);
	assert_string_equal(out, "Vừa đủ");
}

static void test_syllables_are_counted_as_they_are_spoken(void **state)
{
	(void)state;
	assert_int_equal(publish_text_syllables("Không đọc mã ô-tê-pê cho ai."), 8);
	assert_int_equal(publish_text_syllables("một năm sáu\n– hết"), 5);
	assert_int_equal(publish_text_syllables(""), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sentence_ends_at_its_mark),
	    cmocka_unit_test(test_text_becomes_three_even_lines),
	    cmocka_unit_test(test_short_text_has_fewer_lines),
	    cmocka_unit_test(test_no_word_is_lost_of_very_many_sentences),
	    cmocka_unit_test(test_characters_count_as_a_telephone_counts_them),
	    cmocka_unit_test(test_links_are_seen),
	    cmocka_unit_test(test_message_takes_whole_sentences_without_links),
	    cmocka_unit_test(test_message_never_passes_its_buffer),
	    cmocka_unit_test(test_long_title_is_cut_after_a_word),
	    cmocka_unit_test(test_syllables_are_counted_as_they_are_spoken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
