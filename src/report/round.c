/*
 * One round; see round.h. The order is what makes counts exact: what is to be sent is
 * written down, then sent, then the answer is written down. Killed in between, the next
 * round sends the same again, which the department stores once.
 */
#include "report/round.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/log.h"
#include "report/batch.h"
#include "report/counters.h"
#include "report/post.h"
#include "report/span.h"
#include "report/text.h"

enum {
	DAY = 86400,
	RECENT_SECONDS = 3 * DAY, /* in which hours still change now and then */
	PASSES_MAX = 3,
};

struct work {
	struct round *round;
	struct counters *counters;
	struct post *post;
	struct problem *problem;
	char url[CONF_URL_SIZE];
	int64_t from, to, at; /* the hours of this round; the next to be looked at */
	bool settled;
	bool again;  /* some hour is to go once more, under a later revision */
	size_t most; /* reports in a request: fewer once one was refused as a whole */
	struct batch batch;
};

static int survey(struct work *work, int64_t now)
{
	int64_t first;
	bool wait;

	if (counters_begin(work->counters, work->problem) < 0 ||
	    counters_first(work->counters, &first, work->problem) < 0 ||
	    counters_wait(work->counters, &wait, work->problem) < 0 ||
	    counters_end(work->counters, work->problem) < 0 ||
	    span_note(work->round->state, work->round->key, first, now, work->problem) < 0)
		return -1;
	work->settled = !wait;
	span_find(work->round->state, work->round->key, now, &work->from, &work->to);
	return 0;
}

static void say_parked(const struct revision *known)
{
	char text[TEXT_TIME_SIZE];

	log_warnx("the hour %s is not reported: %s%s%s", text_utc(known->hour, text),
		  revision_reason(known->code), known->said[0] != '\0' ? " -- " : "", known->said);
}

static int put_parked(struct work *work, const struct revision *known)
{
	say_parked(known);
	work->round->parked++;
	return state_put_hour(work->round->state, known, work->problem);
}

/* Looks at one hour: 1, the batch is full before it; 0, done with it; -1. */
static int look(struct work *work)
{
	struct revision known;
	struct hour hour = {0};
	enum revision_step step;
	int rc = -1;

	if (state_hour(work->round->state, work->at, &known, work->problem) < 0)
		return -1;
	if (!work->round->thorough && known.state >= REVISION_CONFIRMED &&
	    work->at < work->to - RECENT_SECONDS)
		return 0;
	if (counters_hour(work->counters, work->at, &hour, work->problem) < 0)
		goto out;
	step = revision_next(&known, &hour);
	if (step == REVISION_SEND && hour.length > HOUR_TEXT_MAX) {
		revision_park(&known, REVISION_TOO_LARGE);
		step = REVISION_PARK;
	}
	if (step == REVISION_PARK) {
		rc = put_parked(work, &known);
	} else if (step == REVISION_SEND && !batch_has_room(&work->batch, &hour, work->most)) {
		rc = 1;
	} else {
		if (step == REVISION_SEND)
			batch_add(&work->batch, &known, &hour);
		rc = 0;
	}
out:
	hour_free(&hour);
	return rc;
}

/* Fills the batch from work->at on. */
static int fill(struct work *work)
{
	int rc = counters_begin(work->counters, work->problem);

	for (; rc == 0 && work->at < work->to; work->at += HOUR_SECONDS) {
		rc = look(work);
		if (rc != 0)
			break;
	}
	if (counters_end(work->counters, work->problem) < 0 || rc < 0) {
		batch_clear(&work->batch);
		return -1;
	}
	return 0;
}

static int put_batch(struct work *work)
{
	struct state *state = work->round->state;

	if (state_begin(state, work->problem) < 0)
		return -1;
	for (size_t i = 0; i < work->batch.count; i++)
		if (state_put_hour(state, &work->batch.entries[i].known, work->problem) < 0) {
			state_abandon(state);
			return -1;
		}
	return state_commit(state, work->problem);
}

/* Sends the batch, once it is written down that it may arrive. */
static int send_batch(struct work *work, const struct post_answer **answer)
{
	struct batch_about about = {.key = work->round->key, .settled = work->settled};
	char *body;
	int rc;

	if (put_batch(work) < 0 ||
	    state_unsent(work->round->state, work->at, work->to, &about.unsent,
			 &about.oldest_unsent, work->problem) < 0)
		return -1;
	body = batch_body(&work->batch, &about);
	if (body == NULL)
		return problem_say(work->problem, "no memory");
	rc = post_send(work->post, work->url, "/v1/reports", work->round->key, body, answer,
		       work->problem);
	free(body);
	return rc;
}

static const struct revision_result *result_of(const struct answer *answer, int64_t hour)
{
	for (size_t i = 0; i < answer->count; i++)
		if (answer->results[i].hour == hour)
			return &answer->results[i];
	return NULL;
}

