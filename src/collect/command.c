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

/* One that is a statement has sql, whose parameters are its words; the others have run. */
struct command {
	const char *names[2];
	int min, max; /* words after the names */
	enum who who;
	bool needs_key;
	task_run *run;
	const char *sql;
	const char *arguments, *about;
};

#define RUN(function) .run = (function)
#define SQL(text)     .sql = "select congchao." text

static const struct command commands[] = {
    {{"init"}, 0, 0, OWNER, false, RUN(init_run), .arguments = "",
     .about = "installs the schema, or brings it up to date"},
    {{"content"}, 1, 9, OFFICER, false, RUN(content_run), .arguments = "DIR [LANGUAGE...]",
     .about = "takes in a content pack: keys, options, sentences"},
    {{"area", "add"}, 2, 4, OFFICER, false,
     SQL("area_add($1, $2, coalesce($3, 'commune'), $4)"),
     .arguments = "ID NAME [KIND [PARENT]]",
     .about = "a place that sites are in: province, district or commune"},
    {{"site", "add"}, 3, 3, OFFICER, false, SQL("site_add($1, $2, $3)"),
     .arguments = "ID NAME AREA", .about = "a new site"},
    {{"site", "set"}, 2, 9, OFFICER, false, RUN(site_set), .arguments = "ID KEY=VALUE...",
     .about = "name, area, kind, address, capacity, opens, closes"},
    {{"site", "code"}, 1, 1, OFFICER, true, RUN(site_code), .arguments = "ID",
     .about = "prints a new one-time code for its gateway"},
    {{"site", "approve"}, 1, 1, OFFICER, false, SQL("site_status($1, 'active')"),
     .arguments = "ID", .about = "its reports count, those it has sent included"},
    {{"site", "suspend"}, 1, 2, OFFICER, false,
     SQL("site_status($1, 'suspended', session_user, coalesce($2, ''))"),
     .arguments = "ID [REASON]", .about = "what it reports from now on does not count"},
    {{"site", "revoke"}, 1, 2, OFFICER, false,
     SQL("site_status($1, 'revoked', session_user, coalesce($2, ''))"),
     .arguments = "ID [REASON]", .about = "its key is void, for ever"},
    {{"site", "include"}, 4, 4, OFFICER, false,
     SQL("flag_decide($1, $2::date, $3::date, 'include', $4)"), .arguments = "ID FROM TO REASON",
     .about = "these days count in spite of a flag"},
    {{"site", "exclude"}, 4, 4, OFFICER, false,
     SQL("flag_decide($1, $2::date, $3::date, 'exclude', $4)"), .arguments = "ID FROM TO REASON",
     .about = "these days do not count"},
    {{"site", "list"}, 0, 0, OFFICER, false, RUN(site_list), .arguments = "",
     .about = "all sites and how they are"},
    {{"population"}, 4, 4, OFFICER, false, SQL("population_put($1, $2::date, $3::bigint, $4)"),
     .arguments = "AUDIENCE DATE PEOPLE SOURCE", .about = "of how many, who says so, of when"},
    {{"survey"}, 5, 5, OFFICER, false,
     SQL("survey_put($1, $2::date, $3::bigint, $4::bigint, $5)"),
     .arguments = "AUDIENCE DATE REACHED ASKED SOURCE", .about = "what a survey has found"},
    {{"roster"}, 6, 6, OFFICER, false,
     SQL("roster_put($1, $2, $3::date, $4::bigint, $5::bigint, $6)"),
     .arguments = "AUDIENCE AGENCY DATE REACHED SIZE SOURCE",
     .about = "an agency's codes: how many came back"},
    {{"target"}, 5, 5, OFFICER, false, SQL("target_put($1, $2, $3, $4::numeric, $5)"),
     .arguments = "PLAN AUDIENCE >|>= PERCENT BASIS",
     .about = "basis: survey, roster or events"},
    {{"account", "add"}, 2, 3, OWNER, false, RUN(account_add),
     .arguments = "NAME --role officer|reader|auditor",
     .about = "who may see the dashboard; asks for the password"},
    {{"account", "close"}, 1, 1, OWNER, false, SQL("account_enable($1, false)"),
     .arguments = "NAME", .about = "logs it out, and does not let it in any more"},
    {{"account", "list"}, 0, 0, OWNER, false, RUN(account_list), .arguments = "",
     .about = "all accounts"},
    {{"report"}, 2, 2, OFFICER, false, RUN(report_file_run), .arguments = "MONTH FILE",
     .about = "the monthly report as a page in a file, for a PDF"},
    {{"roll"}, 0, 0, KEEPER, false, RUN(roll_run), .arguments = "",
     .about = "sums the days that have changed"},
    {{"retain"}, 0, 0, KEEPER, false, RUN(retain_run), .arguments = "",
     .about = "drops what is old, makes partitions ahead"},
    {{"freeze"}, 0, 1, KEEPER, false, RUN(freeze_run), .arguments = "[MONTH]",
     .about = "closes a month (2026-11), or all that are due"},
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
		char line[96];

		snprintf(line, sizeof(line), "%s%s%s %s", command->names[0],
			 command->names[1] != NULL ? " " : "",
			 command->names[1] != NULL ? command->names[1] : "", command->arguments);
		fprintf(out, "  %-47s %s\n", line, command->about);
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

/* Words that were not given are null. */
static int statement(const struct command *command, const struct task *task)
{
	const char *values[DB_PARAMS_MAX] = {NULL};

	for (int i = 0; i < task->count; i++)
		values[i] = task->words[i];
	return db_do(task->db, command->sql, command->max, values) < 0 ? 1 : 0;
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
	rc = command->sql != NULL ? statement(command, &task) : command->run(&task);
	PQfinish(task.db);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		log_warn("the answer could not be written");
		return 1;
	}
	return rc;
}
