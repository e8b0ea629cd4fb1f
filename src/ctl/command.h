/* The operator's commands: what each is given, and where it is. */
#ifndef CTL_COMMAND_H
#define CTL_COMMAND_H

#include <stdbool.h>

#include "common/conf.h"

/* Exit status of every command. */
enum { COMMAND_FINE, COMMAND_PROBLEM, COMMAND_USAGE };

/* What the command line said; strings are borrowed from it. */
struct command_line {
	const char *name; /* of the command */
	const char *file; /* the configuration */
	const char *from, *to;
	const char *topic; /* the word after a command that has several answers, or NULL */
	bool json, csv;
	struct ether mac;
	const char *address; /* of a device: IPv4, IPv6 or MAC */
	char **words; /* what follows a command with subcommands */
	int word_count;
};

/* Does what argv asks for; returns the exit status. */
int command_main(int argc, char **argv);

/* conf is loaded and without error, except for check: it loads it itself. */
typedef int command_run(const struct command_line *line, const struct conf *conf);

command_run check_run, status_run, visitors_run, release_run, revoke_run, end_run, stats_run,
    reload_run, setup_run, report_run, enrol_run, content_main;

/* "systemctl start congchao", "journalctl -u congchao", or as OpenWrt has it. */
const char *command_to_start(void);
const char *command_to_read_log(void);

#endif
