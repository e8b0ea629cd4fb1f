/*
 * Asking portal: against a small server that says what the test wants, and what becomes
 * of its answers.
 * links: ctl/control ctl/command ctl/status ctl/status_print ctl/visitors ctl/db ctl/out
 * links: common/conf common/ether common/report common/log
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "ctl/control.h"
#include "ctl/status.h"
#include "ctl/visitors.h"

static struct conf conf;
static const struct command_line line = {.name = "status"};
static char path[CONF_PATH_SIZE];
static char said[4096]; /* on stderr */

struct server {
	int fd;
	const char *answer;
	size_t times; /* how often it is sent */
	char asked[128];
	pthread_t thread;
};

static void *serve(void *arg)
{
	struct server *server = arg;
	int fd = accept(server->fd, NULL, NULL);
	size_t used = 0;

	while (fd >= 0 && memchr(server->asked, '\n', used) == NULL) {
		ssize_t n = recv(fd, server->asked + used, sizeof(server->asked) - 1 - used, 0);

		if (n <= 0)
			break;
		used += (size_t)n;
	}
	for (size_t i = 0; i < server->times; i++)
		if (send(fd, server->answer, strlen(server->answer), MSG_NOSIGNAL) < 0)
			break;
	close(fd);
	return NULL;
}