/* One report's result; false when the hour is to be tried again later. */
static bool settle(struct work *work, size_t i, const struct revision_result *result,
		   int64_t server, bool *ahead)
{
	struct revision *known = &work->batch.entries[i].known;
	const struct hour *hour = &work->batch.entries[i].hour;

	if (result == NULL || !revision_settle(known, result, server, ahead))
		return false;
	if (known->state == REVISION_PARKED) {
		say_parked(known);
		work->round->parked++;
	} else if (memcmp(known->digest, hour->digest, HOUR_DIGEST) != 0) {
		work->again = true;
	} else {
		work->round->delivered++;
	}
	return true;
}

static enum round_end say_left(struct work *work, size_t left, bool ahead, int64_t server)
{
	if (ahead) {
		problem_say(work->problem,
			    "this gateway's clock is %lld minutes ahead of the department's: is "
			    "NTP reached?",
			    (long long)((int64_t)time(NULL) - server) / 60);
		return ROUND_WAIT;
	}
	problem_say(work->problem, "the answer does not confirm %zu of the %zu hours sent", left,
		    work->batch.count);
	return ROUND_RETRY;
}

static enum round_end take_results(struct work *work, const struct post_answer *answer,
				   const struct answer *results)
{
	size_t left = 0;
	bool ahead = false;

	for (size_t i = 0; i < work->batch.count; i++)
		if (!settle(work, i, result_of(results, work->batch.entries[i].known.hour),
			    answer->date, &ahead))
			left++;
	if (put_batch(work) < 0)
		return ROUND_RETRY;
	return left == 0 ? ROUND_DONE : say_left(work, left, ahead, answer->date);
}

/*
 * The request as a whole was refused, for one of its reports or for its size: each goes
 * alone from now on, so that one that cannot be taken does not keep the others back.
 */
static enum round_end refuse_whole(struct work *work, enum revision_code code)
{
	if (work->batch.count > 1) {
		work->most = 1;
		work->at = work->batch.entries[0].known.hour;
		return ROUND_DONE;
	}
	revision_park(&work->batch.entries[0].known, code);
	return put_parked(work, &work->batch.entries[0].known) < 0 ? ROUND_RETRY : ROUND_DONE;
}

static enum round_end refuse_key(struct work *work)
{
	problem_say(work->problem,
		    "the department does not accept the key of site %s, version %u: revoked, or "
		    "enrolled on another gateway; ask it for a new code, then congchao enrol",
		    work->round->key->site, (unsigned)work->round->key->version);
	return ROUND_WAIT;
}

static enum round_end take_answer(struct work *work, const struct post_answer *answer)
{
	struct answer results;
	bool understood = answer_results(answer->body, answer->size, &results, work->problem) == 0;

	switch (answer->status) {
	case 200:
		return understood ? take_results(work, answer, &results) : ROUND_RETRY;
	case 409:
	case 422:
		if (understood)
			return take_results(work, answer, &results);
		if (answer->status == 409)
			return ROUND_RETRY;
		return refuse_whole(work, REVISION_UNREADABLE);
	case 413:
		return refuse_whole(work, REVISION_TOO_LARGE);
	case 401:
		return refuse_key(work);
	default:
		work->round->after = answer->retry_after;
		post_unexpected(answer, work->problem);
		return ROUND_RETRY;
	}
}

static enum round_end pass(struct work *work)
{
	const struct post_answer *answer;
	enum round_end end = ROUND_DONE;

	work->at = work->from;
	work->again = false;
	while (end == ROUND_DONE && work->at < work->to) {
		if (fill(work) < 0)
			return ROUND_RETRY;
		if (work->batch.count == 0)
			break;
		end = send_batch(work, &answer) < 0 ? ROUND_RETRY : take_answer(work, answer);
		batch_clear(&work->batch);
	}
	return end;
}

static enum round_end all_passes(struct work *work)
{
	enum round_end end;
	int passes = 0;

	do {
		end = pass(work);
	} while (end == ROUND_DONE && work->again && ++passes < PASSES_MAX);
	if (end == ROUND_DONE && work->again) {
		problem_say(work->problem,
			    "the department has other counts whenever an hour is sent: is there a "
			    "second gateway with this key?");
		end = ROUND_WAIT;
	}
	return end;
}

enum round_end round_run(struct round *round, struct problem *problem)
{
	int64_t now = (int64_t)time(NULL);
	static struct work work;
	char text[TEXT_TIME_SIZE];
	enum round_end end = ROUND_RETRY;

	problem->text[0] = '\0';
	round->after = round->delivered = round->parked = 0;
	work = (struct work){.round = round, .problem = problem, .most = BATCH_MAX};
	if (now < ROUND_CLOCK_FLOOR) {
		problem_say(problem, "the clock says %s: nothing is sent until it is set (NTP)",
			    text_utc(now, text));
		return ROUND_WAIT;
	}
	key_url(round->conf, round->key, work.url);
	work.counters = counters_open(round->conf, problem);
	work.post = work.counters != NULL ? post_open(round->conf, problem) : NULL;
	if (work.post != NULL && survey(&work, now) == 0)
		end = all_passes(&work);
	post_close(work.post);
	counters_close(work.counters);
	return end;
}
