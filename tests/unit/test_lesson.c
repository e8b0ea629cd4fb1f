/*
 * The content pack: the shipped one, the broken ones of tests/golden/content, and what
 * the loader makes of an edited copy of the good one. Run from the root of the tree.
 * links: common/lesson common/report
 */
#include "common/lesson.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "common/lesson_check.h"

#define SHIPPED "etc/content"
#define GOLDEN	"tests/golden/content"
#define GOOD	GOLDEN "/good"
#define THREE	GOLDEN "/good-three"

static const char *const files[] = {"pack.cfg", "structure.cfg", "text/vi.cfg", "text/en.cfg"};

/* A bank with what was said while it was loaded. */
struct loaded {
	struct lesson_bank *bank;
	struct report report;
	char *said;
	size_t said_size;
};

static struct conf conf_of(const char *content)
{
	struct conf conf = {.language_count = 2, .languages = {"vi", "en"}};

	snprintf(conf.path_content, sizeof(conf.path_content), "%s", content);
	return conf;
}

static struct loaded load(const struct conf *conf)
{
	struct loaded loaded = {0};

	loaded.report.out = open_memstream(&loaded.said, &loaded.said_size);
	assert_non_null(loaded.report.out);
	loaded.bank = lesson_load(conf, &loaded.report);
	fclose(loaded.report.out);
	/* The contract: a bank, or at least one error. */
	assert_true((loaded.bank == NULL) == (loaded.report.errors > 0));
	return loaded;
}

static void unload(struct loaded *loaded)
{
	lesson_free(loaded->bank);
	free(loaded->said);
}

static char *file_slurp(const char *path, size_t *size)
{
	enum { ROOM = 256 * 1024 };
	char *text = malloc(ROOM);
	FILE *in = fopen(path, "re");

	assert_non_null(text);
	if (in == NULL)
		fail_msg("%s cannot be opened; run this from the root of the tree", path);
	*size = fread(text, 1, ROOM - 1, in);
	text[*size] = '\0';
	fclose(in);
	return text;
}

static void file_put(const char *path, const char *text, size_t size)
{
	FILE *out = fopen(path, "we");

	assert_non_null(out);
	assert_int_equal(fwrite(text, 1, size, out), size);
	assert_int_equal(fclose(out), 0);
}

/* --- A copy of a pack in a temporary folder, for a test to spoil. --- */

struct copy {
	char folder[64];
};

static void copy_path(const struct copy *copy, const char *file, char path[128])
{
	snprintf(path, 128, "%s/%s", copy->folder, file);
}

static struct copy copy_make(const char *from)
{
	struct copy copy = {.folder = "/tmp/test_lesson.XXXXXX"};
	char path[128];

	assert_non_null(mkdtemp(copy.folder));
	copy_path(&copy, "text", path);
	assert_int_equal(mkdir(path, 0700), 0);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char *text;
		size_t size;

		snprintf(path, sizeof(path), "%s/%s", from, files[i]);
		text = file_slurp(path, &size);
		copy_path(&copy, files[i], path);
		file_put(path, text, size);
		free(text);
	}
	return copy;
}

static void copy_remove(const struct copy *copy)
{
	char path[128];

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		copy_path(copy, files[i], path);
		remove(path);
	}
	copy_path(copy, "text", path);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(rmdir(copy->folder), 0);
}

/* Replaces the first from in a file, which must be there. */
static void copy_edit(const struct copy *copy, const char *file, const char *from, const char *to)
{
	char path[128];
	char *text, *at, *out;
	size_t size;

	copy_path(copy, file, path);
	text = file_slurp(path, &size);
	at = strstr(text, from);
	assert_non_null(at);
	out = malloc(size + strlen(to) + 1);
	assert_non_null(out);
	snprintf(out, size + strlen(to) + 1, "%.*s%s%s", (int)(at - text), text, to,
		 at + strlen(from));
	file_put(path, out, strlen(out));
	free(out);
	free(text);
}

static struct loaded copy_load(const struct copy *copy)
{
	struct conf conf = conf_of(copy->folder);

	return load(&conf);
}

static const struct lesson_question *question_of(const struct loaded *loaded, const char *id)
{
	for (size_t i = 0; i < loaded->bank->question_count; i++) {
		if (strcmp(loaded->bank->questions[i].id, id) == 0)
			return &loaded->bank->questions[i];
	}
	return NULL;
}

/* --- The shipped pack --- */

