/*
 * What the loader makes of a pack that may be used: texts, keys, what is switched off.
 * links: common/lesson common/report
 */
#include "test_lesson.h"

/* --- What becomes of a pack that may be used --- */

static void key_follows_the_order_of_the_options(void **state)
{
	struct copy copy = copy_make(GOOD);
	struct loaded loaded;
	const struct lesson_question *question;

	(void)state;
	copy_edit(&copy, "structure.cfg", "[ \"a\", \"b\", \"c\" ]", "[ \"c\", \"a\" ]");
	copy_edit(&copy, "text/vi.cfg", "b = \"Chọn b\";", "");
	copy_edit(&copy, "text/en.cfg", "b = \"Choose b\";", "");
	loaded = copy_load(&copy);
	assert_non_null(loaded.bank);
	question = question_of(&loaded, "ONE-A");
	assert_non_null(question);
	assert_int_equal(question->options, 2);
	assert_int_equal(question->key, 1); /* "a" */
	assert_string_equal(question->texts[1].options[0], "Choose c");
	assert_string_equal(question->texts[1].options[1], "Choose a");
	unload(&loaded);
	copy_remove(&copy);
}

static void stale_text_gives_way_to_the_fallback_language(void **state)
{
	struct conf conf = conf_of(GOLDEN "/stale");
	struct loaded loaded = load(&conf);
	const struct lesson_question *question;

	(void)state;
	assert_non_null(loaded.bank);
	question = question_of(&loaded, "ONE-A");
	assert_non_null(question);
	assert_string_equal(question->texts[0].stem, "Bạn làm gì, câu ONE-A?");
	assert_string_equal(question->texts[1].stem, "Bạn làm gì, câu ONE-A?");
	assert_string_equal(question->texts[1].options[2], "Chọn c");
	/* Stale in the fallback language itself: nothing else could be shown. */
	assert_string_equal(loaded.bank->lessons[1].texts[0].title, "Bài TWO");
	assert_string_equal(loaded.bank->lessons[1].texts[1].title, "Bài TWO");
	unload(&loaded);
}

static void fallback_of_the_pack_need_not_be_the_first_language(void **state)
{
	struct conf conf = {
	    .language_count = 2, .languages = {"en", "vi"}, .path_content = GOLDEN "/stale"};
	struct loaded loaded = load(&conf);

	(void)state;
	assert_non_null(loaded.bank);
	assert_string_equal(question_of(&loaded, "ONE-A")->texts[0].stem, "Bạn làm gì, câu ONE-A?");
	unload(&loaded);
}

static void fallback_that_is_not_configured_is_the_first_language(void **state)
{
	struct copy copy = copy_make(GOLDEN "/stale");
	struct loaded loaded;

	(void)state;
	copy_edit(&copy, "pack.cfg", "fallback = \"vi\"", "fallback = \"tyz\"");
	loaded = copy_load(&copy);
	assert_non_null(loaded.bank);
	assert_string_equal(question_of(&loaded, "ONE-A")->texts[1].stem, "Bạn làm gì, câu ONE-A?");
	unload(&loaded);
	copy_remove(&copy);
}

static void unconfirmed_question_is_not_in_the_bank(void **state)
{
	struct copy copy = copy_make(THREE);
	struct loaded loaded;

	(void)state;
	copy_edit(&copy, "structure.cfg", "[ \"S-ONE-B\" ]; fact = \"verified\"",
		  "[ \"S-ONE-B\" ]; fact = \"check-before-print\"");
	loaded = copy_load(&copy);
	assert_non_null(loaded.bank);
	assert_int_equal(loaded.bank->lesson_count, 3);
	assert_int_equal(loaded.bank->question_count, 6);
	assert_null(question_of(&loaded, "ONE-B"));
	/* What follows it keeps its own texts. */
	assert_string_equal(question_of(&loaded, "ONE-C")->texts[1].stem,
			    "What do you do in ONE-C?");
	assert_non_null(strstr(loaded.said, "warning: question ONE-B: not shown"));
	unload(&loaded);
	copy_remove(&copy);
}

