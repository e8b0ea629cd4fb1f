/*
 * congchao revoke MAC: ends a release at once. The device is held again and may answer
 * the questions again; to keep a device out for good is not this program's job.
 */
#include "ctl/command.h"

#include <stdio.h>
#include <stdlib.h>

#include "ctl/control.h"

int revoke_run(const struct command_line *line, const struct conf *conf)
{
	char question[64], mac[ETHER_TEXT_SIZE];
	char *answer;

	snprintf(question, sizeof(question), "revoke %s", ether_text(&line->mac, mac));
	answer = control_ask(line, conf, question);
	if (answer == NULL)
		return COMMAND_PROBLEM;
	free(answer);
	if (line->json)
		printf("{\"mac\": \"%s\", \"state\": \"held\"}\n", mac);
	else
		printf("%s is held again: its release has ended, its connections are cut.\n", mac);
	return COMMAND_FINE;
}
