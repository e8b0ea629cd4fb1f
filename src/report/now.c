/* congchao report now: a round at once, and thoroughly, whatever the schedule says. */
#include <stdio.h>

#include "common/log.h"
#include "report/attempt.h"
#include "report/command.h"
#include "report/own.h"

static int run(const struct conf *conf, const struct key *key, struct state *state)
{
	struct round round = {.conf = conf, .key = key, .state = state, .thorough = true};
	struct problem problem;
	enum round_end end;

	attempt_warn_site(conf, key);
	end = attempt_run(&round, &problem);
	if (round.delivered > 0)
		printf("Delivered: %lld hour%s.\n", (long long)round.delivered,
		       round.delivered == 1 ? "" : "s");
	else if (end == ROUND_DONE)
		puts("Nothing was left to deliver.");
	if (round.parked > 0)
		printf("Not accepted: %lld; congchao report status says which.\n",
		       (long long)round.parked);
	return end == ROUND_DONE && round.parked == 0 ? COMMAND_FINE : COMMAND_PROBLEM;
}

int now_run(const struct conf *conf, int count, char **words)
{
	struct problem problem;
	struct state *state;
	struct key key;
	int rc;

	(void)count, (void)words;
	if (!conf->report_enabled) {
		log_warnx("report.enabled is false: nothing is sent");
		return COMMAND_PROBLEM;
	}
	if (!command_key(conf, &key))
		return COMMAND_PROBLEM;
	if (!own_lock(conf, false)) {
		log_info("a round is under way: waiting for its end");
		own_lock(conf, true);
	}
	state = state_open(conf, &problem);
	if (state == NULL) {
		log_warnx("%s", problem.text);
		return COMMAND_PROBLEM;
	}
	rc = run(conf, &key, state);
	state_close(state);
	return rc;
}
