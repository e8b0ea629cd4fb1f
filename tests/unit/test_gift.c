/*
 * GIFT: every refusal of tests/golden/gift with its line, what is taken, and that a bank
 * comes back as it went out. Run from the root of the tree.
 * links: ctl/gift ctl/aiken ctl/item ctl/intake common/lesson common/report
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/aiken.h"
#include "ctl/gift.h"
#include "ctl/intake.h"

#define GOLDEN "tests/golden/gift"

/* A file that was read. */
struct parsed {
	struct item_list list;
	char *text, *said;
	size_t said_size;
	unsigned errors;
};

static struct parsed parse_bytes(const char *path, const char *bytes, size_t size)
{
	struct parsed parsed = {0};
	struct report report = {.out = open_memstream(&parsed.said, &parsed.said_size)};

	assert_non_null(report.out);
	parsed.text = intake_clean(path, bytes, size, &report);
	if (parsed.text != NULL && strstr(path, ".aiken") != NULL)
		aiken_parse(parsed.text, path, &parsed.list, &report);
	else if (parsed.text != NULL)
		gift_parse(parsed.text, path, &parsed.list, &report);
	fclose(report.out);
	parsed.errors = report.errors;
	return parsed;
}

static struct parsed parse(const char *text)
{
	return parse_bytes("a.gift", text, strlen(text));
}

static void forget(struct parsed *parsed)
{
	item_list_free(&parsed->list);
	free(parsed->text);
	free(parsed->said);
}

