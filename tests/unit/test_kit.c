/*
 * The translators' kit: what goes out comes back, what is stale stays so until somebody
 * looks at it, and what is refused. Run from the root of the tree.
 * links: ctl/kit ctl/bank ctl/csv ctl/quote ctl/out ctl/intake ctl/outfile common/lesson
 * links: common/conf_value common/ether common/report common/log
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/lesson.h"
#include "ctl/command.h"
#include "ctl/content.h"
#include "ctl/intake.h"
#include "ctl/kit.h"

#define SHIPPED "etc/content"
#define GOOD	"tests/golden/content/good"
#define STALE	"tests/golden/content/stale"

/* kit_command.c's other half, which would link every subcommand. */
bool content_conf(const char *file, const char *folder, struct conf *conf, struct report *report)
{
	(void)file;
	(void)folder;
	(void)conf;
	(void)report;
	return false;
}

int content_usage(const char *name)
{
	(void)name;
	return COMMAND_USAGE;
}

static struct conf conf;
static struct kit kit;
static struct report report;
static char *said, *csv, *written, *given;
static size_t said_size, csv_size, written_size;

static void begin(const char *content, const char *language)
{
	snprintf(conf.path_content, sizeof(conf.path_content), "%s", content);
	report = (struct report){.out = open_memstream(&said, &said_size)};
	assert_non_null(report.out);
	if (kit_open(&kit, &conf, language, &report) != 0) {
		fflush(report.out);
		fail_msg("%s", said);
	}
}

static int end(void **state)
{
	(void)state;
	kit_close(&kit);
	if (report.out != NULL)
		fclose(report.out);
	report.out = NULL;
	free(said);
	free(csv);
	free(written);
	free(given);
	said = csv = written = given = NULL;
	return 0;
}

static void export_csv(void)
{
	FILE *out = open_memstream(&csv, &csv_size);

	assert_non_null(out);
	kit_export(&kit, out);
	fclose(out);
}

/* Takes text as the file that came back, and writes the text of the language. */
static void import_csv(const char *text)
{
	FILE *out = open_memstream(&written, &written_size);

	assert_non_null(out);
	given = intake_clean("a.csv", text, strlen(text), &report);
	assert_non_null(given);
	kit_import(&kit, given, "a.csv");
	if (report.errors == 0)
		kit_check(&kit, "a.csv");
	if (report.errors == 0)
		kit_write(&kit, out, "a.csv");
	fclose(out);
	fflush(report.out);
}

/* The CSV with the first from in it become to. */
static char *csv_with(const char *from, const char *to)
{
	char *at = strstr(csv, from), *changed = NULL;

	if (at == NULL)
		fail_msg("%s is not in the export", from);
	assert_true(asprintf(&changed, "%.*s%s%s", (int)(at - csv), csv, to, at + strlen(from)) >
		    0);
	return changed;
}

static void same_text(const char *a, const char *b)
{
	assert_int_equal(a == NULL, b == NULL);
	if (a != NULL)
		assert_string_equal(a, b);
}

static void same_banks(const struct lesson_bank *a, const struct lesson_bank *b)
{
	assert_int_equal(a->question_count, b->question_count);
	assert_int_equal(a->lesson_count, b->lesson_count);
	for (size_t i = 0; i < a->question_count; i++)
		for (size_t k = 0; k < 2; k++) {
			const struct lesson_question_text *x = &a->questions[i].texts[k];
			const struct lesson_question_text *y = &b->questions[i].texts[k];

			same_text(x->stem, y->stem);
			same_text(x->why, y->why);
			same_text(x->source, y->source);
			for (size_t o = 0; o < a->questions[i].options; o++)
				same_text(x->options[o], y->options[o]);
		}
	for (size_t i = 0; i < a->lesson_count; i++)
		for (size_t k = 0; k < 2; k++) {
			same_text(a->lessons[i].texts[k].title, b->lessons[i].texts[k].title);
			same_text(a->lessons[i].texts[k].body, b->lessons[i].texts[k].body);
			same_text(a->lessons[i].texts[k].topic, b->lessons[i].texts[k].topic);
		}
	for (size_t i = 0; i < a->contact_count; i++)
		same_text(a->contacts[i].names[1], b->contacts[i].names[1]);
	for (size_t i = 0; i < a->audience_count; i++)
		same_text(a->audiences[i].names[1], b->audiences[i].names[1]);
	same_text(lesson_ui(a, 1, "right"), lesson_ui(b, 1, "right"));
	same_text(lesson_ui(a, 1, "score"), lesson_ui(b, 1, "score"));
}

/* A folder like the pack's, with the written text in place of its English. */
static void stage(char *folder, const char *content)
{
	static const char *const names[] = {"pack.cfg", "structure.cfg", "contacts.cfg", "radio",
					    "text/vi.cfg"};
	char *here = realpath(content, NULL), from[300], to[300];
	FILE *out;

	assert_non_null(mkdtemp(folder));
	snprintf(to, sizeof(to), "%s/text", folder);
	assert_int_equal(mkdir(to, 0700), 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(from, sizeof(from), "%s/%s", here, names[i]);
		snprintf(to, sizeof(to), "%s/%s", folder, names[i]);
		assert_int_equal(symlink(from, to), 0);
	}
	snprintf(to, sizeof(to), "%s/text/en.cfg", folder);
	out = fopen(to, "we");
	assert_non_null(out);
	fwrite(written, 1, written_size, out);
	fclose(out);
	free(here);
}

