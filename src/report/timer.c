/*
 * What the timer starts every five minutes: most times it sees that it is not its time, and
 * ends. It waits for a moment that comes before the timer does, and never longer.
 */
#include <stdlib.h>
#include <time.h>

#include "common/log.h"
#include "report/attempt.h"
#include "report/command.h"
#include "report/own.h"
#include "report/schedule.h"

enum { DAY = 86400, NAP_SECONDS = 10 };

/* The clock may be set meanwhile: so it is looked at again and again. */
static void wait_until(int64_t when)
{
	int64_t left;

	while ((left = when - (int64_t)time(NULL)) > 0 && left <= SCHEDULE_WINDOW) {
		struct timespec nap = {.tv_sec = left < NAP_SECONDS ? left : NAP_SECONDS};

		nanosleep(&nap, NULL);
	}
}

static bool is_day_since(int64_t then)
{
	int64_t now = (int64_t)time(NULL);

	return now - then >= DAY || then > now;
}

/* When the next round is due by what is kept; -1: it cannot be known. */
static int64_t next_due(struct state *state, const struct key *key)
{
	struct schedule schedule;

	state_schedule(state, &schedule);
	return schedule_due(&schedule, schedule_slot(key->bytes), (int64_t)time(NULL));
}

/* One round if it is still due when the lock is had. */
static void try_once(const struct conf *conf, const struct key *key, struct state *state)
{
	struct round round = {.conf = conf, .key = key, .state = state};
	struct problem problem;

	if (!own_lock(conf, false)) {
		log_debug("another one is at work");
		return;
	}
	if (next_due(state, key) <= (int64_t)time(NULL)) {
		attempt_warn_site(conf, key);
		round.thorough = is_day_since(state_number(state, STATE_LOOKED));
		attempt_run(&round, &problem);
	}
	own_unlock();
}

int timer_run(const struct conf *conf, int count, char **words)
{
	int64_t end = (int64_t)time(NULL) + SCHEDULE_WINDOW, due;
	struct problem problem;
	struct state *state;
	struct key key;

	(void)count, (void)words;
	switch (key_read(conf, &key, &problem)) {
	case KEY_NONE:
		log_debug("not enrolled");
		return COMMAND_FINE;
	case KEY_FAILED:
		log_warnx("%s", problem.text);
		return COMMAND_PROBLEM;
	default:
		break;
	}
	state = conf->report_enabled ? state_open(conf, &problem) : NULL;
	if (state == NULL && conf->report_enabled)
		log_warnx("%s", problem.text);
	if (state == NULL)
		return conf->report_enabled ? COMMAND_PROBLEM : COMMAND_FINE;
	while ((due = next_due(state, &key)) <= end) {
		wait_until(due);
		if ((int64_t)time(NULL) >= end)
			break;
		try_once(conf, &key, state);
	}
	state_close(state);
	return COMMAND_FINE;
}
