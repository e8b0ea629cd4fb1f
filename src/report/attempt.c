/*
 * A round and what follows from it for the schedule; see attempt.h. That it is under way is
 * written down first: a round that ends the program must not be tried again at once.
 */
#include "report/attempt.h"

#include <sodium.h>
#include <string.h>
#include <time.h>

#include "common/log.h"
#include "report/schedule.h"

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

enum round_end attempt_run(struct round *round, struct problem *problem)
{
	struct problem unkept;
	struct schedule schedule;
	enum round_end end;

	state_schedule(round->state, &schedule);
	schedule_begin(&schedule, (int64_t)time(NULL));
	if (state_put_schedule(round->state, &schedule, problem) < 0) {
		log_warnx("%s", problem->text);
		return ROUND_RETRY;
	}
	end = round_run(round, problem);
	plan(&schedule, round, end);
	say(round, end, problem);
	if (state_put_schedule(round->state, &schedule, &unkept) < 0)
		log_warnx("%s", unkept.text);
	return end;
}