static char *slurp(const char *path, size_t *size)
{
	enum { ROOM = 64 * 1024 };
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

static void refused_as_expected(const char *name)
{
	char path[300], expected_path[300];
	size_t size, expected_size;
	char *bytes, *expected;
	struct parsed parsed;

	snprintf(path, sizeof(path), GOLDEN "/%s", name);
	snprintf(expected_path, sizeof(expected_path), "%.*s.expected",
		 (int)(strrchr(path, '.') - path), path);
	bytes = slurp(path, &size);
	expected = slurp(expected_path, &expected_size);
	parsed = parse_bytes(name, bytes, size);
	assert_string_equal(parsed.said, expected);
	forget(&parsed);
	free(bytes);
	free(expected);
}

static void every_refusal_has_its_line(void **state)
{
	struct dirent *entry;
	DIR *folder = opendir(GOLDEN);
	int files = 0;

	(void)state;
	assert_non_null(folder);
	while ((entry = readdir(folder)) != NULL) {
		if (strstr(entry->d_name, ".gift") == NULL &&
		    strstr(entry->d_name, ".aiken") == NULL)
			continue;
		refused_as_expected(entry->d_name);
		files++;
	}
	closedir(folder);
	assert_true(files >= 11);
}

static void what_is_taken_means_what_moodle_takes_it_for(void **state)
{
	size_t size;
	char *bytes = slurp(GOLDEN "/good.gift", &size);
	struct parsed parsed = parse_bytes("good.gift", bytes, size);
	const struct item *item = parsed.list.items;

	(void)state;
	assert_int_equal(parsed.list.count, 4);
	assert_string_equal(item[0].id, "CIT-WIFI-B");
	assert_string_equal(item[0].audience, "citizen");
	assert_string_equal(item[0].topic, "wifi");
	assert_int_equal(item[0].form, 'B');
	assert_int_equal(item[0].level, 2);
	assert_string_equal(item[1].name, "Wi-Fi quán : chợ");
	assert_null(item[1].id);
	assert_string_equal(item[1].stem,
			    "Quán treo bảng \"{Wi-Fi}\", mật khẩu 1=1~2 #3. Dùng được không?");
	assert_int_equal(item[1].key, 1);
	assert_string_equal(item[1].options[1].text, "Được, đừng nhập OTP");
	assert_string_equal(item[1].options[1].feedback, "Đúng: a = b");
	assert_string_equal(item[1].options[2].text, "C:\\dir và \\ dòng hai");
	assert_string_equal(item[1].options[3].text, "50% thôi");
	assert_string_equal(item[1].why, "Vì a = b, ~ c, #d và {.");
	assert_null(item[2].name);
	assert_null(item[2].audience);
	assert_null(item[2].why);
	assert_string_equal(item[3].audience, "official");
	assert_int_equal(item[3].key, 2);
	assert_string_equal(item[3].options[2].text, "đúng");
	assert_string_equal(item[3].options[2].feedback, "khen");
	forget(&parsed);
	free(bytes);
}

static void letters_and_marks_are_composed(void **state)
{
	struct parsed parsed = parse("Mo\xcc\xa3\xcc\x82t?{=hai\xcc\x81 ~ba}");

	(void)state;
	assert_int_equal(parsed.errors, 0);
	assert_string_equal(parsed.list.items[0].stem, "Một?");
	assert_string_equal(parsed.list.items[0].options[0].text, "haí");
	forget(&parsed);
}

static void byte_order_mark_and_crlf_are_passed_over(void **state)
{
	struct parsed parsed = parse("\xef\xbb\xbf::Q::Một?{\r\n=hai\r\n~ba\r\n}\r\n\r\n"
				     "Hai?{=một\r~ba}\r\n");

	(void)state;
	assert_int_equal(parsed.errors, 0);
	assert_int_equal(parsed.list.count, 2);
	assert_string_equal(parsed.list.items[0].name, "Q");
	assert_string_equal(parsed.list.items[0].options[0].text, "hai");
	assert_int_equal(parsed.list.items[1].line, 6);
	forget(&parsed);
}

static void a_question_with_a_mistake_is_in_no_list(void **state)
{
	struct parsed parsed = parse("Một?{=hai =ba ~tư}\n\nHai?{=ba ~bốn}\n");

	(void)state;
	assert_int_equal(parsed.errors, 1);
	assert_int_equal(parsed.list.count, 1);
	assert_string_equal(parsed.list.items[0].stem, "Hai?");
	forget(&parsed);
}

static void marks_need_no_space_before_them(void **state)
{
	struct parsed parsed = parse("Một?{~hai#sai=ba#đúng~bốn####vì}");

	(void)state;
	assert_int_equal(parsed.errors, 0);
	assert_int_equal(parsed.list.items[0].key, 1);
	assert_string_equal(parsed.list.items[0].options[0].feedback, "sai");
	assert_string_equal(parsed.list.items[0].options[2].text, "bốn");
	assert_string_equal(parsed.list.items[0].why, "vì");
	forget(&parsed);
	parsed = parse("Một?{=hai ~ba#####vì}"); /* the last four, as for Moodle */
	assert_string_equal(parsed.list.items[0].why, "vì");
	assert_null(parsed.list.items[0].options[1].feedback);
	forget(&parsed);
}

static void somebody_elses_comment_is_no_metadata(void **state)
{
	struct parsed parsed = parse("// question: 5  name: id=7\n//===Phần một===\n// x=1\n"
				     "// id = CIT-X\nMột?{=hai ~ba}\n");

	(void)state;
	assert_int_equal(parsed.errors, 0);
	assert_null(parsed.list.items[0].id);
	forget(&parsed);
}

static void a_file_over_one_mebibyte_is_refused(void **state)
{
	size_t size = INTAKE_MAX + 1;
	char *bytes = malloc(size);
	struct parsed parsed;

	(void)state;
	assert_non_null(bytes);
	memset(bytes, '\n', size);
	parsed = parse_bytes("big.gift", bytes, size);
	assert_string_equal(parsed.said,
			    "big.gift: is too large, expected at most 1048576 bytes\n");
	forget(&parsed);
	free(bytes);
}

static void same_text(const char *a, const char *b)
{
	assert_int_equal(a == NULL, b == NULL);
	if (a != NULL)
		assert_string_equal(a, b);
}

static void same_item(const struct item *a, const struct item *b)
{
	same_text(a->name, b->name);
	same_text(a->id, b->id);
	same_text(a->objective, b->objective);
	same_text(a->audience, b->audience);
	same_text(a->topic, b->topic);
	assert_int_equal(a->form, b->form);
	assert_int_equal(a->level, b->level);
	same_text(a->stem, b->stem);
	same_text(a->why, b->why);
	assert_int_equal(a->option_count, b->option_count);
	assert_int_equal(a->key, b->key);
	for (size_t i = 0; i < a->option_count; i++) {
		same_text(a->options[i].text, b->options[i].text);
		same_text(a->options[i].feedback, b->options[i].feedback);
	}
}

/* Writes the items, reads them again, and compares. */
static void comes_back(const struct item *items, size_t count)
{
	char *gift = NULL;
	size_t size;
	FILE *out = open_memstream(&gift, &size);
	struct parsed parsed;

	assert_non_null(out);
	for (size_t i = 0; i < count; i++)
		gift_write(out, &items[i], i > 0 ? &items[i - 1] : NULL);
	fclose(out);
	parsed = parse(gift);
	assert_string_equal(parsed.said, "");
	assert_int_equal(parsed.list.count, count);
	for (size_t i = 0; i < count; i++)
		same_item(&items[i], &parsed.list.items[i]);
	forget(&parsed);
	free(gift);
}

static void the_shipped_bank_comes_back_as_it_went(void **state)
{
	struct conf conf = {
	    .path_content = "etc/content", .languages = {"vi", "en"}, .language_count = 2};
	char *said = NULL;
	size_t size;
	struct report report = {.out = open_memstream(&said, &size)};
	struct lesson_bank *bank = lesson_load(&conf, &report);
	struct item *items;

	(void)state;
	fclose(report.out);
	if (bank == NULL)
		fail_msg("%s", said);
	items = calloc(bank->question_count, sizeof(*items));
	assert_non_null(items);
	for (size_t language = 0; language < 2; language++) {
		for (size_t i = 0; i < bank->question_count; i++)
			items[i] = item_of_bank(bank, i, language);
		comes_back(items, bank->question_count);
	}
	free(items);
	lesson_free(bank);
	free(said);
}

static void what_gift_takes_for_more_than_itself_comes_back(void **state)
{
	const struct item items[] = {
	    {.name = "a::b",
	     .stem = "[html] {x} = ~ # : \\ \\n //",
	     .option_count = 3,
	     .key = 2,
	     .options = {{.text = "%50% giảm"}, {.text = "[markdown]"}, {.text = "TRUE~x"}},
	     .why = "####[html] = ~"},
	    {.id = "CIT-X",
	     .name = "CIT-X",
	     .stem = "// ba",
	     .option_count = 2,
	     .audience = "citizen",
	     .options = {{.text = "=", .feedback = "%1%"}, {.text = "->", .feedback = "[plain]"}}},
	    {.stem = "$CATEGORY: x",
	     .option_count = 2,
	     .topic = "wifi",
	     .options = {{.text = "\\\\"}, {.text = "::"}}},
	};

	(void)state;
	comes_back(items, sizeof(items) / sizeof(items[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_refusal_has_its_line),
	    cmocka_unit_test(what_is_taken_means_what_moodle_takes_it_for),
	    cmocka_unit_test(letters_and_marks_are_composed),
	    cmocka_unit_test(byte_order_mark_and_crlf_are_passed_over),
	    cmocka_unit_test(a_question_with_a_mistake_is_in_no_list),
	    cmocka_unit_test(marks_need_no_space_before_them),
	    cmocka_unit_test(somebody_elses_comment_is_no_metadata),
	    cmocka_unit_test(a_file_over_one_mebibyte_is_refused),
	    cmocka_unit_test(the_shipped_bank_comes_back_as_it_went),
	    cmocka_unit_test(what_gift_takes_for_more_than_itself_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