static int listen_at(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_true(strlen(path) < sizeof(address.sun_path));
	memcpy(address.sun_path, path, strlen(path));
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

/* control_ask with stderr caught in said. */
static char *ask(const char *question)
{
	FILE *caught = tmpfile();
	int saved = dup(STDERR_FILENO);
	char *answer;

	assert_non_null(caught);
	fflush(stderr);
	dup2(fileno(caught), STDERR_FILENO);
	answer = control_ask(&line, &conf, question);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(caught);
	said[fread(said, 1, sizeof(said) - 1, caught)] = '\0';
	fclose(caught);
	return answer;
}

/* Asks a server that sends answer so many times; "asked" is left in server. */
static char *ask_server(struct server *server, const char *answer, size_t times)
{
	char *got;

	*server = (struct server){.fd = listen_at(), .answer = answer, .times = times};
	assert_int_equal(listen(server->fd, 1), 0);
	assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
	got = ask("status");
	pthread_join(server->thread, NULL);
	close(server->fd);
	return got;
}

static int setup(void **state)
{
	char folder[] = "/tmp/test_ctl_control.XXXXXX";

	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(conf.path_run, sizeof(conf.path_run), "%s", folder);
	conf_control_path(&conf, path);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(conf.path_run);
}

static void the_question_is_one_line_and_the_answer_what_follows_ok(void **state)
{
	struct server server;
	char *answer = ask_server(&server, "ok\nversion 0.1.0\nreleased 12\n", 1);

	(void)state;
	assert_string_equal(server.asked, "status\n");
	assert_non_null(answer);
	assert_string_equal(answer, "version 0.1.0\nreleased 12\n");
	assert_string_equal(said, "");
	free(answer);
}

static void an_error_is_told_as_it_is(void **state)
{
	struct server server;

	(void)state;
	assert_null(ask_server(&server, "error that device is not on the Wi-Fi now\n", 1));
	assert_string_equal(said, "congchao: that device is not on the Wi-Fi now\n");
}

static void an_answer_cannot_reach_the_terminal_with_escapes(void **state)
{
	struct server server;
	char *answer = ask_server(&server, "ok\nversion \x1b[2J\xc2\x9b\r\n", 1);

	(void)state;
	assert_non_null(answer);
	assert_string_equal(answer, "version ?[2J???\n");
	free(answer);
}

static void an_answer_that_is_none_is_said_to_be_none(void **state)
{
	struct server server;

	(void)state;
	assert_null(ask_server(&server, "hello\n", 1));
	assert_non_null(strstr(said, "not understood"));
}

static void a_closed_connection_is_no_answer(void **state)
{
	struct server server;

	(void)state;
	assert_null(ask_server(&server, "", 0));
	assert_non_null(strstr(said, "not understood"));
}

static void an_answer_without_end_is_cut_off(void **state)
{
	struct server server;
	char *block = malloc(65537);

	(void)state;
	assert_non_null(block);
	memset(block, 'x', 65536);
	memcpy(block, "ok\n", 3); /* cut off without a word it would be taken */
	block[65536] = '\0';
	assert_null(ask_server(&server, block, CONTROL_BYTES_MAX / 65536 + 1));
	assert_non_null(strstr(said, "not understood"));
	free(block);
}

static void no_socket_means_not_running(void **state)
{
	(void)state;
	assert_null(ask("status"));
	assert_string_equal(said,
			    access("/etc/openwrt_release", F_OK) == 0
				? "congchao: gate is not running: /etc/init.d/congchao start\n"
				: "congchao: gate is not running: systemctl start congchao\n");
}

static void a_socket_that_nobody_listens_to_means_not_running(void **state)
{
	int fd = listen_at(); /* bound, but not listening */

	(void)state;
	assert_null(ask("status"));
	assert_non_null(strstr(said, "gate is not running"));
	close(fd);
}

static void a_socket_of_others_means_run_it_as_root(void **state)
{
	int fd = listen_at();

	(void)state;
	if (geteuid() == 0) {
		close(fd);
		skip(); /* root may connect to every socket */
	}
	chmod(path, 0);
	assert_null(ask("status"));
	assert_string_equal(said, "congchao: run it as root: sudo congchao status\n");
	close(fd);
}

static char *all_well(void)
{
	return strdup("version 0.1.0\nuptime_seconds 273600\nwhen_down open\ntable yes\nowner yes\n"
		      "ctnetlink yes\nreleased 12\nreleased_max 65536\nvisits 3\nvisits_max 4096\n"
		      "learning 2\nacknowledged 1\nneighbour_limit 65536\ninterfaces_present 1\n"
		      "store ok\njournal wal\nclock settled\ncommits 40\nfailures 0\n"
		      "last_commit_us 812\nlandlock no\nseccomp yes\nuplink up\nresolver yes\n");
}

/* The status with one line in place of another, as it is printed; for the caller to free. */
static char *printed(const char *from, const char *to, bool *works)
{
	char *answer = all_well(), *at = strstr(answer, from), *changed = NULL, *text = NULL;
	struct status status;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(at);
	assert_non_null(out);
	assert_true(
	    asprintf(&changed, "%.*s%s%s", (int)(at - answer), answer, to, at + strlen(from)) > 0);
	status_read(&status, changed);
	*works = status_works(&status);
	status_print(&status, &conf, out);
	fclose(out);
	free(answer);
	free(changed);
	return text;
}

static void assert_verdict(const char *from, const char *to, bool works, const char *verdict)
{
	bool really;
	char *text = printed(from, to, &really);

	if (strncmp(text, verdict, strlen(verdict)) != 0)
		fail_msg("expected: %s\nfound: %s", verdict, text);
	assert_int_equal(really, works);
	free(text);
}

static void the_first_line_is_the_verdict(void **state)
{
	(void)state;
	snprintf(conf.path_state, sizeof(conf.path_state), "/var/lib/congchao");
	snprintf(conf.zones[0].interfaces[0], IF_NAMESIZE, "wlan0");
	assert_verdict("", "", true, "Running: the gate is up, 12 people online.\n");
	assert_verdict("released 12", "released 1", true,
		       "Running: the gate is up, 1 person online.\n");
	assert_verdict("table yes", "table no", false, "Not holding anybody");
	assert_verdict("table yes\n", "", false, "Not holding anybody");
	assert_verdict("store ok", "store failing", false, "Nobody new gets online: acknowl");
	assert_verdict("released 12", "released 65536", false, "Nobody new gets online: all 65536");
	assert_verdict("interfaces_present 1", "interfaces_present 0", true,
		       "Running, but none of the interfaces is there: waiting for wlan0.\n");
	assert_verdict("uplink up", "uplink down", true,
		       "Running, but this place has no internet: 12 people are let through and told "
		       "so.\n");
	assert_verdict("uplink up", "uplink unchecked", true, "Running: the gate is up");
}

static void few_neighbours_and_a_missing_owner_give_advice(void **state)
{
	bool works;
	char *text = printed("neighbour_limit 65536", "neighbour_limit 1024", &works);

	(void)state;
	assert_non_null(strstr(text, "sysctl -w net.ipv4.neigh.default.gc_thresh3=65536\n"));
	free(text);
	text = printed("owner yes", "owner no", &works);
	assert_non_null(strstr(text, "Advice: this kernel cannot tie the rules to the gate"));
	assert_true(works);
	free(text);
	text = printed("resolver yes", "resolver no", &works);
	assert_non_null(strstr(text, "Advice: the gate's resolver has ended"));
	assert_true(works);
	free(text);
	text = printed("", "", &works);
	assert_null(strstr(text, "Advice"));
	assert_non_null(strstr(text, "  internet      there\n"));
	free(text);
}

static void what_is_no_number_counts_as_not_said(void **state)
{
	char answer[] = "released twelve\nvisits -1\nlearning 99999999999999999999\ncommits 7\n";
	struct status status;

	(void)state;
	status_read(&status, answer);
	assert_null(status.values[STATUS_RELEASED]);
	assert_null(status.values[STATUS_VISITS]);
	assert_null(status.values[STATUS_LEARNING]);
	assert_int_equal(status_number(&status, STATUS_COMMITS), 7);
}

static void a_visit_is_four_words(void **state)
{
	struct visitor visitor;

	(void)state;
	assert_true(visitors_parse("learning 02:00:5e:00:00:01 wifi 12", &visitor));
	assert_string_equal(visitor.state, "learning");
	assert_string_equal(visitor.zone, "wifi");
	assert_int_equal(visitor.mac.byte[5], 1);
	assert_int_equal(visitor.seconds, 12);
}

static void a_visit_that_is_none_is_passed_over(void **state)
{
	static const char *const values[] = {
	    "",
	    "learning",
	    "sleeping 02:00:5e:00:00:01 wifi 12",
	    "held zz wifi 12",
	    "held 02:00:5e:00:00:01 wifi",
	    "held 02:00:5e:00:00:01 wifi -1",
	    "held 02:00:5e:00:00:01 wifi 1 more",
	    "held 02:00:5e:00:00:01 wifi x",
	    "held 02:00:5e:00:00:01 a-name-of-more-than-thirty-two-bytes 1"};
	struct visitor visitor;

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		if (visitors_parse(values[i], &visitor))
			fail_msg("\"%s\" was taken for a visit", values[i]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(the_question_is_one_line_and_the_answer_what_follows_ok),
	    TEST(an_error_is_told_as_it_is),
	    TEST(an_answer_cannot_reach_the_terminal_with_escapes),
	    TEST(an_answer_that_is_none_is_said_to_be_none),
	    TEST(a_closed_connection_is_no_answer),
	    TEST(an_answer_without_end_is_cut_off),
	    TEST(no_socket_means_not_running),
	    TEST(a_socket_that_nobody_listens_to_means_not_running),
	    TEST(a_socket_of_others_means_run_it_as_root),
	    cmocka_unit_test(the_first_line_is_the_verdict),
	    cmocka_unit_test(few_neighbours_and_a_missing_owner_give_advice),
	    cmocka_unit_test(what_is_no_number_counts_as_not_said),
	    cmocka_unit_test(a_visit_is_four_words),
	    cmocka_unit_test(a_visit_that_is_none_is_passed_over),
	};

	return cmocka_run_group_tests_name("ctl_control", tests, NULL, NULL);
}