static void lesson_left_with_one_confirmed_form_is_not_in_the_bank(void **state)
{
	struct copy copy = copy_make(THREE);
	struct loaded loaded;

	(void)state;
	copy_edit(&copy, "structure.cfg", "[ \"S-THREE-A\" ]; fact = \"verified\"",
		  "[ \"S-THREE-A\" ]; fact = \"check-before-print\"");
	loaded = copy_load(&copy);
	assert_non_null(loaded.bank);
	assert_int_equal(loaded.bank->lesson_count, 2);
	assert_int_equal(loaded.bank->question_count, 5);
	assert_null(question_of(&loaded, "THREE-B"));
	assert_string_equal(loaded.bank->lessons[1].id, "TWO");
	assert_string_equal(loaded.bank->lessons[1].texts[1].title, "Lesson TWO");
	assert_int_equal(question_of(&loaded, "TWO-B")->lesson, 1);
	unload(&loaded);
	copy_remove(&copy);
}

static void ui_sentence_is_found_by_name_and_language(void **state)
{
	struct conf conf = conf_of(GOOD);
	struct loaded loaded = load(&conf);

	(void)state;
	assert_non_null(loaded.bank);
	assert_string_equal(lesson_ui(loaded.bank, 0, "right"), "Đúng rồi!");
	assert_string_equal(lesson_ui(loaded.bank, 1, "score"), "Score {n}/{m}");
	assert_null(lesson_ui(loaded.bank, 0, "no_such_name"));
	assert_null(lesson_ui(loaded.bank, 2, "right"));
	unload(&loaded);
}

static void texts_come_in_the_order_of_the_configuration(void **state)
{
	struct conf conf = {.language_count = 2, .languages = {"en", "vi"}, .path_content = GOOD};
	struct loaded loaded = load(&conf);

	(void)state;
	assert_non_null(loaded.bank);
	assert_string_equal(loaded.bank->lessons[0].texts[0].title, "Lesson ONE");
	assert_string_equal(loaded.bank->lessons[0].texts[1].title, "Bài ONE");
	unload(&loaded);
}

static void one_language_alone_is_enough(void **state)
{
	struct conf conf = {.language_count = 1, .languages = {"en"}, .path_content = GOOD};
	struct loaded loaded = load(&conf);

	(void)state;
	assert_non_null(loaded.bank);
	assert_string_equal(lesson_ui(loaded.bank, 0, "right"), "Correct!");
	unload(&loaded);
}

static void file_saved_on_windows_is_read(void **state)
{
	struct copy copy = copy_make(GOOD);
	struct loaded loaded;

	(void)state;
	copy_edit(&copy, "text/vi.cfg", "lang = \"vi\";\n", "\xef\xbb\xbflang = \"vi\";\r\n");
	loaded = copy_load(&copy);
	assert_non_null(loaded.bank);
	unload(&loaded);
	copy_remove(&copy);
}

static void review_day_that_has_passed_is_a_warning(void **state)
{
	struct copy copy = copy_make(GOOD);
	struct loaded loaded;

	(void)state;
	loaded = copy_load(&copy);
	assert_int_equal(loaded.report.warnings, 0);
	unload(&loaded);
	copy_edit(&copy, "structure.cfg", "2999-12-31", "2024-02-29");
	loaded = copy_load(&copy);
	assert_non_null(loaded.bank);
	assert_int_equal(loaded.report.warnings, 1);
	unload(&loaded);
	copy_remove(&copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(key_follows_the_order_of_the_options),
	    cmocka_unit_test(stale_text_gives_way_to_the_fallback_language),
	    cmocka_unit_test(fallback_of_the_pack_need_not_be_the_first_language),
	    cmocka_unit_test(fallback_that_is_not_configured_is_the_first_language),
	    cmocka_unit_test(unconfirmed_question_is_not_in_the_bank),
	    cmocka_unit_test(lesson_left_with_one_confirmed_form_is_not_in_the_bank),
	    cmocka_unit_test(ui_sentence_is_found_by_name_and_language),
	    cmocka_unit_test(texts_come_in_the_order_of_the_configuration),
	    cmocka_unit_test(one_language_alone_is_enough),
	    cmocka_unit_test(file_saved_on_windows_is_read),
	    cmocka_unit_test(review_day_that_has_passed_is_a_warning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
