/*
 * The steps of a visit. A question is answered once; what has been answered stays, so
 * "back", a second tap and a replay lead on to the present page. Nothing here depends on
 * whether an answer was right: the gate is on completion.
 */
#include "portal/flow.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "common/clock.h"
#include "portal/admit.h"

static void go(struct reply *reply, unsigned status, const char *location)
{
	reply->status = status;
	reply->location = location;
}

static size_t language_of(const struct request *request)
{
	return request->language >= 0 ? (size_t)request->language : (size_t)request->accepted;
}

void flow_notice(const struct request *request, struct reply *reply, unsigned status,
		 enum page_notice notice)
{
	*reply = (struct reply){.status = status};
	reply->page.kind = PAGE_NOTICE;
	reply->page.notice = notice;
	reply->page.language = language_of(request);
}

static void online(const struct request *request, struct reply *reply)
{
	reply->status = 200;
	reply->page.kind = PAGE_ONLINE;
	reply->page.seconds_left = request->found.flags & MSG_FLAG_TRUSTED ? 0
									   : request->found.seconds;
	reply->page.language = language_of(request);
}

static void explain(struct reply *reply, const struct portal *portal, const struct quiz *quiz,
		    unsigned first, unsigned last)
{
	for (unsigned i = first; i <= last; i++)
		reply->answers[i - first] = (struct page_answer){
		    .question = &portal->bank->questions[quiz->question[i]],
		    .chosen = quiz->chosen[i],
		};
	reply->page.answers = reply->answers;
	reply->page.answer_count = last - first + 1;
}

/*
 * Question 1 comes before the lesson and is not explained until question 2, its sibling,
 * has been answered: then both are. In express the lesson comes with the one question.
 */
static void page_of_step(struct portal *portal, struct visit *visit, struct reply *reply)
{
	const struct quiz *quiz = &visit->quiz;
	struct page *page = &reply->page;
	unsigned step = visit->step;
	unsigned lesson_step = quiz->total == 1 ? 0 : 1;

	reply->status = 200;
	visit_token(visit, reply->token);
	page->token = reply->token;
	page->language = visit->language;
	page->total = quiz->total;
	if (step == quiz->total) {
		page->kind = PAGE_ACKNOWLEDGE;
		page->right = quiz_score(quiz, portal->bank, step);
		explain(reply, portal, quiz, step - 1, step - 1);
		return;
	}
	page->kind = PAGE_QUESTION;
	page->number = step + 1;
	page->question = &portal->bank->questions[quiz->question[step]];
	memcpy(page->order, quiz->order[step], sizeof(page->order));
	if (step == lesson_step)
		page->lesson = &portal->bank->lessons[page->question->lesson];
	page->noted = step == 1 && lesson_step == 1;
	if (step == 2)
		explain(reply, portal, quiz, 0, 1);
}

/* Counted once for each question, when a person gets to see it. */
static void count_shown(struct portal *portal, struct visit *visit)
{
	if (visit->shown || visit->step == visit->quiz.total)
		return;
	visit->shown = true;
	visit->state = VISIT_LEARNING;
	tally_add(&portal->tally, visit->zone, store_name(portal->store, "citizen"),
		  visit->language, STORE_SHOWN, 1, visit->last_ms);
}

static struct visit *begin(struct portal *portal, const struct request *request)
{
	uint8_t chance[QUIZ_CHANCE];
	struct visit *visit;

	if (getrandom(chance, sizeof(chance), 0) != sizeof(chance))
		return NULL;
	visit = visit_begin(portal->visits, &request->found.mac, clock_boot_ms());
	if (visit == NULL)
		return NULL;
	visit_seen_at(visit, request->family, request->address, &request->found);
	visit->language = (uint8_t)request->accepted;
	quiz_draw(&visit->quiz, portal->bank, portal->conf->express, chance);
	return visit;
}

static void get_root(struct portal *portal, const struct request *request, struct visit *visit,
		     struct reply *reply)
{
	if (visit == NULL)
		visit = begin(portal, request);
	if (visit == NULL) {
		flow_notice(request, reply, 503, PAGE_TRY_AGAIN);
		return;
	}
	/* What is being stored is counted in the language in which it was read. */
	if (request->language >= 0 && visit->state != VISIT_ACKNOWLEDGED)
		visit->language = (uint8_t)request->language;
	page_of_step(portal, visit, reply);
	if (!request->head)
		count_shown(portal, visit);
}

static void take_answer(struct portal *portal, struct visit *visit, uint8_t option)
{
	unsigned number = visit->step;

	visit->quiz.chosen[number] = option;
	visit->step++;
	tally_add(&portal->tally, visit->zone, store_name(portal->store, "citizen"),
		  visit->language, STORE_ANSWERED, 1, visit->last_ms);
	if (quiz_is_right(&visit->quiz, portal->bank, number))
		tally_add(&portal->tally, visit->zone, store_name(portal->store, "citizen"),
			  visit->language, STORE_RIGHT, 1, visit->last_ms);
	visit->shown = false;
}

