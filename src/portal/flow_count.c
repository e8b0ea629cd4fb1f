/*
 * The counters of a visit: sums by hour, zone, audience and language, beside no device.
 * First answers only; a question that is tried again is not counted.
 */
#include "portal/flow_count.h"

#include "portal/flow_page.h"

static uint16_t audience_of(const struct visit *visit)
{
	return visit->edition->audiences[visit->audience];
}

static void add(struct portal *portal, const struct visit *visit, enum store_event event)
{
	tally_add(&portal->tally, visit->zone, audience_of(visit), visit->language, event, 1,
		  visit->last_ms);
}

void flow_count_shown(struct portal *portal, struct visit *visit)
{
	/* One that is being stored stays so: its release is on the way. */
	if (visit->shown || visit->state == VISIT_ACKNOWLEDGED || !flow_page_asks(visit))
		return;
	visit->shown = true;
	visit->shown_ms = visit->last_ms;
	visit->state = VISIT_LEARNING;
	add(portal, visit, STORE_SHOWN);
}

static void measure_answer(struct portal *portal, const struct visit *visit, unsigned number)
{
	const struct measure measure = {.kind = MEASURE_ANSWER,
					.role = (enum measure_role)visit->quiz.role[number],
					.option = visit->quiz.chosen[number],
					.time = measure_time_of(visit->last_ms - visit->shown_ms)};

	tally_measure(&portal->tally, visit->zone, audience_of(visit), visit->language, &measure,
		      visit->edition->questions[visit->quiz.question[number]], visit->last_ms);
}

/* How the right answers of a visit that was answered to its end go together. */
static void measure_whole(struct portal *portal, const struct visit *visit)
{
	const struct edition *edition = visit->edition;
	const struct quiz *quiz = &visit->quiz;
	unsigned score = quiz_score(quiz, edition->bank, quiz->total);
	struct measure measure = {.kind = MEASURE_PAIR,
				  .first = quiz_is_right(quiz, edition->bank, 0),
				  .second = quiz_is_right(quiz, edition->bank, 1)};

	tally_measure(&portal->tally, visit->zone, audience_of(visit), visit->language, &measure,
		      edition->lessons[quiz->lesson], visit->last_ms);
	for (unsigned i = 0; i < quiz->total; i++) {
		bool right = quiz_is_right(quiz, edition->bank, i);

		measure = (struct measure){
		    .kind = MEASURE_REST, .first = right, .rest = (uint8_t)(score - right)};
		tally_measure(&portal->tally, visit->zone, audience_of(visit), visit->language,
			      &measure, edition->questions[quiz->question[i]], visit->last_ms);
	}
}

void flow_count_answer(struct portal *portal, const struct visit *visit, unsigned number)
{
	add(portal, visit, STORE_ANSWERED);
	if (quiz_is_right(&visit->quiz, visit->edition->bank, number))
		add(portal, visit, STORE_RIGHT);
	measure_answer(portal, visit, number);
	if (visit->answered == QUIZ_QUESTIONS_MAX)
		measure_whole(portal, visit);
}
