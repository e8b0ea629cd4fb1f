/*
 * The content pack: the shipped one, and the broken ones of tests/golden/content. Run from
 * the root of the tree.
 * links: common/lesson common/report
 */
#include "test_lesson.h"

#include "common/lesson_check.h"

/* --- The shipped pack --- */

static void shipped_pack_has_no_mistake(void **state)
{
	struct conf conf = conf_of(SHIPPED);
	struct loaded shipped = load(&conf);

	(void)state;
	if (shipped.bank == NULL)
		fail_msg("%s", shipped.said);
	assert_in_range(shipped.bank->lesson_count, 9, 1024);
	assert_in_range(shipped.bank->question_count, 21, 1024);
	assert_int_equal(shipped.bank->language_count, 2);
	assert_true(lesson_audience_find(shipped.bank, "citizen") >= 0);
	unload(&shipped);
}

static void text_is_shown_well(const char *text)
{
	uint32_t character;

	assert_non_null(text);
	assert_int_equal(lesson_check_text(text, &character), LESSON_CHECK_OK);
}

static void every_text_of_the_shipped_pack_is_there_in_both_languages(void **state)
{
	struct conf conf = conf_of(SHIPPED);
	struct loaded shipped = load(&conf);
	const struct lesson_bank *bank = shipped.bank;

	(void)state;
	assert_non_null(bank);
	for (size_t l = 0; l < bank->language_count; l++) {
		for (size_t i = 0; i < bank->lesson_count; i++) {
			text_is_shown_well(bank->lessons[i].texts[l].title);
			text_is_shown_well(bank->lessons[i].texts[l].body);
			assert_in_range(lesson_check_words(bank->lessons[i].texts[l].body), 10,
					LESSON_WORDS_MAX);
		}
		for (size_t i = 0; i < bank->question_count; i++) {
			const struct lesson_question *question = &bank->questions[i];

			text_is_shown_well(question->texts[l].stem);
			text_is_shown_well(question->texts[l].why);
			for (size_t k = 0; k < question->options; k++)
				text_is_shown_well(question->texts[l].options[k]);
		}
	}
	unload(&shipped);
}

static void every_question_of_the_shipped_pack_fits_its_lesson(void **state)
{
	struct conf conf = conf_of(SHIPPED);
	struct loaded shipped = load(&conf);
	const struct lesson_bank *bank = shipped.bank;
	size_t seen = 0;

	(void)state;
	assert_non_null(bank);
	for (size_t i = 0; i < bank->lesson_count; i++) {
		const struct lesson *lesson = &bank->lessons[i];

		assert_in_range(lesson->audience, 0, bank->audience_count - 1);
		assert_in_range(lesson->question_count, 2, LESSON_FORMS_MAX);
		for (size_t k = 0; k < lesson->question_count; k++, seen++) {
			const struct lesson_question *question =
			    &bank->questions[lesson->questions[k]];

			assert_int_equal(question->lesson, i);
			assert_in_range(question->options, LESSON_OPTIONS_MIN, LESSON_OPTIONS_MAX);
			assert_in_range(question->key, 0, question->options - 1U);
			assert_in_range(question->level, 1, 3);
			assert_in_range(question->form, 'A', 'Z');
			for (size_t m = 0; m < k; m++)
				assert_int_not_equal(question->form,
						     bank->questions[lesson->questions[m]].form);
		}
	}
	assert_int_equal(seen, bank->question_count);
	unload(&shipped);
}

static void shipped_pack_never_asks_and_says_so_in_both_languages(void **state)
{
	struct conf conf = conf_of(SHIPPED);
	struct loaded shipped = load(&conf);

	(void)state;
	assert_non_null(shipped.bank);
	assert_string_equal(
	    lesson_ui(shipped.bank, 0, "footer_safety"),
	    "Cổng Wi-Fi này không bao giờ hỏi mật khẩu, OTP, số thẻ hay số căn cước.");
	assert_string_equal(
	    lesson_ui(shipped.bank, 1, "footer_safety"),
	    "This Wi-Fi portal never asks for passwords, OTPs, card or ID numbers.");
	unload(&shipped);
}

/* --- Broken packs: each says exactly what NAME.expected says. --- */

static int is_expectation(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 9 && strcmp(entry->d_name + length - 9, ".expected") == 0;
}

static bool golden_holds(const char *expectation)
{
	char path[512];
	struct loaded loaded;
	struct conf conf;
	char *expected;
	size_t size;
	bool same;

	snprintf(path, sizeof(path), GOLDEN "/%s", expectation);
	expected = file_slurp(path, &size);
	path[strlen(path) - strlen(".expected")] = '\0';
	conf = conf_of(path);
	loaded = load(&conf);
	same = strcmp(loaded.said, expected) == 0;
	if (!same)
		print_error("%s\nexpected:\n%ssaid:\n%s", path, expected, loaded.said);
	unload(&loaded);
	free(expected);
	return same;
}

static void every_broken_pack_is_refused_with_file_line_and_reason(void **state)
{
	struct dirent **entries;
	int count = scandir(GOLDEN, &entries, is_expectation, alphasort);
	int wrong = 0;

	(void)state;
	assert_in_range(count, 30, 1000);
	for (int i = 0; i < count; i++) {
		wrong += !golden_holds(entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(shipped_pack_has_no_mistake),
	    cmocka_unit_test(every_text_of_the_shipped_pack_is_there_in_both_languages),
	    cmocka_unit_test(every_question_of_the_shipped_pack_fits_its_lesson),
	    cmocka_unit_test(shipped_pack_never_asks_and_says_so_in_both_languages),
	    cmocka_unit_test(every_broken_pack_is_refused_with_file_line_and_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
