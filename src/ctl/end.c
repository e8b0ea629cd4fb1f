/*
 * congchao end ADDRESS: ends the session of the device that has this address now, for a
 * computer that many people use. Portal asks gate which device that is.
 */
#include "ctl/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/control.h"

int end_run(const struct command_line *line, const struct conf *conf)
{
	char question[80];
	char *answer, *cursor, *key, *value;
	const char *mac = "", *seconds = "0";
	struct ether same;
	bool is_mac = ether_parse(line->address, &same);

	snprintf(question, sizeof(question), "end %s", line->address);
	answer = control_ask(line, conf, question);
	if (answer == NULL)
		return COMMAND_PROBLEM;
	cursor = answer;
	while (control_next(&cursor, &key, &value)) {
		if (strcmp(key, "mac") == 0)
			mac = value;
		else if (strcmp(key, "seconds") == 0)
			seconds = value;
	}
	if (line->json)
		printf("{\"mac\": \"%s\", \"state\": \"held\"}\n", mac);
	else
		printf("%s%s%s is held%s\n", mac, is_mac ? "" : " at ", is_mac ? "" : line->address,
		       strcmp(seconds, "0") == 0
			   ? ": no session of it goes on."
			   : " again: its session has ended, its connections are cut.");
	free(answer);
	return COMMAND_FINE;
}
