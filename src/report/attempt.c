/* A round and what follows from it, for the schedule and for the operator; see attempt.h. */
#include "report/attempt.h"

#include <sodium.h>
#include <string.h>
#include <time.h>

#include "common/log.h"
#include "report/schedule.h"

enum { DAY = 86400, KEEP_DAYS = 61 };

void attempt_warn_site(const struct conf *conf, const struct key *key)
{
	static struct conf unset;

	conf_defaults(&unset);
	if (strcmp(conf->site_id, key->site) != 0 && strcmp(conf->site_id, unset.site_id) != 0)
		log_warnx(
		    "site.id is \"%s\", and this gateway is enrolled as \"%s\": it reports as "
		    "the latter; set site.id to it, or enrol anew",
		    conf->site_id, key->site);
}

static void say(const struct round *round, enum round_end end, const struct problem *problem)
{
	if (round->delivered > 0)
		log_info("the department has %lld hour%s more", (long long)round->delivered,
			 round->delivered == 1 ? "" : "s");
	if (end != ROUND_DONE)
		log_warnx("%s", problem->text);
}

/* A time to come back by the clock as it is now, which a round may have waited for. */
static void plan(struct schedule *schedule, const struct round *round, enum round_end end)
{
	if (end == ROUND_DONE)
		schedule_succeed(schedule);
	else if (end == ROUND_WAIT)
		schedule_wait(schedule);
	else
		schedule_fail(schedule, (int64_t)time(NULL), randombytes_random(), round->after);
}

/* How it ended, for status and for the next one. */
static int put_end(const struct round *round, int64_t began, enum round_end end,
		   const struct problem *said, struct problem *problem)
{
	struct state *state = round->state;
	char before[PROBLEM_SIZE];

	state_text(state, STATE_PROBLEM, before, sizeof(before));
	if (end != ROUND_DONE && before[0] == '\0' &&
	    state_put_number(state, STATE_PROBLEM_SINCE, began, problem) < 0)
		return -1;
	if (state_put_text(state, STATE_PROBLEM, end == ROUND_DONE ? "" : said->text, problem) < 0)
		return -1;
	if (end != ROUND_DONE)
		return 0;
	if (round->thorough && state_put_number(state, STATE_LOOKED, began, problem) < 0)
		return -1;
	if (state_put_number(state, STATE_SUCCESS, began, problem) < 0)
		return -1;
	return state_forget(state, began - (int64_t)KEEP_DAYS * DAY, problem);
}

/* All of it or nothing: a sync less is a year more for a router's flash. */
static void keep(const struct round *round, const struct schedule *schedule, enum round_end end,
		 const struct problem *said)
{
	struct problem problem;

	if (state_begin(round->state, &problem) == 0 &&
	    put_end(round, schedule->tried, end, said, &problem) == 0 &&
	    state_put_schedule(round->state, schedule, &problem) == 0 &&
	    state_commit(round->state, &problem) == 0)
		return;
	log_warnx("%s", problem.text);
	state_abandon(round->state);
}

enum round_end attempt_run(struct round *round, struct problem *problem)
{
	struct schedule schedule;
	enum round_end end;

	state_schedule(round->state, &schedule);
	schedule_begin(&schedule, (int64_t)time(NULL));
	end = round_run(round, problem);
	plan(&schedule, round, end);
	say(round, end, problem);
	keep(round, &schedule, end, problem);
	return end;
}