static void shipped_pack_has_no_mistake(void **state)
{
	struct conf conf = conf_of(SHIPPED);
	struct loaded shipped = load(&conf);

	(void)state;
	if (shipped.bank == NULL)
		fail_msg("%s", shipped.said);
	assert_int_equal(shipped.bank->lesson_count, 9);
	assert_int_equal(shipped.bank->question_count, 21);
	assert_int_equal(shipped.bank->language_count, 2);
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

		assert_string_equal(lesson->audience, "citizen");
		assert_in_range(lesson->question_count, 2, LESSON_FORMS_MAX);
		for (size_t k = 0; k < lesson->question_count; k++, seen++) {
			const struct lesson_question *question =
			    &bank->questions[lesson->questions[k]];

			assert_int_equal(question->lesson, i);
			assert_in_range(question->options, LESSON_OPTIONS_MIN, LESSON_OPTIONS_MAX);
			assert_in_range(question->key, 0, question->options - 1U);
			assert_int_equal(question->form, 'A' + (int)k);
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

/* --- Files that are not what they should be --- */

static void folder_in_place_of_a_file_is_reported(void **state)
{
	struct copy copy = copy_make(GOOD);
	struct loaded loaded;
	char path[128];

	(void)state;
	copy_path(&copy, "pack.cfg", path);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	loaded = copy_load(&copy);
	assert_null(loaded.bank);
	assert_non_null(strstr(loaded.said, "/pack.cfg: cannot be read: "));
	unload(&loaded);
	copy_remove(&copy);
}

static void nul_byte_is_reported_with_its_line(void **state)
{
	struct copy copy = copy_make(GOOD);
	struct loaded loaded;
	char path[128];

	(void)state;
	copy_path(&copy, "pack.cfg", path);
	file_put(path, "id = \"x\";\nversion\0 = \"1\";\n", 26);
	loaded = copy_load(&copy);
	assert_null(loaded.bank);
	assert_non_null(strstr(loaded.said, "/pack.cfg:2: a NUL byte, expected text in UTF-8\n"));
	unload(&loaded);
	copy_remove(&copy);
}

static void file_over_one_mebibyte_is_reported(void **state)
{
	enum { SIZE = 1024 * 1024 + 1 };
	struct copy copy = copy_make(GOOD);
	struct loaded loaded;
	char path[128];
	char *spaces = malloc(SIZE);

	(void)state;
	assert_non_null(spaces);
	memset(spaces, '\n', SIZE);
	copy_path(&copy, "structure.cfg", path);
	file_put(path, spaces, SIZE);
	free(spaces);
	loaded = copy_load(&copy);
	assert_null(loaded.bank);
	assert_non_null(strstr(loaded.said, "/structure.cfg: cannot be read: "));
	unload(&loaded);
	copy_remove(&copy);
}

static void more_than_1024_lessons_are_refused(void **state)
{
	struct copy copy = copy_make(GOOD);
	char text[16 * 1024] = "questions = ();\nlessons = ({}";
	struct loaded loaded;
	char path[128];
	size_t used = strlen(text);

	(void)state;
	for (int i = 0; i < 1024; i++) {
		memcpy(text + used, ",{}", 3);
		used += 3;
	}
	memcpy(text + used, ");\n", 3);
	copy_path(&copy, "structure.cfg", path);
	file_put(path, text, used + 3);
	loaded = copy_load(&copy);
	assert_null(loaded.bank);
	assert_non_null(strstr(loaded.said, ":2: lessons has 1025, expected at most 1024\n"));
	unload(&loaded);
	copy_remove(&copy);
}

static void escape_sequence_in_a_name_does_not_reach_the_terminal(void **state)
{
	struct copy copy = copy_make(GOOD);
	struct loaded loaded;

	(void)state;
	copy_edit(&copy, "structure.cfg", "\"scenario\"", "\"\\x1b[2J\"");
	loaded = copy_load(&copy);
	assert_null(loaded.bank);
	assert_non_null(strstr(loaded.said, "kind is \"?[2J\""));
	unload(&loaded);
	copy_remove(&copy);
}

/* No cut may crash, leak (ASan, valgrind) or give a bank out of half a file. */
static void file_cut_anywhere_is_refused(void **state)
{
	struct copy copy = copy_make(SHIPPED);

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char path[128];
		char *text;
		size_t size;

		copy_path(&copy, files[i], path);
		text = file_slurp(path, &size);
		for (size_t cut = 0; cut + 97 < size; cut += 97) {
			struct loaded loaded;

			file_put(path, text, cut);
			loaded = copy_load(&copy);
			assert_null(loaded.bank);
			unload(&loaded);
		}
		file_put(path, text, size);
		free(text);
	}
	copy_remove(&copy);
}

/* --- The rules for one text --- */

static void utf8_is_told_from_what_only_looks_like_it(void **state)
{
	static const char *const wrong[] = {
	    "\x80",
	    "\xc3",
	    "\xc3(",
	    "\xc0\xaf",
	    "\xe0\x80\xaf",
	    "\xed\xa0\x80",
	    "\xf0\x80\x80\xaf",
	    "\xf4\x90\x80\x80",
	    "\xf8\x88\x80\x80\x80",
	    "\xff",
	    "\xe1\xba",
	};
	uint32_t character;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(lesson_check_text(wrong[i], &character), LESSON_CHECK_UTF8);
	assert_int_equal(lesson_check_text("Cổng “chào” – ₫ 👋", &character), LESSON_CHECK_OK);
}

static void words_are_what_white_space_separates(void **state)
{
	(void)state;
	assert_int_equal(lesson_check_words(""), 0);
	assert_int_equal(lesson_check_words("  \t\xc2\xa0 "), 0);
	assert_int_equal(lesson_check_words("một"), 1);
	assert_int_equal(lesson_check_words(" một  hai\xc2\xa0"
					    "ba\xe3\x80\x80"
					    "bốn – năm "),
			 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(shipped_pack_has_no_mistake),
	    cmocka_unit_test(every_text_of_the_shipped_pack_is_there_in_both_languages),
	    cmocka_unit_test(every_question_of_the_shipped_pack_fits_its_lesson),
	    cmocka_unit_test(shipped_pack_never_asks_and_says_so_in_both_languages),
	    cmocka_unit_test(every_broken_pack_is_refused_with_file_line_and_reason),
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
	    cmocka_unit_test(folder_in_place_of_a_file_is_reported),
	    cmocka_unit_test(nul_byte_is_reported_with_its_line),
	    cmocka_unit_test(file_over_one_mebibyte_is_reported),
	    cmocka_unit_test(more_than_1024_lessons_are_refused),
	    cmocka_unit_test(escape_sequence_in_a_name_does_not_reach_the_terminal),
	    cmocka_unit_test(file_cut_anywhere_is_refused),
	    cmocka_unit_test(utf8_is_told_from_what_only_looks_like_it),
	    cmocka_unit_test(words_are_what_white_space_separates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
