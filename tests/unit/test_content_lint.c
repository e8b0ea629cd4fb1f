/*
 * congchao content lint: what it says of the packs of tests/golden/content (NAME.lint, and
 * first of all what the loader says), and the program itself, which lies beside the tests.
 * Takes the place of ctl/content. Run from the root of the tree.
 * links: ctl/content_lint common/lesson common/page common/template common/report
 */
#include "test_lesson.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include "ctl/content.h"
#include "ctl/content_lint.h"

static char program[512]; /* .../congchao */
static bool configured = true; /* it is given a configuration */
static const char *www;	  /* where the pages are; NULL: in the tree */

bool content_conf(const char *file, const char *folder, struct conf *conf, struct report *report)
{
	(void)file;
	(void)folder;
	(void)conf;
	(void)report;
	fail_msg("not called here");
	return false;
}

int content_usage(const char *name)
{
	(void)name;
	fail_msg("not called here");
	return 2;
}

/* What lint says of a pack, for the caller to free. */
static char *lint(const char *content)
{
	struct conf conf = conf_of(content);
	struct report report = {0};
	char *said = NULL;
	size_t size;

	report.out = open_memstream(&said, &size);
	assert_non_null(report.out);
	content_lint_pack(&conf, &report);
	fclose(report.out);
	return said;
}

/* --- Packs that lint has something to say about --- */

static int ends_with(const char *name, const char *ending)
{
	size_t length = strlen(name), ending_length = strlen(ending);

	return length > ending_length && strcmp(name + length - ending_length, ending) == 0;
}

static int is_lint(const struct dirent *entry)
{
	return ends_with(entry->d_name, ".lint");
}

static int is_expectation(const struct dirent *entry)
{
	return ends_with(entry->d_name, ".expected");
}

/* Does lint say what the file has, all of it or at the beginning? */
static bool golden_holds(const char *file, bool whole)
{
	char path[512];
	char *expected, *said;
	size_t size;
	bool holds;

	snprintf(path, sizeof(path), GOLDEN "/%s", file);
	expected = file_slurp(path, &size);
	*strrchr(path, '.') = '\0';
	said = lint(path);
	holds = strncmp(said, expected, size) == 0 && (!whole || said[size] == '\0');
	if (!holds)
		print_error("%s\nexpected:\n%ssaid:\n%s", path, expected, said);
	free(said);
	free(expected);
	return holds;
}

static void goldens_hold(int (*choose)(const struct dirent *), bool whole, int at_least)
{
	struct dirent **entries;
	int count = scandir(GOLDEN, &entries, choose, alphasort);
	int wrong = 0;

	assert_in_range(count, at_least, 1000);
	for (int i = 0; i < count; i++) {
		wrong += !golden_holds(entries[i]->d_name, whole);
		free(entries[i]);
	}
	free(entries);
	assert_int_equal(wrong, 0);
}

static void what_only_editors_mind_is_said_with_file_and_line(void **state)
{
	(void)state;
	goldens_hold(is_lint, true, 18);
}

static void what_the_loader_says_is_said_first(void **state)
{
	(void)state;
	goldens_hold(is_expectation, false, 40);
}

/* --- The program --- */

