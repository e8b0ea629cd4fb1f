/*
 * Files of a pack that are not what they should be, or large; the rules for one text, and
 * for days.
 * links: common/lesson common/report
 */
#include "test_lesson.h"

#include "common/lesson_check.h"
#include "common/lesson_day.h"

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

/* Thirty cuts of each file. None may crash, leak (ASan, valgrind) or give a bank out of half a
 * file. */
static void file_cut_anywhere_is_refused(void **state)
{
	struct copy copy = copy_make(FULL);

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char path[128];
		char *text;
		size_t size, step;

		copy_path(&copy, files[i], path);
		text = file_slurp(path, &size);
		step = size / 30 + 1;
		for (size_t cut = 0; cut + step < size; cut += step) {
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

/* --- A large pack --- */

/* As many as are allowed, and quickly: on a router a reload must not be felt. */
static void pack_of_1024_questions_is_read(void **state)
{
	struct copy copy = copy_make(GOOD);
	FILE *structure, *text;
	struct loaded loaded;
	char path[128];

	(void)state;
	copy_path(&copy, "structure.cfg", path);
	structure = fopen(path, "we");
	copy_path(&copy, "text/en.cfg", path);
	text = fopen(path, "we");
	assert_non_null(structure);
	assert_non_null(text);
	fputs("lessons = (", structure);
	fputs("lang = \"en\"; ui : { right = \"R\"; }; lessons : {\n", text);
	for (int i = 0; i < 512; i++) {
		fprintf(structure,
			"%s{ id = \"L%d\"; rev = 1; audience = \"citizen\"; topic = \"t%d\"; source"
			" = [ \"S\" ]; fact = \"verified\"; review_by = \"2999-12-31\"; }\n",
			i > 0 ? "," : "", i, i);
		fprintf(text, "L%d : { src_rev = 1; title = \"T\"; body = \"B %d\"; };\n", i, i);
	}
	fputs("); questions = (", structure);
	fputs("}; questions : {", text);
	for (int i = 0; i < 1024; i++) {
		fprintf(structure,
			"%s{ id = \"Q%d\"; rev = 1; audience = \"citizen\"; objective = \"L%d\";"
			" form = \"%c\"; topic = \"t\"; level = 1; kind = \"fact\"; options = ["
			" \"a\", \"b\" ]; key = \"b\"; source = [ \"S\" ]; fact = \"verified\";"
			" review_by = \"2999-12-31\"; }\n",
			i > 0 ? "," : "", i, i / 2, 'A' + i % 2);
		fprintf(text,
			"Q%d : { src_rev = 1; stem = \"%d\"; a = \"A\"; b = \"B\"; why ="
			" \"W\"; };\n",
			i, i);
	}
	fputs(");\n", structure);
	fputs("};\n", text);
	fclose(structure);
	fclose(text);
	loaded = copy_load_one(&copy, "en");
	assert_non_null(loaded.bank);
	assert_int_equal(loaded.bank->lesson_count, 512);
	assert_int_equal(loaded.bank->question_count, 1024);
	assert_string_equal(question_of(&loaded, "Q1023")->texts[0].stem, "1023");
	assert_int_equal(question_of(&loaded, "Q1023")->lesson, 511);
	unload(&loaded);
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

/* --- Days --- */

static void days_are_those_of_the_calendar(void **state)
{
	static const struct {
		const char *text;
		int32_t day;
	} days[] = {
	    {"1970-01-01", 0},	   {"1970-12-31", 364},	    {"1972-02-29", 789},
	    {"2000-02-29", 11016}, {"2000-03-01", 11017},   {"2026-11-23", 20780},
	    {"2100-03-01", 47541}, {"9999-12-31", 2932896},
	};
	int32_t day;
	char text[LESSON_DAY_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		assert_true(lesson_day_parse(days[i].text, &day));
		assert_int_equal(day, days[i].day);
	}
	for (int32_t i = 0; i < 200000; i += 13) {
		assert_true(lesson_day_parse(lesson_day_text(i, text), &day));
		assert_int_equal(day, i);
	}
}

static void what_is_no_day_is_refused(void **state)
{
	static const char *const wrong[] = {
	    "",		  "2026-11-2",	"2026-11-233", "2026/11/23", "1969-12-31", "2026-00-10",
	    "2026-13-01", "2026-01-00", "2026-01-32",  "2025-02-29", "2100-02-29", "2026-04-31",
	};
	int32_t day;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(lesson_day_parse(wrong[i], &day));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(folder_in_place_of_a_file_is_reported),
	    cmocka_unit_test(nul_byte_is_reported_with_its_line),
	    cmocka_unit_test(file_over_one_mebibyte_is_reported),
	    cmocka_unit_test(more_than_1024_lessons_are_refused),
	    cmocka_unit_test(escape_sequence_in_a_name_does_not_reach_the_terminal),
	    cmocka_unit_test(file_cut_anywhere_is_refused),
	    cmocka_unit_test(pack_of_1024_questions_is_read),
	    cmocka_unit_test(utf8_is_told_from_what_only_looks_like_it),
	    cmocka_unit_test(words_are_what_white_space_separates),
	    cmocka_unit_test(days_are_those_of_the_calendar),
	    cmocka_unit_test(what_is_no_day_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
