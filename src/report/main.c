/*
 * congchao-report: tells the department what was counted here, hour by hour. Started by a
 * timer, and by `congchao report` for the operator. It reads the counters and its own
 * folder, and speaks HTTPS with one server; it never sees a MAC address, never asks the
 * other programs, never starts one.
 */
#include <getopt.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/conf.h"
#include "common/log.h"
#include "report/command.h"
#include "report/own.h"
#include "report/problem.h"

static const struct verb {
	const char *name;
	command_run *run;
	int words;
	const char *arguments, *about;
} verbs[] = {
    {"now", now_run, 0, "", "reports all that is unsent, at once"},
    {"status", status_run, -1, " [--json | --prometheus]", "what is unsent, since when, and why"},
    {"enrol", enrol_run, 2, " CODE URL", "with the code and the address on the department's slip"},
    {"rotate", rotate_run, 0, "", "gets a new key from the department"},
};

enum { VERBS = sizeof(verbs) / sizeof(verbs[0]) };

static void __attribute__((noreturn)) usage(FILE *out, int status)
{
	fputs("usage: congchao-report [-dhnV] [-c file] [command]\n\n", out);
	for (size_t i = 0; i < VERBS; i++)
		fprintf(out, "  %s%s\n      %s\n", verbs[i].name, verbs[i].arguments,
			verbs[i].about);
	fputs("\nWithout a command, as the timer starts it: reports when it is time to.\n", out);
	exit(status);
}

struct options {
	const char *file;
	bool check_only;
	bool debug;
};

static struct options options_read(int argc, char **argv)
{
	static const struct option long_options[] = {{"help", no_argument, NULL, 'h'},
						     {"version", no_argument, NULL, 'V'},
						     {NULL, 0, NULL, 0}};
	struct options options = {.file = CONF_FILE};
	int c;

	while ((c = getopt_long(argc, argv, "+c:dhnV", long_options, NULL)) != -1) {
		switch (c) {
		case 'c':
			options.file = optarg;
			break;
		case 'd':
			options.debug = true;
			break;
		case 'n':
			options.check_only = true;
			break;
		case 'V':
			puts("congchao-report " VERSION);
			exit(0);
		case 'h':
			usage(stdout, 0);
		default:
			usage(stderr, 2);
		}
	}
	return options;
}

static const struct verb *verb_find(int count, char **words)
{
	static const struct verb timer = {"", timer_run, -1, "", ""};

	if (count == 0)
		return &timer;
	for (size_t i = 0; i < VERBS; i++)
		if (strcmp(words[0], verbs[i].name) == 0 &&
		    (verbs[i].words < 0 || verbs[i].words == count - 1))
			return &verbs[i];
	usage(strcmp(words[0], "help") == 0 ? stdout : stderr,
	      strcmp(words[0], "help") == 0 ? 0 : 2);
}

/*
 * Nothing of whoever has started it: a proxy, a file of keys to log (SSLKEYLOGFILE) or other
 * authorities to trust must come from the configuration or not at all.
 */
static void environment_clear(void)
{
	const char *zone = getenv("TZ");
	char *kept = zone != NULL ? strdup(zone) : NULL;

	if (clearenv() != 0 || (kept != NULL && setenv("TZ", kept, 1) < 0))
		fatal("the environment");
	free(kept);
}

bool command_key(const struct conf *conf, struct key *key)
{
	struct problem problem;

	switch (key_read(conf, key, &problem)) {
	case KEY_FOUND:
		return true;
	case KEY_NONE:
		log_warnx("this gateway is not enrolled: ask the department for a code, then "
			  "congchao enrol CODE URL");
		return false;
	default:
		log_warnx("%s", problem.text);
		return false;
	}
}

int main(int argc, char **argv)
{
	static struct conf conf;
	struct options options = options_read(argc, argv);
	struct report report = {.out = stderr};
	const struct verb *verb = verb_find(argc - optind, argv + optind);
	int rc;

	log_init("congchao-report", options.debug);
	environment_clear();
	signal(SIGPIPE, SIG_IGN);
	if (conf_load(&conf, options.file, &report) < 0)
		return COMMAND_PROBLEM;
	if (options.check_only)
		return COMMAND_FINE;
	own_become(&conf);
	if (sodium_init() < 0)
		fatalx("libsodium cannot be used here");
	rc = verb->run(&conf, argc - optind - (optind < argc), argv + optind + (optind < argc));
	if (fflush(stdout) != 0 || ferror(stdout)) {
		log_warn("the answer could not be written");
		return COMMAND_PROBLEM;
	}
	return rc;
}
