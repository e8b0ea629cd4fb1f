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

int release_run(const struct command_line *line, const struct conf *conf)
{
	char question[64], mac[ETHER_TEXT_SIZE], duration[OUT_DURATION_SIZE];
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
	if (line->json)
		printf("{\"mac\": \"%s\", \"state\": \"released\", \"seconds_left\": %lld}\n", mac,
		       seconds);
	else
		printf("%s is released for %s.\n", mac, out_duration(seconds, duration));
	return COMMAND_FINE;
}