static void unstage(const char *folder)
{
	static const char *const names[] = {"pack.cfg", "structure.cfg", "contacts.cfg",
					    "radio",	"text/vi.cfg",	 "text/en.cfg"};
	char path[300];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/text", folder);
	rmdir(path);
	rmdir(folder);
}

static struct lesson_bank *load(const char *content)
{
	struct conf both = {.languages = {"vi", "en"}, .language_count = 2};
	struct report loading = {.out = report.out};
	struct lesson_bank *bank;

	snprintf(both.path_content, sizeof(both.path_content), "%s", content);
	bank = lesson_load(&both, &loading);
	fflush(report.out);
	return bank;
}

static void an_untouched_export_gives_an_equal_bank(const char *content)
{
	char folder[] = "/tmp/congchao-kit-test-XXXXXX";
	struct lesson_bank *before, *after;

	begin(content, "en");
	export_csv();
	import_csv(csv);
	assert_string_equal(said, "");
	stage(folder, content);
	before = load(content);
	after = load(folder);
	unstage(folder);
	if (before == NULL || after == NULL)
		fail_msg("%s", said);
	same_banks(before, after);
	lesson_free(before);
	lesson_free(after);
}

static void the_shipped_pack_comes_back_as_it_went(void **state)
{
	(void)state;
	an_untouched_export_gives_an_equal_bank(SHIPPED);
}

static void what_is_stale_stays_stale(void **state)
{
	(void)state;
	an_untouched_export_gives_an_equal_bank(STALE);
	assert_non_null(strstr(csv, "questions.ONE-A.stem,"));
	assert_non_null(strstr(csv, ",3,1,stale\r\n"));
	assert_non_null(strstr(written, "ONE-A : { src_rev = 1;"));
}

static void a_changed_translation_is_of_the_rev_that_was_exported(void **state)
{
	char *changed;

	(void)state;
	begin(STALE, "en");
	export_csv();
	changed = csv_with("Because of ONE-A.,3", "Because of the new ONE-A.,3");
	import_csv(changed);
	free(changed);
	assert_string_equal(said, "");
	assert_non_null(strstr(written, "ONE-A : { src_rev = 3;"));
	assert_non_null(strstr(written, "why = \"Because of the new ONE-A.\""));
}

static void a_state_set_to_ok_is_enough(void **state)
{
	char *changed;

	(void)state;
	begin(STALE, "en");
	export_csv();
	changed = csv_with(",3,1,stale", ",3,1,ok");
	import_csv(changed);
	free(changed);
	assert_non_null(strstr(written, "ONE-A : { src_rev = 3;"));
}

static void half_a_language_is_refused(void **state)
{
	char *changed;

	(void)state;
	begin(GOOD, "tyz");
	export_csv();
	assert_non_null(strstr(csv, "ui.right,Đúng rồi!,,,,missing\r\n"));
	changed = csv_with("ui.right,Đúng rồi!,,", "ui.right,Đúng rồi!,Mjen!,");
	import_csv(changed);
	free(changed);
	assert_string_equal(said, "a.csv:2: 7 not translated, lessons.ONE.title the first of them, "
				  "expected all: no visitor is shown half a language\n");
}

/* A new language, from a spreadsheet with columns and separators of its own. */
static void a_spreadsheets_file_is_read(void **state)
{
	char *sheet = NULL;
	size_t size;
	FILE *out = open_memstream(&sheet, &size);

	(void)state;
	begin(GOOD, "tyz");
	fputs("\xef\xbb\xbfstate;rev;src_rev;note;translation;source;key\r\n;;;;;;\r\n", out);
	for (size_t i = kit.count; i-- > 0;)
		fprintf(out, "missing;1;;xin chào;\"%s \"\"lố\"\"\";\"%s\";%s\r\n",
			kit.rows[i].source, kit.rows[i].source, kit.rows[i].key);
	fclose(out);
	import_csv(sheet);
	free(sheet);
	assert_string_equal(said, "");
	assert_non_null(strstr(written, "lang = \"tyz\";"));
	assert_non_null(strstr(written, "right = \"Đúng rồi! \\\"lố\\\"\";"));
	assert_non_null(strstr(written, "ONE-A : { src_rev = 1;"));
}

static void refused(const char *rows, const char *expected)
{
	char *text = NULL;

	begin(GOOD, "en");
	assert_true(asprintf(&text, "key,source,translation,rev,src_rev,state\n%s", rows) > 0);
	import_csv(text);
	free(text);
	assert_memory_equal(said, expected, strlen(expected));
	/* What else there is to say: the other rows are not there. */
	assert_true(said_size == strlen(expected) ||
		    strstr(said + strlen(expected), " not translated, ") != NULL);
}

