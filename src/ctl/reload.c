/*
 * congchao reload: lets the running portal take new content and new pages, without losing
 * anyone's visit. Portal checks them; this only asks.
 */
#include "ctl/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/control.h"
#include "ctl/out.h"

enum { LESSONS, QUESTIONS, VERSION_OF_PACK, WARNINGS, FIELDS };

static const char *const names[FIELDS] = {"lessons", "questions", "version", "warnings"};

static void print_json(char *const values[FIELDS])
{
	printf("{\"lessons\": %ld, \"questions\": %ld, \"version\": ",
	       strtol(values[LESSONS], NULL, 10), strtol(values[QUESTIONS], NULL, 10));
	out_json_text(stdout, values[VERSION_OF_PACK]);
	printf(", \"warnings\": %ld}\n", strtol(values[WARNINGS], NULL, 10));
}

static void print_text(char *const values[FIELDS])
{
	printf("Content %s is shown from now on: %s lessons, %s questions.\n",
	       values[VERSION_OF_PACK], values[LESSONS], values[QUESTIONS]);
	if (strcmp(values[WARNINGS], "0") != 0)
		printf("%s warnings: congchao check says them.\n", values[WARNINGS]);
}

int reload_run(const struct command_line *line, const struct conf *conf)
{
	static char unknown[] = "?";
	char *values[FIELDS] = {unknown, unknown, unknown, unknown};
	char *answer = control_ask(line, conf, "reload");
	char *cursor = answer, *key, *value;

	if (answer == NULL)
		return COMMAND_PROBLEM;
	while (control_next(&cursor, &key, &value))
		for (size_t i = 0; i < FIELDS; i++)
			if (strcmp(key, names[i]) == 0)
				values[i] = value;
	(line->json ? print_json : print_text)(values);
	free(answer);
	return COMMAND_FINE;
}
