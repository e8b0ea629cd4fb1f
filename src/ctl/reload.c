/*
 * congchao reload: lets the running portal take new content, new pages and a new certificate,
 * without losing anyone's visit. Portal checks them; this only asks.
 */
#include "ctl/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "ctl/control.h"
#include "ctl/out.h"

enum { LESSONS, QUESTIONS, VERSION_OF_PACK, WARNINGS, CERTIFICATE, FIELDS };

static const char *const names[FIELDS] = {"lessons", "questions", "version", "warnings",
					    "certificate"};

static void print_json(char *const values[FIELDS])
{
	printf("{\"lessons\": %ld, \"questions\": %ld, \"version\": ",
	       strtol(values[LESSONS], NULL, 10), strtol(values[QUESTIONS], NULL, 10));
	out_json_text(stdout, values[VERSION_OF_PACK]);
	printf(", \"warnings\": %ld, \"certificate\": ", strtol(values[WARNINGS], NULL, 10));
	out_json_text(stdout, values[CERTIFICATE]);
	puts("}");
}

static void print_text(char *const values[FIELDS])
{
	printf("Content %s is shown from now on: %s lessons, %s questions.\n",
	       values[VERSION_OF_PACK], values[LESSONS], values[QUESTIONS]);
	if (strcmp(values[WARNINGS], "0") != 0)
		printf("%s warnings: congchao check says them.\n", values[WARNINGS]);
	if (strcmp(values[CERTIFICATE], "taken") == 0)
		puts("The certificate was read again and is shown from now on.");
}

int reload_run(const struct command_line *line, const struct conf *conf)
{
	static char unknown[] = "?";
	char *values[FIELDS] = {unknown, unknown, unknown, unknown, unknown};
	char *answer = control_ask(line, conf, "reload");
	char *cursor = answer, *key, *value;
	bool refused;

	if (answer == NULL)
		return COMMAND_PROBLEM;
	while (control_next(&cursor, &key, &value))
		for (size_t i = 0; i < FIELDS; i++)
			if (strcmp(key, names[i]) == 0)
				values[i] = value;
	(line->json ? print_json : print_text)(values);
	refused = strcmp(values[CERTIFICATE], "refused") == 0;
	free(answer);
	/* For the hook of whoever renews it. */
	if (refused)
		log_warnx("the certificate is not taken: the log says why, and so does congchao "
			  "check");
	return refused ? COMMAND_PROBLEM : COMMAND_FINE;
}
