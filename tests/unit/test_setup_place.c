/*
 * Files of other programs: written whole or not at all, with the owner and mode they had,
 * never through a stranger's link, never over what somebody has just changed.
 * links: ctl/setup_place common/report common/log
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
#include <sys/stat.h>
#include <unistd.h>

#include "ctl/setup_place.h"

static char root[64];
static char *said;
static struct report report;

static const char *at(const char *path)
{
	static char paths[4][128];
	static unsigned turn;
	char *out = paths[turn++ % 4];

	snprintf(out, sizeof(paths[0]), "%s/%s", root, path);
	return out;
}

static void put(const char *path, const char *text)
{
	FILE *out = fopen(at(path), "we");

	assert_non_null(out);
	fputs(text, out);
	fclose(out);
}

static void holds(const char *path, const char *expected)
{
	char text[256];
	FILE *in = fopen(at(path), "re");

	assert_non_null(in);
	text[fread(text, 1, sizeof(text) - 1, in)] = '\0';
	fclose(in);
	assert_string_equal(text, expected);
}

/* How many files the folder has. */
static int files(void)
{
	DIR *folder = opendir(at("etc/dnsmasq.d"));
	int count = -2;

	assert_non_null(folder);
	while (readdir(folder) != NULL)
		count++;
	closedir(folder);
	return count;
}

static int set_up(void **state)
{
	static size_t size;

	(void)state;
	snprintf(root, sizeof(root), "/tmp/test_setup_place.XXXXXX");
	assert_non_null(mkdtemp(root));
	assert_int_equal(mkdir(at("etc"), 0755), 0);
	assert_int_equal(mkdir(at("etc/dnsmasq.d"), 0755), 0);
	report = (struct report){.out = open_memstream(&said, &size)};
	return report.out != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
	char command[96];

	(void)state;
	fclose(report.out);
	free(said);
	snprintf(command, sizeof(command), "rm -r %s", root);
	return system(command);
}

static void begin(struct setup_place *place, const char *expected)
{
	char *text;

	assert_int_equal(setup_place_open(place, root, "/etc/dnsmasq.d", "congchao.conf", &report),
			 SETUP_FOUND);
	text = setup_place_read(place, &report);
	assert_non_null(text);
	assert_string_equal(text, expected);
	free(text);
}

static void says(const char *expected)
{
	fflush(report.out);
	if (strstr(said, expected) == NULL)
		fail_msg("expected \"%s\" in \"%s\"", expected, said);
}

static void test_new_file_and_away(void **state)
{
	struct setup_place place;
	struct stat st;

	(void)state;
	begin(&place, "");
	assert_false(place.there);
	assert_int_equal(setup_place_write(&place, "one\n", &report), 0);
	setup_place_close(&place);
	holds("etc/dnsmasq.d/congchao.conf", "one\n");
	assert_int_equal(stat(at("etc/dnsmasq.d/congchao.conf"), &st), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0644);
	begin(&place, "one\n");
	assert_true(place.there);
	assert_int_equal(setup_place_remove(&place, &report), 0);
	setup_place_close(&place);
	assert_int_equal(files(), 0);
	assert_int_equal(report.errors, 0);
}

static void test_owner_and_mode_stay(void **state)
{
	bool is_root = geteuid() == 0;
	struct setup_place place;
	struct stat st;

	(void)state;
	put("etc/dnsmasq.d/congchao.conf", "one\n");
	assert_int_equal(chmod(at("etc/dnsmasq.d/congchao.conf"), 0640), 0);
	if (is_root)
		assert_int_equal(chown(at("etc/dnsmasq.d/congchao.conf"), 4242, 4243), 0);
	begin(&place, "one\n");
	assert_int_equal(setup_place_write(&place, "two\n", &report), 0);
	setup_place_close(&place);
	holds("etc/dnsmasq.d/congchao.conf", "two\n");
	assert_int_equal(stat(at("etc/dnsmasq.d/congchao.conf"), &st), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0640);
	assert_int_equal(st.st_uid, is_root ? 4242 : geteuid());
	assert_int_equal(st.st_gid, is_root ? 4243 : getegid());
	assert_int_equal(files(), 1);
}

static void test_what_a_killed_run_has_left_goes(void **state)
{
	struct setup_place place;

	(void)state;
	put("etc/dnsmasq.d/.congchao.conf.congchao", "hal");
	begin(&place, "");
	assert_int_equal(setup_place_tidy(&place, &report), 0);
	assert_int_equal(files(), 0);
	put("etc/dnsmasq.d/.congchao.conf.congchao", "hal");
	assert_int_equal(setup_place_write(&place, "whole\n", &report), 0);
	setup_place_close(&place);
	holds("etc/dnsmasq.d/congchao.conf", "whole\n");
	assert_int_equal(files(), 1);
}

static void test_what_was_left_may_be_a_link(void **state)
{
	struct setup_place place;

	(void)state;
	put("etc/passwd", "root\n");
	assert_int_equal(symlink("../passwd", at("etc/dnsmasq.d/.congchao.conf.congchao")), 0);
	begin(&place, "");
	assert_int_equal(setup_place_write(&place, "whole\n", &report), 0);
	setup_place_close(&place);
	holds("etc/passwd", "root\n");
	holds("etc/dnsmasq.d/congchao.conf", "whole\n");
}