static void an_unknown_key_is_refused(void **state)
{
	(void)state;
	refused("ui.other,x,y,,,ok\n",
		"a.csv:2: key \"ui.other\" is not in the pack, expected one of the export\n");
}

static void a_key_twice_is_refused(void **state)
{
	(void)state;
	refused("ui.right,Đúng rồi!,Yes,,,ok\nui.right,Đúng rồi!,No,,,ok\n",
		"a.csv:3: key ui.right is in line 2 already, expected it once\n");
}

static void a_rev_that_was_never_exported_is_refused(void **state)
{
	(void)state;
	refused("lessons.ONE.title,Bài ONE,x,2,1,ok\n"
		"lessons.ONE.body,\"Dừng lại, đọc bài ONE.\",y,1,b,bad\n",
		"a.csv:2: lessons.ONE.title: rev is \"2\", expected 1 to 1, as exported\n"
		"a.csv:3: lessons.ONE.body: src_rev is \"b\", expected at most 1, as exported\n"
		"a.csv:3: lessons.ONE.body: state is \"bad\", expected ok, stale or missing\n");
}

static void half_an_entry_is_refused(void **state)
{
	(void)state;
	refused("lessons.ONE.title,Bài ONE,x,1,1,ok\nlessons.ONE.body,Dừng lại và đọc bài "
		"ONE.,,1,1,ok\n",
		"a.csv:3: lessons.ONE.body has no translation, expected one because "
		"lessons.ONE.title has\n");
}

static void placeholders_are_those_of_the_source(void **state)
{
	(void)state;
	refused("ui.score,Điểm {n}/{m},Score {n}/{k},,,ok\n",
		"a.csv:2: ui.score lacks what the source has: {m}\n"
		"a.csv:2: ui.score has what the source lacks: {k}\n");
}

static void a_long_lesson_and_a_line_end_are_refused(void **state)
{
	char rows[600] = "lessons.ONE.title,Bài ONE,\"a\nb\",1,1,ok\n"
			 "lessons.ONE.body,\"Dừng lại, đọc bài ONE.\",";

	(void)state;
	for (size_t i = 0; i < LESSON_WORDS_MAX + 1; i++)
		strcat(rows, "mo ");
	strcat(rows, ",1,1,ok\n");
	refused(rows,
		"a.csv:2: lessons.ONE.title has the control character U+000A, expected one line of "
		"plain text\n"
		"a.csv:4: lessons.ONE.body has 61 words, expected at most 60\n");
}

static void a_file_without_the_columns_is_refused(void **state)
{
	(void)state;
	begin(GOOD, "en");
	import_csv("key,source,translated,rev,src_rev,state\n");
	assert_string_equal(said, "a.csv:1: there is no column translation, expected key, source, "
				  "translation, rev, src_rev, state\n");
}

static void a_changed_source_is_told(void **state)
{
	char *changed;

	(void)state;
	begin(GOOD, "en");
	export_csv();
	changed = csv_with("ui.right,Đúng rồi!,", "ui.right,Đúng!,");
	import_csv(changed);
	free(changed);
	assert_int_equal(report.errors, 0);
	assert_non_null(strstr(said,
			       ": warning: ui.right: the source has another text now, expected "
			       "somebody to compare the translation with it\n"));
	assert_non_null(strstr(written, "right = "));
}

static void the_loader_has_the_last_word(void **state)
{
	char path[] = "/tmp/congchao-kit-test-XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	begin(GOOD, "en");
	export_csv();
	import_csv(csv);
	assert_int_equal(write(fd, written, written_size), (ssize_t)written_size);
	assert_true(kit_loads(&kit, path, "a.csv"));
	assert_int_equal(ftruncate(fd, 40), 0);
	assert_false(kit_loads(&kit, path, "a.csv"));
	assert_true(report.errors > 0);
	close(fd);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(the_shipped_pack_comes_back_as_it_went, end),
	    cmocka_unit_test_teardown(what_is_stale_stays_stale, end),
	    cmocka_unit_test_teardown(a_changed_translation_is_of_the_rev_that_was_exported, end),
	    cmocka_unit_test_teardown(a_state_set_to_ok_is_enough, end),
	    cmocka_unit_test_teardown(half_a_language_is_refused, end),
	    cmocka_unit_test_teardown(a_spreadsheets_file_is_read, end),
	    cmocka_unit_test_teardown(an_unknown_key_is_refused, end),
	    cmocka_unit_test_teardown(a_key_twice_is_refused, end),
	    cmocka_unit_test_teardown(a_rev_that_was_never_exported_is_refused, end),
	    cmocka_unit_test_teardown(half_an_entry_is_refused, end),
	    cmocka_unit_test_teardown(placeholders_are_those_of_the_source, end),
	    cmocka_unit_test_teardown(a_long_lesson_and_a_line_end_are_refused, end),
	    cmocka_unit_test_teardown(a_file_without_the_columns_is_refused, end),
	    cmocka_unit_test_teardown(a_changed_source_is_told, end),
	    cmocka_unit_test_teardown(the_loader_has_the_last_word, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
