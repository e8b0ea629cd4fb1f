/*
 * congchao content import: what it writes, where, and when it writes nothing.
 * links: ctl/import ctl/draft ctl/outfile ctl/quote ctl/gift ctl/aiken ctl/item ctl/intake
 * links: common/lesson_check common/conf_value common/ether common/report common/log
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <fcntl.h>
#include <libconfig.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/command.h"
#include "ctl/content.h"

static char folder[] = "/tmp/congchao-import-XXXXXX";

/* In place of content.c, which would link every subcommand. */
bool content_conf(const char *file, const char *pack, struct conf *conf, struct report *report)
{
	(void)file;
	(void)pack;
	(void)report;
	snprintf(conf->path_content, sizeof(conf->path_content), "%s", folder);
	snprintf(conf->languages[0], sizeof(conf->languages[0]), "vi");
	conf->language_count = 1;
	return true;
}

int content_usage(const char *name)
{
	(void)name;
	return COMMAND_USAGE;
}

static char *path_of(const char *name)
{
	static char path[300];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void put(const char *name, const char *text)
{
	FILE *out = fopen(path_of(name), "we");

	assert_non_null(out);
	fputs(text, out);
	fclose(out);
}

/* The command with its output thrown away: what it does is looked at. */
static int import(const char *name, const char *option, const char *value)
{
	char *file = strdup(path_of(name));
	char *argv[] = {strdup("import"), file, strdup(option), strdup(value), NULL};
	int out = dup(1), err = dup(2), nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC), rc;

	fflush(stdout);
	dup2(nowhere, 1);
	dup2(nowhere, 2);
	rc = content_import(*option == '\0' ? 2 : *value == '\0' ? 3 : 4, argv, "unused");
	fflush(stdout);
	dup2(out, 1);
	dup2(err, 2);
	close(out);
	close(err);
	close(nowhere);
	for (size_t i = 0; i < 4; i++)
		free(argv[i]);
	return rc;
}

static int begin(void **state)
{
	(void)state;
	memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
	return mkdtemp(folder) != NULL ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	for (const char *const *name =
		 (const char *const[]){"drafts/q.cfg", "q.cfg", "q.gift", "q.txt", NULL};
	     *name != NULL; name++)
		unlink(path_of(*name));
	rmdir(path_of("drafts"));
	return rmdir(folder);
}

static const char *text_at(const config_t *config, const char *path)
{
	const char *text = NULL;

	config_lookup_string(config, path, &text);
	return text != NULL ? text : "";
}

static void drafts_are_a_packs_entries_whatever_their_texts_hold(void **state)
{
	config_t config;
	const config_setting_t *options;

	(void)state;
	put("q.gift", "// id=CIT-A-A objective=CIT-A form=A level=2\n"
		      "::CIT-A-A::Nói \"không\" \\\\ gì? \\# \\{{=một \"hai\"#khen */ "
		      "~ba\\\\\n####vì \"thế\"}\n");
	assert_int_equal(import("q.gift", "--audience", "citizen"), COMMAND_FINE);
	config_init(&config);
	if (config_read_file(&config, path_of("drafts/q.cfg")) != CONFIG_TRUE)
		fail_msg("line %d: %s", config_error_line(&config), config_error_text(&config));
	assert_string_equal(text_at(&config, "questions.[0].id"), "CIT-A-A");
	assert_string_equal(text_at(&config, "questions.[0].fact"), "draft");
	assert_string_equal(text_at(&config, "questions.[0].audience"), "citizen");
	assert_string_equal(text_at(&config, "questions.[0].objective"), "CIT-A");
	assert_string_equal(text_at(&config, "questions.[0].key"), "a");
	options = config_lookup(&config, "questions.[0].options");
	assert_int_equal(config_setting_length(options), 2);
	assert_string_equal(text_at(&config, "text.lang"), "vi");
	assert_string_equal(text_at(&config, "text.questions.CIT-A-A.stem"),
			    "Nói \"không\" \\ gì? # {");
	assert_string_equal(text_at(&config, "text.questions.CIT-A-A.a"), "một \"hai\"");
	assert_string_equal(text_at(&config, "text.questions.CIT-A-A.b"), "ba\\");
	assert_string_equal(text_at(&config, "text.questions.CIT-A-A.why"), "vì \"thế\"");
	config_destroy(&config);
}

static void what_is_unknown_is_no_setting(void **state)
{
	config_t config;

	(void)state;
	put("q.txt", "Một?\nA) hai\nB) ba\nANSWER: B\n");
	assert_int_equal(import("q.txt", "", ""), COMMAND_FINE);
	config_init(&config);
	assert_int_equal(config_read_file(&config, path_of("drafts/q.cfg")), CONFIG_TRUE);
	assert_string_equal(text_at(&config, "questions.[0].id"), "DRAFT-1");
	assert_string_equal(text_at(&config, "questions.[0].key"), "b");
	assert_null(config_lookup(&config, "questions.[0].objective"));
	assert_null(config_lookup(&config, "questions.[0].source"));
	assert_null(config_lookup(&config, "text.questions.DRAFT-1.why"));
	config_destroy(&config);
}

static void one_mistake_and_nothing_is_written(void **state)
{
	(void)state;
	put("q.gift", "Một?{=hai ~ba}\n\nBốn?{T}\n");
	assert_int_equal(import("q.gift", "", ""), COMMAND_PROBLEM);
	assert_int_equal(access(path_of("drafts"), F_OK), -1);
}

static void an_editors_file_is_not_overwritten(void **state)
{
	char begun[8] = "";
	FILE *in;

	(void)state;
	put("q.gift", "Một?{=hai ~ba}\n");
	put("q.cfg", "edited\n");
	assert_int_equal(import("q.gift", "--to", folder), COMMAND_PROBLEM);
	in = fopen(path_of("q.cfg"), "re");
	assert_non_null(fgets(begun, sizeof(begun), in));
	fclose(in);
	assert_string_equal(begun, "edited\n");
}

static void force_overwrites(void **state)
{
	(void)state;
	put("q.gift", "Một?{=hai ~ba}\n");
	assert_int_equal(import("q.gift", "--force", ""), COMMAND_FINE);
	assert_int_equal(import("q.gift", "", ""), COMMAND_PROBLEM);
	assert_int_equal(import("q.gift", "--force", ""), COMMAND_FINE);
}

static void a_wrong_language_or_audience_is_a_usage_error(void **state)
{
	(void)state;
	put("q.gift", "Một?{=hai ~ba}\n");
	assert_int_equal(import("q.gift", "--lang", "tiếng"), COMMAND_USAGE);
	assert_int_equal(import("q.gift", "--audience", "a b"), COMMAND_USAGE);
	assert_int_equal(import("q.gift", "--nonsense", "x"), COMMAND_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(drafts_are_a_packs_entries_whatever_their_texts_hold,
					    begin, end),
	    cmocka_unit_test_setup_teardown(what_is_unknown_is_no_setting, begin, end),
	    cmocka_unit_test_setup_teardown(one_mistake_and_nothing_is_written, begin, end),
	    cmocka_unit_test_setup_teardown(an_editors_file_is_not_overwritten, begin, end),
	    cmocka_unit_test_setup_teardown(force_overwrites, begin, end),
	    cmocka_unit_test_setup_teardown(a_wrong_language_or_audience_is_a_usage_error, begin,
					    end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
