/*
 * congchao-collect: the department's end of the reports. Without a command it is the
 * server; with one it installs, keeps or manages the database and ends.
 */
#include <grp.h>
#include <pwd.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collect/command.h"
#include "collect/key.h"
#include "collect/serve.h"
#include "common/drop.h"
#include "common/log.h"

static void __attribute__((noreturn)) usage(FILE *out, int status)
{
	command_usage(out);
	exit(status);
}

static struct command_line options_read(int argc, char **argv, bool *check_only, bool *debug)
{
	struct command_line line = {.file = COLLECT_CONF_FILE};
	int c;

	while ((c = getopt(argc, argv, "+c:dhnV")) != -1) {
		switch (c) {
		case 'c':
			line.file = optarg;
			break;
		case 'd':
			*debug = true;
			break;
		case 'n':
			*check_only = true;
			break;
		case 'V':
			puts("congchao-collect " VERSION);
			exit(0);
		case 'h':
			usage(stdout, 0);
		default:
			usage(stderr, 2);
		}
	}
	line.words = argv + optind;
	line.count = argc - optind;
	return line;
}

/* Root's rights end here: whoever the database knows for this kind of work goes on. */
static void become(const char *name)
{
	struct passwd *user;

	if (geteuid() != 0)
		return;
	user = getpwnam(name);
	if (user == NULL)
		fatalx("there is no user \"%s\" here, expected one (systemd-sysusers makes it)",
		       name);
	if (drop_privileges(user, 0) < 0)
		fatal("user %s", name);
	/* libpq looks for ~/.pgpass. */
	if (setenv("HOME", user->pw_dir, 1) < 0)
		fatal("HOME");
}

/* Whose the master key may be, beside root. */
static uid_t key_owner(const struct collect_conf *conf)
{
	const struct passwd *user = geteuid() == 0 ? getpwnam(conf->user_collect) : NULL;

	return user != NULL ? user->pw_uid : geteuid();
}

int main(int argc, char **argv)
{
	static struct collect_conf conf;
	struct report report = {.out = stderr};
	bool check_only = false, debug = false;
	struct command_line line = options_read(argc, argv, &check_only, &debug);
	const struct command *command = NULL;
	int rc;

	log_init("congchao-collect", debug);
	if (line.count > 0 && (command = command_find(&line)) == NULL)
		usage(stderr, 2);
	if (collect_conf_load(&conf, line.file, &report) < 0)
		return 1;
	if (check_only)
		return 0;
	if (sodium_init() < 0)
		fatalx("libsodium");
	if (command != NULL && command_before(command, &conf) < 0)
		return 1;
	if ((command == NULL || command_needs_key(command)) &&
	    key_open(conf.key, key_owner(&conf)) < 0)
		return 1;
	become(command == NULL ? conf.user_collect : command_user(command, &conf));
	rc = command == NULL ? serve_run(&conf) : command_run(command, &line, &conf);
	key_close();
	return rc;
}
