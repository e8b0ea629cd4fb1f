/* Which lesson is the tip of a week. Pure: the same for everybody who has the pack. */
#include "ctl/publish.h"

/* The plan's citizens; a pack without them has its first audience in their place. */
static const struct lesson_audience *citizens_of(const struct lesson_bank *bank)
{
	int index = lesson_audience_find(bank, "citizen");

	return &bank->audiences[index >= 0 ? index : 0];
}

void publish_tip_of(const struct publish *publish, const struct publish_week *week,
		    struct publish_tip *tip)
{
	const struct lesson_bank *bank = publish->bank;
	const struct lesson_audience *citizens = citizens_of(bank);
	uint32_t number = publish_week_number(week);
	uint32_t round = number / citizens->lesson_count;
	const struct lesson *lesson =
	    &bank->lessons[citizens->lesson_first + number % citizens->lesson_count];

	if (publish->chosen != NULL && week->monday == publish->week.monday)
		lesson = publish->chosen;
	tip->lesson = lesson;
	tip->question = &bank->questions[lesson->questions[round % lesson->question_count]];
	tip->week = *week;
}
