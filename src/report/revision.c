/*
 * The state machine of an hour's revisions; see revision.h. Must never call an hour
 * confirmed unless an answer names its very revision and digest.
 */
#include "report/revision.h"

#include <stddef.h>
#include <string.h>

enum { FUTURE_SECONDS = 15 * 60, REV_MAX = INT32_MAX };

static bool is_content(const struct revision *known, const struct hour *now)
{
	return memcmp(known->digest, now->digest, HOUR_DIGEST) == 0;
}

void revision_park(struct revision *known, enum revision_code code)
{
	known->state = REVISION_PARKED;
	known->code = (int)code;
	known->said[0] = '\0';
}

static enum revision_step begin(struct revision *known, const struct hour *now, int64_t rev)
{
	known->state = REVISION_ATTEMPTED;
	known->rev = rev;
	known->weight = now->weight;
	known->code = 0;
	known->said[0] = '\0';
	memcpy(known->digest, now->digest, HOUR_DIGEST);
	return REVISION_SEND;
}

/* Parks it once; what is parked already for that reason rests. */
static enum revision_step put_aside(struct revision *known, enum revision_code code)
{
	if (known->state == REVISION_PARKED && known->code == (int)code)
		return REVISION_REST;
	revision_park(known, code);
	return REVISION_PARK;
}

enum revision_step revision_next(struct revision *known, const struct hour *now)
{
	bool known_before = known->state != REVISION_NEW;

	if (now->strange)
		return put_aside(known, REVISION_STRANGE);
	/* Another database is in the place of the one that was reported: see hour.h. */
	if (known_before && now->weight < known->weight)
		return put_aside(known, REVISION_FEWER);
	if (!known_before)
		return begin(known, now, 1);
	if (!is_content(known, now))
		return begin(known, now, known->rev + 1);
	if (known->state == REVISION_ATTEMPTED)
		return begin(known, now, known->rev); /* the answer was lost */
	/* What our own reason kept back is as it was. */
	if (known->state == REVISION_PARKED &&
	    (known->code == REVISION_FEWER || known->code == REVISION_GONE ||
	     known->code == REVISION_STRANGE))
		return begin(known, now, known->rev > 0 ? known->rev : 1);
	return REVISION_REST;
}

static bool is_ours(const struct revision *known, const struct revision_result *result)
{
	return result->rev == known->rev && result->digested &&
	       memcmp(result->digest, known->digest, HOUR_DIGEST) == 0;
}

static bool confirm(struct revision *known, const struct revision_result *result)
{
	if (!is_ours(known, result))
		return false;
	known->state = REVISION_CONFIRMED;
	return true;
}

/*
 * The department has a later revision: our own state was lost, once. What it has is what is
 * confirmed; if our counters say otherwise, revision_next sends them under the one after.
 */
static bool take_theirs(struct revision *known, const struct revision_result *result)
{
	if (!result->digested || result->rev <= known->rev || result->rev >= REV_MAX)
		return false;
	known->state = REVISION_CONFIRMED;
	known->rev = result->rev;
	memcpy(known->digest, result->digest, HOUR_DIGEST);
	return true;
}

static bool park_as_said(struct revision *known, const struct revision_result *result)
{
	revision_park(known, (enum revision_code)result->code);
	memcpy(known->said, result->said, sizeof(known->said));
	return true;
}

bool revision_settle(struct revision *known, const struct revision_result *result, int64_t server,
		     bool *ahead)
{
	known->code = result->code;
	switch (result->code) {
	case REVISION_STORED:
	case REVISION_SAME:
	case REVISION_REPLACED:
		return confirm(known, result);
	case REVISION_STALE:
		return take_theirs(known, result);
	case REVISION_REFUSED:
		/* It has not come to pass there: it is for later, not for ever. */
		if (server > 0 && known->hour > server + FUTURE_SECONDS) {
			*ahead = true;
			return false;
		}
		return park_as_said(known, result);
	case REVISION_CONFLICT:
		/* New content is to be above either. */
		if (result->rev > known->rev && result->rev < REV_MAX)
			known->rev = result->rev;
		return park_as_said(known, result);
	case REVISION_TOO_OLD:
		return park_as_said(known, result);
	default:
		return false;
	}
}

static const struct {
	int code;
	const char *reason;
} reasons[] = {
    {REVISION_CONFLICT, "the department has this revision with other counts: is there a second "
			"gateway with this key?"},
    {REVISION_REFUSED, "the department refuses it: are both sides of one version?"},
    {REVISION_TOO_OLD, "older than the 60 days that the department takes"},
    {REVISION_TOO_LARGE, "larger than the department takes"},
    {REVISION_UNREADABLE, "the department cannot read it: are both sides of one version?"},
    {REVISION_FEWER, "the counters here are fewer than those reported: the database was replaced"},
    {REVISION_STRANGE, "something in the counters is not a code, and stays here"},
    {REVISION_GONE, "its counters are no longer here: the database was replaced"},
};

const char *revision_reason(int code)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].code == code)
			return reasons[i].reason;
	return "refused";
}