/* A configuration with the pages of the tree, or of www. */
static void conf_write(char path[64])
{
	char *root = getcwd(NULL, 0);
	char text[1024];
	int fd;

	assert_non_null(root);
	snprintf(
	    text, sizeof(text),
	    "zones = ( { name = \"wifi\"; interfaces = [ \"lo\" ]; release_for = \"12h\"; } );\n"
	    "paths = { content = \"%s/" SHIPPED "\"; www = \"%s%s\"; };\n",
	    root, www != NULL ? "" : root, www != NULL ? www : "/www/portal");
	free(root);
	snprintf(path, 64, "/tmp/test_content_lint.XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	file_put(path, text, strlen(text));
}

/* Runs congchao content lint; gives the exit status and the last line on stdout. */
static int program_run(const char *option, const char *folder, char last[128])
{
	char conf[64], out[64] = "/tmp/test_content_lint.XXXXXX";
	const char *argv[8] = {program, "-c", conf, "content", "lint"};
	const char *alone[] = {program, "content", "lint", NULL};
	posix_spawn_file_actions_t actions;
	size_t words = 5, size;
	char *said, *line;
	int status = -1, fd = mkstemp(out);
	pid_t pid;

	assert_true(fd >= 0);
	conf_write(conf);
	if (option != NULL)
		argv[words++] = option;
	if (folder != NULL)
		argv[words++] = folder;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fd, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	assert_int_equal(posix_spawn(&pid, program, &actions, NULL,
				     (char *const *)(configured ? argv : alone), environ),
			 0);
	posix_spawn_file_actions_destroy(&actions);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(fd);
	said = file_slurp(out, &size);
	if (size > 0)
		said[size - 1] = '\0';
	line = strrchr(said, '\n');
	snprintf(last, 128, "%s", line != NULL ? line + 1 : said);
	free(said);
	unlink(out);
	unlink(conf);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void program_is_there(void)
{
	if (access(program, X_OK) < 0)
		skip(); /* only the tests have been built */
}

static void shipped_pack_passes(void **state)
{
	char last[128];
	unsigned warnings;

	(void)state;
	program_is_there();
	assert_int_equal(program_run(NULL, NULL, last), 0);
	assert_true(sscanf(last, "0 errors, %u warning", &warnings) == 1 ||
		    strcmp(last, "The content pack is in order.") == 0);
}

/* The pack that lies beside build/, for who has cloned and built, and configured nothing. */
static void without_a_configuration_the_trees_pack_is_looked_at(void **state)
{
	char last[128];
	unsigned warnings;

	(void)state;
	program_is_there();
	if (access(CONF_FILE, F_OK) == 0 || strstr(program, "/check/") != NULL)
		skip(); /* this machine has one; or this build lies deeper */
	configured = false;
	assert_int_equal(program_run(NULL, NULL, last), 0);
	configured = true;
	assert_int_equal(sscanf(last, "0 errors, %u warning", &warnings), 1);
}

static void broken_pack_is_exit_1_and_its_mistakes_are_counted(void **state)
{
	char last[128];

	(void)state;
	program_is_there();
	www = "/nonexistent";
	assert_int_equal(program_run(NULL, GOLDEN "/lint-options-same", last), 1);
	assert_string_equal(last, "2 errors, 1 warning");
	www = NULL;
}

static void pages_are_checked_with_the_texts_of_the_pack(void **state)
{
	char last[128];
	unsigned errors;

	(void)state;
	program_is_there();
	/* It has but two of the sentences that the pages need. */
	assert_int_equal(program_run(NULL, GOOD, last), 1);
	assert_int_equal(sscanf(last, "%u errors, 0 warnings", &errors), 1);
	assert_in_range(errors, 10, 1000);
}

static void warnings_are_exit_0_but_1_when_strict(void **state)
{
	char last[128];

	(void)state;
	program_is_there();
	www = "/nonexistent"; /* the warning: pages are not checked */
	assert_int_equal(program_run(NULL, FULL, last), 0);
	assert_string_equal(last, "0 errors, 1 warning");
	assert_int_equal(program_run("--strict", FULL, last), 1);
	assert_string_equal(last, "0 errors, 1 warning");
	www = NULL;
}

static void wrong_use_is_exit_2(void **state)
{
	char last[128];

	(void)state;
	program_is_there();
	assert_int_equal(program_run("--nonsense", NULL, last), 2);
	assert_int_equal(program_run(GOOD, GOOD, last), 2);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_only_editors_mind_is_said_with_file_and_line),
	    cmocka_unit_test(what_the_loader_says_is_said_first),
	    cmocka_unit_test(shipped_pack_passes),
	    cmocka_unit_test(without_a_configuration_the_trees_pack_is_looked_at),
	    cmocka_unit_test(broken_pack_is_exit_1_and_its_mistakes_are_counted),
	    cmocka_unit_test(pages_are_checked_with_the_texts_of_the_pack),
	    cmocka_unit_test(warnings_are_exit_0_but_1_when_strict),
	    cmocka_unit_test(wrong_use_is_exit_2),
	};
	const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;

	snprintf(program, sizeof(program), "%.*s/../congchao",
		 slash != NULL ? (int)(slash - argv[0]) : 0, argv[0]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