static void post_answer(struct portal *portal, const struct request *request, struct visit *visit,
			struct reply *reply)
{
	const struct quiz *quiz = &visit->quiz;
	unsigned option = (unsigned char)request->choice.value[0] - (unsigned)'a';

	if (visit->step == quiz->total) {
		flow_notice(request, reply, 400, PAGE_BAD_REQUEST);
		return;
	}
	if (request->choice.count != 1 || request->choice.bad || request->choice.value[1] != '\0' ||
	    option >= portal->bank->questions[quiz->question[visit->step]].options) {
		flow_notice(request, reply, 400, PAGE_BAD_REQUEST);
		return;
	}
	take_answer(portal, visit, (uint8_t)option);
	go(reply, 303, "/");
}

/* The visit remembers where it acknowledged from: gate checks it once more. */
static bool post_acknowledge(struct portal *portal, struct request *request, struct visit *visit,
			     struct reply *reply)
{
	if (visit->step != visit->quiz.total) {
		flow_notice(request, reply, 400, PAGE_BAD_REQUEST);
		return true;
	}
	if (visit->state != VISIT_ACKNOWLEDGED) {
		if (!admit_begin(portal, visit)) {
			flow_notice(request, reply, 503, PAGE_TRY_AGAIN);
			return true;
		}
	}
	request->language = visit->language;
	/* A second tap waits for the same outcome. */
	request->next_waiter = visit->waiters;
	visit->waiters = request;
	return false;
}

static bool post(struct portal *portal, struct request *request, struct visit *visit,
		 struct reply *reply)
{
	enum visit_token_is token;

	if (request->token.count != 1 || request->token.bad) {
		flow_notice(request, reply, 400, PAGE_BAD_REQUEST);
		return true;
	}
	token = visit == NULL ? VISIT_TOKEN_FOREIGN
			      : visit_token_check(visit, request->token.value);
	if (token == VISIT_TOKEN_FOREIGN) {
		flow_notice(request, reply, 403, PAGE_STALE);
		return true;
	}
	if (token == VISIT_TOKEN_PAST) {
		go(reply, 303, "/");
		return true;
	}
	if (request->path == PATH_ACKNOWLEDGE)
		return post_acknowledge(portal, request, visit, reply);
	post_answer(portal, request, visit, reply);
	return true;
}

bool flow_is_known(struct portal *portal, struct request *request)
{
	struct visit *visit;

	if (!request->post || request->token.count != 1 || request->token.bad)
		return false;
	visit = visit_of_token(portal->visits, request->token.value, request->family,
			       request->address);
	if (visit == NULL)
		return false;
	request->found = (struct msg){.type = MSG_FIND,
				      .status = MSG_OK,
				      .mac = visit->mac,
				      .zone = visit->zone,
				      .ifindex = visit->ifindex};
	return true;
}

bool flow_reply(struct portal *portal, struct request *request, struct reply *reply)
{
	const struct msg *found = &request->found;
	bool to_form = request->path == PATH_ANSWER || request->path == PATH_ACKNOWLEDGE;
	struct visit *visit;

	*reply = (struct reply){0};
	if (found->status != MSG_OK) {
		flow_notice(request, reply, 403, PAGE_NOT_HERE);
		return true;
	}
	if (found->seconds > 0 || found->flags & MSG_FLAG_TRUSTED) {
		if (request->post)
			go(reply, 303, "/online");
		else if (request->path == PATH_ROOT || request->path == PATH_ONLINE)
			online(request, reply);
		else
			go(reply, 302, "/");
		return true;
	}
	visit = visit_find(portal->visits, &found->mac);
	if (visit != NULL) {
		visit_touch(portal->visits, visit, clock_boot_ms());
		/* Where it was when it pressed the button stays until gate has answered. */
		if (visit->state != VISIT_ACKNOWLEDGED)
			visit_seen_at(visit, request->family, request->address, found);
	}
	if (request->post && to_form)
		return post(portal, request, visit, reply);
	if (request->post)
		flow_notice(request, reply, 400, PAGE_BAD_REQUEST);
	else if (request->path == PATH_ROOT)
		get_root(portal, request, visit, reply);
	else
		go(reply, 302, "/");
	return true;
}

void flow_outcome(struct portal *portal, const struct request *request, struct reply *reply)
{
	*reply = (struct reply){0};
	if (!request->admitted) {
		flow_notice(request, reply, 503, PAGE_TRY_AGAIN);
		return;
	}
	go(reply, 303, "/online");
	if (language_of(request) == request->accepted)
		return;
	/* The visit is over and forgotten, with the language that was chosen for it. */
	snprintf(reply->where, sizeof(reply->where), "/online?lang=%s",
		 portal->conf->languages[language_of(request)]);
	reply->location = reply->where;
}
