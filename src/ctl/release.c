/*
 * congchao release MAC: lets a device through without questions, for who cannot see the
 * page or has no browser. Portal stores it and asks gate; this only asks portal.
 */
#include "ctl/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "ctl/control.h"
#include "ctl/out.h"

static void print_json(const char *mac, long long seconds)
{
	printf("{\"mac\": \"%s\", \"state\": \"released\", \"seconds_left\": %lld}\n", mac,
	       seconds);
}

static void print_text(const char *mac, long long seconds)
{
	char duration[OUT_DURATION_SIZE];

	printf("%s is released for %s.\n", mac, out_duration(seconds, duration));
}

int release_run(const struct command_line *line, const struct conf *conf)
{
	char question[64], mac[ETHER_TEXT_SIZE];
	char *answer, *cursor, *key, *value;
	long long seconds = -1;

	snprintf(question, sizeof(question), "release %s", ether_text(&line->mac, mac));
	answer = control_ask(line, conf, question);
	if (answer == NULL)
		return COMMAND_PROBLEM;
	cursor = answer;
	while (control_next(&cursor, &key, &value))
		if (strcmp(key, "seconds") == 0)
			seconds = strtoll(value, NULL, 10);
	free(answer);
	if (seconds < 0) {
		log_warnx("gate has not said for how long; see: congchao visitors");
		return COMMAND_PROBLEM;
	}
	(line->json ? print_json : print_text)(mac, seconds);
	return COMMAND_FINE;
}