static void test_a_link_in_the_files_place_is_left_alone(void **state)
{
	struct setup_place place;

	(void)state;
	put("etc/passwd", "root\n");
	assert_int_equal(symlink("../passwd", at("etc/dnsmasq.d/congchao.conf")), 0);
	assert_int_equal(setup_place_open(&place, root, "/etc/dnsmasq.d", "congchao.conf", &report),
			 SETUP_FOUND);
	assert_null(setup_place_read(&place, &report));
	setup_place_close(&place);
	says("/congchao.conf: is a symbolic link");
	holds("etc/passwd", "root\n");
}

static void test_a_folder_in_the_files_place_is_left_alone(void **state)
{
	struct setup_place place;

	(void)state;
	assert_int_equal(mkdir(at("etc/dnsmasq.d/congchao.conf"), 0755), 0);
	assert_int_equal(setup_place_open(&place, root, "/etc/dnsmasq.d", "congchao.conf", &report),
			 SETUP_FOUND);
	assert_null(setup_place_read(&place, &report));
	setup_place_close(&place);
	says("or no file");
}

static void test_a_folder_behind_our_own_link(void **state)
{
	struct setup_place place;

	(void)state;
	assert_int_equal(rename(at("etc/dnsmasq.d"), at("elsewhere")), 0);
	assert_int_equal(symlink("../elsewhere", at("etc/dnsmasq.d")), 0);
	begin(&place, "");
	assert_int_equal(setup_place_write(&place, "one\n", &report), 0);
	setup_place_close(&place);
	holds("elsewhere/congchao.conf", "one\n");
}

static void test_a_folder_behind_a_strangers_link(void **state)
{
	struct setup_place place;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(rename(at("etc/dnsmasq.d"), at("elsewhere")), 0);
	assert_int_equal(symlink("../elsewhere", at("etc/dnsmasq.d")), 0);
	assert_int_equal(lchown(at("etc/dnsmasq.d"), 4242, 4242), 0);
	assert_int_equal(setup_place_open(&place, root, "/etc/dnsmasq.d", "congchao.conf", &report),
			 SETUP_FAILED);
	says("behind a symbolic link of another user");
}

static void test_no_folder_and_no_folder_at_all(void **state)
{
	struct setup_place place;

	(void)state;
	assert_int_equal(setup_place_open(&place, root, "/etc/config", "dhcp", &report),
			 SETUP_NO_FOLDER);
	assert_int_equal(report.errors, 0);
	put("etc/config", "a file\n");
	assert_int_equal(setup_place_open(&place, root, "/etc/config", "dhcp", &report),
			 SETUP_FAILED);
	assert_int_equal(report.errors, 1);
}

static void test_who_was_faster_wins(void **state)
{
	struct setup_place place;

	(void)state;
	put("etc/dnsmasq.d/congchao.conf", "one\n");
	begin(&place, "one\n");
	put("new", "two\n");
	assert_int_equal(rename(at("new"), at("etc/dnsmasq.d/congchao.conf")), 0);
	assert_int_equal(setup_place_write(&place, "three\n", &report), -1);
	says("another program has just changed it");
	assert_int_equal(setup_place_remove(&place, &report), -1);
	setup_place_close(&place);
	holds("etc/dnsmasq.d/congchao.conf", "two\n");
	assert_int_equal(files(), 1);
}

static void test_who_was_first_wins(void **state)
{
	struct setup_place place;

	(void)state;
	begin(&place, "");
	put("etc/dnsmasq.d/congchao.conf", "two\n");
	assert_int_equal(setup_place_write(&place, "three\n", &report), -1);
	setup_place_close(&place);
	holds("etc/dnsmasq.d/congchao.conf", "two\n");
	assert_int_equal(files(), 1);
}

static void test_no_text(void **state)
{
	struct setup_place place;
	FILE *out = fopen(at("etc/dnsmasq.d/congchao.conf"), "we");

	(void)state;
	assert_non_null(out);
	fwrite("a\0b", 1, 3, out);
	fclose(out);
	assert_int_equal(setup_place_open(&place, root, "/etc/dnsmasq.d", "congchao.conf", &report),
			 SETUP_FOUND);
	assert_null(setup_place_read(&place, &report));
	says("cannot be read");
	assert_int_equal(truncate(at("etc/dnsmasq.d/congchao.conf"), 1024 * 1024 + 1), 0);
	assert_null(setup_place_read(&place, &report));
	assert_int_equal(report.errors, 2);
	setup_place_close(&place);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_new_file_and_away),
	    TEST(test_owner_and_mode_stay),
	    TEST(test_what_a_killed_run_has_left_goes),
	    TEST(test_what_was_left_may_be_a_link),
	    TEST(test_a_link_in_the_files_place_is_left_alone),
	    TEST(test_a_folder_in_the_files_place_is_left_alone),
	    TEST(test_a_folder_behind_our_own_link),
	    TEST(test_a_folder_behind_a_strangers_link),
	    TEST(test_no_folder_and_no_folder_at_all),
	    TEST(test_who_was_faster_wins),
	    TEST(test_who_was_first_wins),
	    TEST(test_no_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
