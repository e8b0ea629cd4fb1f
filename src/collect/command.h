/* The commands of an administrator or an officer, and of the timers: what each needs. */
#ifndef COLLECT_COMMAND_H
#define COLLECT_COMMAND_H

#include <postgresql/libpq-fe.h>
#include <stdbool.h>
#include <stdio.h>

#include "collect/conf.h"

struct command_line {
	const char *file; /* the configuration */
	char **words;	  /* the command's name and what follows it */
	int count;
};

struct command;

void command_usage(FILE *out);
/* NULL: there is no such command, or it was given the wrong number of words. */
const struct command *command_find(const struct command_line *line);

bool command_needs_key(const struct command *command);
/* As whom it talks to the database. */
const char *command_user(const struct command *command, const struct collect_conf *conf);
/* What has to be done as root, before. 0, or -1 after telling. */
int command_before(const struct command *command, const struct collect_conf *conf);
/* Returns the program's exit status. */
int command_run(const struct command *command, const struct command_line *line,
		const struct collect_conf *conf);

#endif
