/*
 * What was typed: finds the command in the table, opens the database as whoever it is for,
 * and runs it.
 */
#include "collect/command.h"

#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "collect/db.h"
#include "collect/key.h"
#include "collect/task.h"
#include "common/log.h"

enum who { OFFICER, KEEPER, OWNER };

struct command {
	const char *names[2];
	int min, max; /* words after the names */
	enum who who;
	bool needs_key;
	task_run *run;
	const char *arguments, *about;
};

static const struct command commands[] = {
    {{"init"}, 0, 0, OWNER, false, init_run, "", "installs the schema, or brings it up to date"},
    {{"area", "add"}, 2, 4, OFFICER, false, area_add, "ID NAME [KIND [PARENT]]",
     "a place that sites are in: province, district or commune"},
    {{"site", "add"}, 3, 3, OFFICER, false, site_add, "ID NAME AREA", "a new site"},
    {{"site", "code"}, 1, 1, OFFICER, true, site_code, "ID",
     "prints a new one-time code for its gateway"},
    {{"site", "approve"}, 1, 1, OFFICER, false, site_approve, "ID",
     "from now on its reports count, those it has sent included"},
    {{"site", "suspend"}, 1, 2, OFFICER, false, site_suspend, "ID [REASON]",
     "what it reports from now on is kept and not counted"},
    {{"site", "revoke"}, 1, 2, OFFICER, false, site_revoke, "ID [REASON]",
     "its key is void, for ever"},
    {{"site", "list"}, 0, 0, OFFICER, false, site_list, "", "all sites and how they are"},
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static int names_of(const struct command *command)
{
	return command->names[1] != NULL ? 2 : 1;
}

void command_usage(FILE *out)
{
	fputs("usage: congchao-collect [-dhnV] [-c FILE] [COMMAND]\n\n"
	      "Without a command it is the server. Commands:\n\n",
	      out);
	for (size_t i = 0; i < COMMANDS; i++) {
		const struct command *command = &commands[i];
		char line[80];

		snprintf(line, sizeof(line), "%s%s%s %s", command->names[0],
			 command->names[1] != NULL ? " " : "",
			 command->names[1] != NULL ? command->names[1] : "", command->arguments);
		fprintf(out, "  %-34s %s\n", line, command->about);
	}
	fputs("\n  -c FILE  the configuration, " COLLECT_CONF_FILE " without it\n"
	      "  -n       only check the configuration\n\n"
	      "The manual: man congchao-collect\n",
	      out);
}

static bool is(const struct command *command, const struct command_line *line)
{
	int names = names_of(command);

	if (line->count < names)
		return false;
	for (int i = 0; i < names; i++)
		if (strcmp(line->words[i], command->names[i]) != 0)
			return false;
	return true;
}

const struct command *command_find(const struct command_line *line)
{
	for (size_t i = 0; i < COMMANDS; i++) {
		int words = line->count - names_of(&commands[i]);

		if (!is(&commands[i], line))
			continue;
		if (words >= commands[i].min && words <= commands[i].max)
			return &commands[i];
		log_warnx("%s %s takes %s", commands[i].names[0],
			  commands[i].names[1] != NULL ? commands[i].names[1] : "",
			  commands[i].max > 0 ? commands[i].arguments : "no further word");
		return NULL;
	}
	log_warnx("there is no command \"%s\"", line->words[0]);
	return NULL;
}

bool command_needs_key(const struct command *command)
{
	return command->needs_key;
}

const char *command_user(const struct command *command, const struct collect_conf *conf)
{
	switch (command->who) {
	case KEEPER:
		return conf->user_keeper;
	case OWNER:
		return conf->user_owner;
	case OFFICER:
		break;
	}
	return conf->user_officer;
}

/* The master key is made once, with the schema: for the server's user alone. */
int command_before(const struct command *command, const struct collect_conf *conf)
{
	const struct passwd *user;

	if (command->run != init_run || access(conf->key, F_OK) == 0)
		return 0;
	user = geteuid() == 0 ? getpwnam(conf->user_collect) : getpwuid(geteuid());
	if (user == NULL) {
		log_warnx("there is no user \"%s\" here, expected one (systemd-sysusers makes it)",
			  conf->user_collect);
		return -1;
	}
	if (key_make(conf->key, user->pw_uid, user->pw_gid) < 0) {
		log_warn("%s", conf->key);
		return -1;
	}
	printf("%s: a new master key. Keep a copy in a safe place: without it every gateway has to\n"
	       "be enrolled again.\n",
	       conf->key);
	return 0;
}

int command_run(const struct command *command, const struct command_line *line,
		const struct collect_conf *conf)
{
	int names = names_of(command);
	struct task task = {.db = db_open(conf),
			    .conf = conf,
			    .words = line->words + names,
			    .count = line->count - names};
	int rc;

	if (task.db == NULL)
		return 1;
	rc = command->run(&task);
	PQfinish(task.db);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		log_warn("the answer could not be written");
		return 1;
	}
	return rc;
}
