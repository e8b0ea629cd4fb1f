/*
 * congchao status: is the gate doing its job? The first line is the verdict and what to
 * do, the rest is for looking closer. Everything comes from portal's answer; what a key
 * means is in the table, and congchao.8 explains each.
 */
#include "ctl/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/control.h"
#include "ctl/out.h"
#include "ctl/status.h"

enum status_type { STATUS_TEXT, STATUS_NUMBER, STATUS_YES_NO };

static const struct {
	const char *name;
	enum status_type type;
} keys[STATUS__MAX] = {
    [STATUS_VERSION] = {"version", STATUS_TEXT},
    [STATUS_UPTIME] = {"uptime_seconds", STATUS_NUMBER},
    [STATUS_WHEN_DOWN] = {"when_down", STATUS_TEXT},
    [STATUS_TABLE] = {"table", STATUS_YES_NO},
    [STATUS_OWNER] = {"owner", STATUS_YES_NO},
    [STATUS_CTNETLINK] = {"ctnetlink", STATUS_YES_NO},
    [STATUS_RELEASED] = {"released", STATUS_NUMBER},
    [STATUS_RELEASED_MAX] = {"released_max", STATUS_NUMBER},
    [STATUS_VISITS] = {"visits", STATUS_NUMBER},
    [STATUS_VISITS_MAX] = {"visits_max", STATUS_NUMBER},
    [STATUS_HELD] = {"held", STATUS_NUMBER},
    [STATUS_LEARNING] = {"learning", STATUS_NUMBER},
    [STATUS_ACKNOWLEDGED] = {"acknowledged", STATUS_NUMBER},
    [STATUS_NEIGHBOUR_LIMIT] = {"neighbour_limit", STATUS_NUMBER},
    [STATUS_INTERFACES_PRESENT] = {"interfaces_present", STATUS_NUMBER},
    [STATUS_STORE] = {"store", STATUS_TEXT},
    [STATUS_JOURNAL] = {"journal", STATUS_TEXT},
    [STATUS_CLOCK] = {"clock", STATUS_TEXT},
    [STATUS_COMMITS] = {"commits", STATUS_NUMBER},
    [STATUS_FAILURES] = {"failures", STATUS_NUMBER},
    [STATUS_LAST_COMMIT] = {"last_commit_us", STATUS_NUMBER},
    [STATUS_LANDLOCK] = {"landlock", STATUS_YES_NO},
    [STATUS_SECCOMP] = {"seccomp", STATUS_YES_NO},
    [STATUS_UPLINK] = {"uplink", STATUS_TEXT},
    [STATUS_RESOLVER] = {"resolver", STATUS_YES_NO},
    [STATUS_TLS] = {"tls", STATUS_TEXT},
    [STATUS_TLS_DAYS] = {"tls_days", STATUS_NUMBER},
    [STATUS_LAST_TICK] = {"last_tick_us", STATUS_NUMBER},
    [STATUS_LONGEST_TICK] = {"longest_tick_us", STATUS_NUMBER},
};

static bool is_number(const char *text)
{
	size_t length = strlen(text);

	return length > 0 && length < 19 && strspn(text, "0123456789") == length;
}

void status_read(struct status *status, char *answer)
{
	char *key, *value;

	for (size_t i = 0; i < STATUS__MAX; i++)
		status->values[i] = NULL;
	while (control_next(&answer, &key, &value))
		for (size_t i = 0; i < STATUS__MAX; i++)
			if (strcmp(keys[i].name, key) == 0 &&
			    (keys[i].type != STATUS_NUMBER || is_number(value)))
				status->values[i] = value;
}

int64_t status_number(const struct status *status, enum status_key key)
{
	return status->values[key] != NULL ? strtoll(status->values[key], NULL, 10) : 0;
}

bool status_is(const struct status *status, enum status_key key, const char *value)
{
	return status->values[key] != NULL && strcmp(status->values[key], value) == 0;
}

static void print_json(const struct status *status)
{
	printf("{\"running\": true");
	for (size_t i = 0; i < STATUS__MAX; i++) {
		const char *value = status->values[i];

		printf(", \"%s\": ", keys[i].name);
		if (value == NULL)
			printf("null");
		else if (keys[i].type == STATUS_NUMBER)
			printf("%lld", strtoll(value, NULL, 10)); /* JSON allows no leading 0 */
		else if (keys[i].type == STATUS_YES_NO)
			printf("%s", strcmp(value, "yes") == 0 ? "true" : "false");
		else
			out_json_text(stdout, value);
	}
	puts("}");
}

int status_run(const struct command_line *line, const struct conf *conf)
{
	char *answer = control_ask(line, conf, "status");
	struct status status;
	bool works;

	if (answer == NULL) {
		if (line->json)
			puts("{\"running\": false}");
		return COMMAND_PROBLEM;
	}
	status_read(&status, answer);
	works = status_works(&status);
	if (line->json)
		print_json(&status);
	else
		status_print(&status, conf, stdout);
	free(answer);
	return works ? COMMAND_FINE : COMMAND_PROBLEM;
}
