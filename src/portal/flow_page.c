/*
 * From a visit's state to its page. Nothing is changed here, so that looking again shows
 * the same page.
 */
#include "portal/flow_page.h"

#include <string.h>

#include "portal/later.h"

static bool is_express(const struct visit *visit)
{
	return visit->quiz.total == 1;
}

static bool is_review(const struct visit *visit)
{
	return visit->quiz.role[2] != MEASURE_CONTROL && visit->quiz.role[2] != MEASURE_OTHER;
}

bool flow_page_asks(const struct visit *visit)
{
	return visit->ending != VISIT_ENDING_OFFERED && visit->retry != VISIT_RETRY_ASKED &&
	       visit->answered < visit->quiz.total;
}

bool flow_page_offers_choice(const struct visit *visit)
{
	return visit->ending != VISIT_ENDING_OFFERED && visit->step == 0 && visit->quiz.total > 0 &&
	       visit->edition->bank->audience_count > 1;
}

bool flow_page_offers_later(const struct portal *portal, const struct visit *visit)
{
	/* Who is online still would lose by it; and once a day for each device cannot be once a day
	 * for each of many people. */
	return portal->conf->later_seconds > 0 && visit->ending == VISIT_ENDING_NOT &&
	       !portal->conf->zones[visit->zone].shared &&
	       visit->step == 0 && visit->quiz.total > 0 &&
	       later_is_free(&visit->mac, visit->last_ms);
}

bool flow_page_offers_retry(const struct visit *visit)
{
	unsigned answered = visit->answered;

	/* Question 1 of three is explained with question 2. */
	return visit->retry == VISIT_RETRY_NOT_YET && answered > 0 &&
	       (is_express(visit) || answered > 1) &&
	       !quiz_is_right(&visit->quiz, visit->edition->bank, answered - 1);
}

static void question_put(struct page *page, const struct visit *visit, unsigned place)
{
	const struct lesson_bank *bank = visit->edition->bank;

	page->question = &bank->questions[visit->quiz.question[place]];
	memcpy(page->order, visit->quiz.order[place], sizeof(page->order));
}

static void explain(struct reply *reply, const struct visit *visit, unsigned first, unsigned last)
{
	const struct quiz *quiz = &visit->quiz;

	for (unsigned i = first; i <= last; i++)
		reply->answers[i - first] = (struct page_answer){
		    .question = &visit->edition->bank->questions[quiz->question[i]],
		    .chosen = quiz->chosen[i],
		};
	reply->page.answers = reply->answers;
	reply->page.answer_count = last - first + 1;
}

/* What was answered last: the similar question, or the one or two before this page. */
static void explain_last(struct reply *reply, const struct visit *visit)
{
	unsigned answered = visit->answered;
	bool both = answered == 2 && visit->quiz.total > 2;

	reply->page.retried = visit->retry == VISIT_RETRY_ANSWERED && visit->retried == answered;
	if (reply->page.retried)
		explain(reply, visit, QUIZ_RETRY, QUIZ_RETRY);
	else
		explain(reply, visit, both ? 0 : answered - 1, answered - 1);
	reply->page.offer_retry = flow_page_offers_retry(visit);
}

/*
 * Question 1 comes before the lesson and is not explained until question 2, its sibling,
 * has been answered: then both are. In express the lesson comes with the one question.
 */
static void question_page(const struct visit *visit, struct reply *reply)
{
	struct page *page = &reply->page;
	unsigned answered = visit->answered;
	unsigned lesson_at = is_express(visit) ? 0 : 1;

	page->kind = PAGE_QUESTION;
	page->number = answered + 1;
	question_put(page, visit, answered);
	if (answered == lesson_at)
		page->lesson = &visit->edition->bank->lessons[visit->quiz.lesson];
	page->noted = answered == 1 && lesson_at == 1;
	if (answered == 2) {
		page->review = is_review(visit) ? PAGE_REVIEW_EARLIER : PAGE_REVIEW_OTHER;
		explain_last(reply, visit);
	}
}

static void retry_page(const struct visit *visit, struct reply *reply)
{
	struct page *page = &reply->page;

	page->kind = PAGE_QUESTION;
	page->number = visit->answered;
	page->retry = true;
	question_put(page, visit, QUIZ_RETRY);
}

static void last_page(const struct visit *visit, struct reply *reply)
{
	struct page *page = &reply->page;

	if (visit->quiz.total == 0) {
		page->kind = PAGE_RETURN;
		page->lesson = &visit->edition->bank->lessons[visit->quiz.lesson];
		return;
	}
	page->kind = PAGE_ACKNOWLEDGE;
	page->right = quiz_score(&visit->quiz, visit->edition->bank, visit->answered);
	explain_last(reply, visit);
}

/* What is left of the release is for whoever has asked gate. */
static void ending_page(const struct portal *portal, const struct visit *visit, struct reply *reply)
{
	reply->page.kind = PAGE_ENDING;
	reply->page.more_seconds = portal->conf->zones[visit->zone].release_for_seconds;
}

void flow_page(const struct portal *portal, const struct visit *visit, struct reply *reply)
{
	struct page *page = &reply->page;

	reply->status = 200;
	reply->edition = visit->edition;
	visit_token(visit, reply->token);
	page->token = reply->token;
	page->language = visit->language;
	page->audience = visit->audience;
	page->total = visit->quiz.total;
	page->known = visit->known;
	page->choose = flow_page_offers_choice(visit);
	page->later_seconds =
	    flow_page_offers_later(portal, visit) ? portal->conf->later_seconds : 0;
	if (visit->ending == VISIT_ENDING_OFFERED)
		ending_page(portal, visit, reply);
	else if (visit->retry == VISIT_RETRY_ASKED)
		retry_page(visit, reply);
	else if (visit->answered < visit->quiz.total)
		question_page(visit, reply);
	else
		last_page(visit, reply);
}
