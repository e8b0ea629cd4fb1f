/*
 * The span of hours to report; see span.h. An hour in it without counts is reported as
 * "nobody came", so that it must hold no hour of which this is not known.
 */
#include "report/span.h"

#include "common/log.h"
#include "report/text.h"

enum { DAY = 86400 };

static int64_t enrolled_hour(const struct key *key)
{
	return key->enrolled - key->enrolled % HOUR_SECONDS;
}

void span_find(struct state *state, const struct key *key, int64_t now, int64_t *from, int64_t *to)
{
	int64_t since = state_number(state, STATE_SINCE);
	int64_t oldest = now - (int64_t)SPAN_DAYS * DAY + HOUR_SECONDS - 1;

	if (since == 0)
		since = enrolled_hour(key);
	oldest -= oldest % HOUR_SECONDS;
	*to = now - now % HOUR_SECONDS;
	*from = since > oldest ? since : oldest;
	if (*from < state_number(state, STATE_OTHERS))
		*from = state_number(state, STATE_OTHERS);
	if (*from > *to)
		*from = *to;
}

/*
 * Portal sets a broken database aside and begins a new one. Hours of before it are then not
 * "nobody came" but not known: they must not replace what the department has.
 */
static int note_new(struct state *state, int64_t first, int64_t now, struct problem *problem)
{
	int64_t since = first > 0 ? first : now - now % HOUR_SECONDS;
	char text[TEXT_TIME_SIZE];

	log_warnx("the database of the counters was begun anew: hours before %s are left as they "
		  "were reported",
		  text_utc(since, text));
	if (state_begin(state, problem) < 0)
		return -1;
	if (state_put_number(state, STATE_SINCE, since, problem) < 0 ||
	    state_put_number(state, STATE_FIRST, first > 0 ? first : 0, problem) < 0 ||
	    state_give_up(state, since, problem) < 0) {
		state_abandon(state);
		return -1;
	}
	return state_commit(state, problem);
}

int span_note(struct state *state, const struct key *key, int64_t first, int64_t now,
	      struct problem *problem)
{
	int64_t known = state_number(state, STATE_FIRST);
	int64_t before = state_number(state, STATE_SINCE);
	int64_t since = before != 0 ? before : enrolled_hour(key);

	if (known > 0 && (first < 0 || first > known))
		return note_new(state, first, now, problem);
	/* What was counted before the enrolment counts; so do hours whose clock was set late. */
	if (first > 0 && first < since)
		since = first;
	if (first > 0 && first != known && state_put_number(state, STATE_FIRST, first, problem) < 0)
		return -1;
	return since != before ? state_put_number(state, STATE_SINCE, since, problem) : 0;
}
