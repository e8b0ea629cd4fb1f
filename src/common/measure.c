/* The names and numbers of what is counted of learning; see measure.h. */
#include "common/measure.h"

#include <stdio.h>
#include <string.h>

enum {
	OPTIONS = 4,
	RESTS = 3,
	ANSWERS = MEASURE_ROLE__MAX * OPTIONS * MEASURE_TIME__MAX,
	PAIRS_FROM = ANSWERS + 2 * RESTS,
	FAST_MS = 3000,
	CALM_MS = 20000,
	SOON_DAYS = 6, /* up to here a review is the first, then the second */
	LATER_DAYS = 16,
};

_Static_assert(MEASURE_CODE__MAX == PAIRS_FROM + 4, "every measure has one code");

static const char *const roles[MEASURE_ROLE__MAX] = {
    [MEASURE_PRE] = "pre",	     [MEASURE_POST] = "post",	      [MEASURE_ONLY] = "only",
    [MEASURE_CONTROL] = "control",   [MEASURE_OTHER] = "other",	      [MEASURE_REVIEW3] = "review3",
    [MEASURE_REVIEW10] = "review10", [MEASURE_REVIEW24] = "review24",
};

static const char *const times[MEASURE_TIME__MAX] = {"fast", "calm", "slow"};
static const char *const verdicts[] = {"wrong", "right"};

uint8_t measure_code(const struct measure *measure)
{
	switch (measure->kind) {
	case MEASURE_ANSWER:
		return (uint8_t)(((unsigned)measure->role * OPTIONS + measure->option) *
				     MEASURE_TIME__MAX +
				 (unsigned)measure->time);
	case MEASURE_REST:
		return (uint8_t)(ANSWERS + measure->first * RESTS + measure->rest);
	case MEASURE_PAIR:
		return (uint8_t)(PAIRS_FROM + measure->first * 2 + measure->second);
	}
	return 0;
}

void measure_of_code(uint8_t code, struct measure *measure)
{
	memset(measure, 0, sizeof(*measure));
	if (code < ANSWERS) {
		measure->kind = MEASURE_ANSWER;
		measure->time = (enum measure_time)(code % MEASURE_TIME__MAX);
		measure->option = (uint8_t)(code / MEASURE_TIME__MAX % OPTIONS);
		measure->role = (enum measure_role)(code / MEASURE_TIME__MAX / OPTIONS);
	} else if (code < PAIRS_FROM) {
		measure->kind = MEASURE_REST;
		measure->first = (code - ANSWERS) / RESTS != 0;
		measure->rest = (uint8_t)((code - ANSWERS) % RESTS);
	} else {
		measure->kind = MEASURE_PAIR;
		measure->first = (code - PAIRS_FROM) / 2 != 0;
		measure->second = (code - PAIRS_FROM) % 2 != 0;
	}
}

const char *measure_text(const struct measure *measure, char out[MEASURE_TEXT_SIZE])
{
	switch (measure->kind) {
	case MEASURE_ANSWER:
		snprintf(out, MEASURE_TEXT_SIZE, "answer/%s/%c/%s", roles[measure->role],
			 'a' + measure->option, times[measure->time]);
		break;
	case MEASURE_REST:
		snprintf(out, MEASURE_TEXT_SIZE, "rest/%s/%u", verdicts[measure->first],
			 (unsigned)measure->rest);
		break;
	case MEASURE_PAIR:
		snprintf(out, MEASURE_TEXT_SIZE, "pair/%s/%s", verdicts[measure->first],
			 verdicts[measure->second]);
		break;
	}
	return out;
}

/* There are few: the one whose text it is. */
bool measure_parse(const char *text, struct measure *measure)
{
	char candidate[MEASURE_TEXT_SIZE];

	if (strchr(text, '/') == NULL)
		return false;
	for (unsigned code = 0; code < MEASURE_CODE__MAX; code++) {
		measure_of_code((uint8_t)code, measure);
		if (strcmp(measure_text(measure, candidate), text) == 0)
			return true;
	}
	return false;
}

enum measure_time measure_time_of(int64_t ms)
{
	if (ms < FAST_MS)
		return MEASURE_FAST;
	return ms <= CALM_MS ? MEASURE_CALM : MEASURE_SLOW;
}

enum measure_role measure_review_of(int32_t days)
{
	if (days <= SOON_DAYS)
		return MEASURE_REVIEW3;
	return days <= LATER_DAYS ? MEASURE_REVIEW10 : MEASURE_REVIEW24;
}

const char *measure_role_name(enum measure_role role)
{
	return roles[role];
}
