/*
 * congchao report status: what is unsent, since when, and why. Reads the reporter's own file
 * and its key only: it neither asks the department nor looks at the counters.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/log.h"
#include "report/attempt.h"
#include "report/command.h"
#include "report/schedule.h"
#include "report/span.h"
#include "report/status.h"
#include "report/text.h"

enum form { FORM_TEXT, FORM_JSON, FORM_METRICS };

static void count_parked(void *arg, const struct revision *revision)
{
	struct status *status = arg;

	(void)revision;
	status->parked++;
}

static int read_status(struct state *state, struct status *status, struct problem *problem)
{
	int64_t now = (int64_t)time(NULL);
	struct schedule schedule;

	key_url(status->conf, status->key, status->url);
	state_schedule(state, &schedule);
	state_text(state, STATE_PROBLEM, status->problem, sizeof(status->problem));
	status->problem_since = state_number(state, STATE_PROBLEM_SINCE);
	status->success = state_number(state, STATE_SUCCESS);
	status->tried = schedule.tried;
	status->failures = schedule.failures;
	status->next = schedule_due(&schedule, schedule_slot(status->key->bytes), now);
	span_find(state, status->key, now, &status->from, &status->to);
	if (state_parked(state, count_parked, status, problem) < 0)
		return -1;
	return state_unsent(state, status->from, status->to, &status->unsent, &status->oldest,
			    problem);
}

/* "name": "2026-11-20T08:00:00Z", or null. */
static void json_time(const char *name, int64_t seconds)
{
	char text[TEXT_TIME_SIZE];

	if (seconds > 0)
		printf(", \"%s\": \"%s\"", name, text_utc(seconds, text));
	else
		printf(", \"%s\": null", name);
}

static void json_parked(void *arg, const struct revision *revision)
{
	size_t *printed = arg;
	char text[TEXT_TIME_SIZE];

	printf("%s{\"period\": \"%s\", \"rev\": %lld, \"code\": %d, \"reason\": ",
	       (*printed)++ > 0 ? ", " : "", text_utc(revision->hour, text),
	       (long long)revision->rev, revision->code);
	text_json(stdout, revision_reason(revision->code));
	printf(", \"said\": ");
	text_json(stdout, revision->said);
	putchar('}');
}

static void print_json(struct state *state, const struct status *status)
{
	struct problem problem;
	size_t printed = 0;

	printf("{\"enrolled\": true, \"enabled\": %s, \"site\": ",
	       status->conf->report_enabled ? "true" : "false");
	text_json(stdout, status->key->site);
	printf(", \"key_version\": %u, \"url\": ", (unsigned)status->key->version);
	text_json(stdout, status->url);
	printf(", \"unsent\": %lld", (long long)status->unsent);
	json_time("oldest_unsent", status->unsent > 0 ? status->oldest : 0);
	json_time("last_success", status->success);
	json_time("last_attempt", status->tried);
	json_time("next_attempt", status->conf->report_enabled ? status->next : 0);
	printf(", \"failures\": %lld, \"problem\": ", (long long)status->failures);
	if (status->problem[0] != '\0')
		text_json(stdout, status->problem);
	else
		printf("null");
	json_time("problem_since", status->problem[0] != '\0' ? status->problem_since : 0);
	printf(", \"parked\": [");
	if (state_parked(state, json_parked, &printed, &problem) < 0)
		log_warnx("%s", problem.text);
	puts("]}");
}

static void print_parked(void *arg, const struct revision *revision)
{
	char text[TEXT_TIME_SIZE];

	(void)arg;
	printf("  %s  %s%s%s\n", text_local(revision->hour, text), revision_reason(revision->code),
	       revision->said[0] != '\0' ? " -- " : "", revision->said);
}

static void print_verdict(const struct status *status)
{
	char text[TEXT_TIME_SIZE], since[TEXT_TIME_SIZE];

	if (!status->conf->report_enabled)
		puts("report.enabled is false: nothing is sent.");
	if (status->from >= status->to)
		printf("Nothing to send yet: the first hour ends at %s.\n",
		       text_local(status->to + HOUR_SECONDS, text));
	else if (status->unsent == 0)
		printf("Every hour up to %s is at the department.\n", text_local(status->to, text));
	else
		printf("%lld hour%s not at the department yet, the first of %s.\n",
		       (long long)status->unsent, status->unsent == 1 ? " is" : "s are",
		       text_local(status->oldest, text));
	if (status->problem[0] != '\0')
		printf("Since %s: %s.\n", text_local(status->problem_since, since),
		       status->problem);
}

static void print_line(const char *name, int64_t seconds, const char *otherwise)
{
	char text[TEXT_TIME_SIZE];

	printf("%-14s%s\n", name, seconds > 0 ? text_local(seconds, text) : otherwise);
}

static void print_text(struct state *state, const struct status *status)
{
	struct problem problem;

	print_verdict(status);
	printf("\n%-14s%s\n%-14s%s (key version %u)\n", "Site", status->key->site, "Reports to",
	       status->url, (unsigned)status->key->version);
	print_line("Last success", status->success, "never");
	print_line("Last attempt", status->tried, "never");
	print_line("Next attempt", status->conf->report_enabled ? status->next : 0, "none");
	if (status->parked == 0)
		return;
	puts("\nHours that are not sent, times local:");
	if (state_parked(state, print_parked, NULL, &problem) < 0)
		log_warnx("%s", problem.text);
}

static int print(const struct conf *conf, const struct key *key, enum form form)
{
	struct status status = {.conf = conf, .key = key};
	struct problem problem;
	struct state *state = state_open(conf, &problem);
	int rc = state != NULL ? read_status(state, &status, &problem) : -1;

	if (rc < 0)
		log_warnx("%s", problem.text);
	else if (form == FORM_JSON)
		print_json(state, &status);
	else if (form == FORM_METRICS)
		status_metrics(&status, stdout);
	else
		print_text(state, &status);
	state_close(state);
	/* Numbers that say that something is wrong are to be had like others. */
	if (rc == 0 && form == FORM_METRICS)
		return COMMAND_FINE;
	return rc == 0 && status.problem[0] == '\0' && status.parked == 0 ? COMMAND_FINE
									  : COMMAND_PROBLEM;
}

static int print_none(enum form form)
{
	static const struct status none;

	if (form == FORM_JSON)
		puts("{\"enrolled\": false}");
	if (form == FORM_METRICS)
		status_metrics(&none, stdout);
	return form == FORM_METRICS ? COMMAND_FINE : COMMAND_PROBLEM;
}

int status_run(const struct conf *conf, int count, char **words)
{
	bool json = count == 1 && strcmp(words[0], "--json") == 0;
	bool metrics = count == 1 && strcmp(words[0], "--prometheus") == 0;
	enum form form = json ? FORM_JSON : metrics ? FORM_METRICS : FORM_TEXT;
	struct key key;

	if (count > 1 || (count == 1 && form == FORM_TEXT)) {
		log_warnx("status takes --json, --prometheus or nothing");
		return COMMAND_USAGE;
	}
	if (!command_key(conf, &key))
		return print_none(form);
	attempt_warn_site(conf, &key);
	return print(conf, &key, form);
}
