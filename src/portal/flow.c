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
#include "portal/flow_api.h"
#include "portal/flow_count.h"
#include "portal/flow_ending.h"
#include "portal/flow_page.h"
#include "portal/session.h"

static void go(struct reply *reply, unsigned status, const char *location)
{
	reply->status = status;
	reply->location = location;
}

static size_t language_of(const struct request *request)
{
	return request->language >= 0 ? (size_t)request->language : (size_t)request->accepted;
}

void flow_notice(const struct portal *portal, const struct request *request, struct reply *reply,
		 unsigned status, enum page_notice notice)
{
	*reply = (struct reply){.status = status};
	reply->page.kind = PAGE_NOTICE;
	reply->page.notice = notice;
	reply->page.language = language_of(request);
	reply->page.today = store_today(portal->store);
}

static void online(const struct portal *portal, const struct request *request, struct reply *reply)
{
	reply->status = 200;
	reply->page.kind = PAGE_ONLINE;
	reply->page.seconds_left = request->found.flags & MSG_FLAG_TRUSTED ? 0
									   : request->found.seconds;
	reply->page.offline = (request->found.flags & MSG_FLAG_UPLINK_DOWN) != 0;
	reply->page.language = language_of(request);
	reply->page.today = store_today(portal->store);
	session_page(portal, request, reply);
}

/* What a released device gets; false: it waits. */
static bool released(struct portal *portal, struct request *request, struct reply *reply)
{
	if (request->post && request->path == PATH_END)
		return session_end(portal, request, reply);
	if (request->post)
		go(reply, 303, "/online");
	else if (request->path == PATH_ROOT || request->path == PATH_ONLINE)
		online(portal, request, reply);
	else
		go(reply, 302, "/");
	return true;
}

/* What is remembered of the device, as far as this edition still teaches it. */
static void past_fill(const struct edition *edition, const struct memory_record *record,
		      int32_t today, struct quiz_past *past)
{
	past->today = today;
	for (size_t i = 0; i < record->count && past->count < QUIZ_PAST_MAX; i++) {
		int lesson = edition_lesson_of(edition, record->learned[i].objective);

		/* A day that has not come: the clock was wrong then, and is right now. */
		if (lesson < 0 || record->learned[i].day > today)
			continue;
		past->learned[past->count].lesson = (uint16_t)lesson;
		past->learned[past->count++].day = record->learned[i].day;
	}
}

/* Asked too short a while ago to be asked again? */
static bool is_return(const struct conf_zone *zone, const struct quiz_past *past)
{
	return past->count > 0 && past->today - past->learned[past->count - 1].day <
				      (int32_t)zone->ask_every_days;
}

/* What one person learned at a shared computer says nothing of the next. */
static bool remembers(const struct portal *portal, const struct visit *visit)
{
	return portal->conf->remember_days > 0 && !portal->conf->zones[visit->zone].shared;
}

/* Draws for the visit's audience; false when chance is out. */
static bool draw(struct portal *portal, struct visit *visit)
{
	struct memory_record record = {0};
	struct quiz_past past = {0};
	int32_t today = store_today(portal->store);
	uint8_t chance[QUIZ_CHANCE];

	if (getrandom(chance, sizeof(chance), 0) != sizeof(chance))
		return false;
	visit->known = remembers(portal, visit) &&
		       memory_find(portal->memory, &visit->mac, today, &record);
	if (visit->known)
		past_fill(visit->edition, &record, today, &past);
	if (is_return(&portal->conf->zones[visit->zone], &past))
		quiz_draw_return(&visit->quiz, &past);
	else
		quiz_draw(&visit->quiz, visit->edition->bank, visit->audience,
			  portal->conf->express, &past, chance);
	/* Where nothing is remembered, or nobody knows the day, a device that was taught here
	 * looks like a new one: its answer says nothing of those who were never taught. */
	if (visit->quiz.role[2] == MEASURE_CONTROL && !(remembers(portal, visit) && today > 0))
		visit->quiz.role[2] = MEASURE_OTHER;
	return true;
}

static struct visit *begin(struct portal *portal, const struct request *request)
{
	struct visit *visit =
	    visit_begin(portal->visits, &request->found.mac, clock_boot_ms());

	if (visit == NULL)
		return NULL;
	visit->edition = edition_hold(portal->edition);
	visit_seen_at(visit, request->family, request->address, &request->found);
	visit->language = (uint8_t)request->accepted;
	visit->audience = visit->edition->zone_audience[visit->zone];
	if (draw(portal, visit))
		return visit;
	visit_end(portal->visits, visit);
	return NULL;
}

/* "I am a ...": other lessons, as long as nothing has been answered. */
static void choose_audience(struct portal *portal, const struct request *request,
			    struct visit *visit)
{
	int audience = lesson_audience_find(visit->edition->bank, request->audience);

	if (audience < 0 || audience == visit->audience || !flow_page_offers_choice(visit))
		return;
	visit->audience = (uint8_t)audience;
	visit->shown = false;
	/* Without chance the questions stay those of before. */
	(void)draw(portal, visit);
}

static void get_root(struct portal *portal, const struct request *request, struct visit *visit,
		     struct reply *reply)
{
	if (visit == NULL)
		visit = begin(portal, request);
	if (visit == NULL) {
		flow_notice(portal, request, reply, 503, PAGE_TRY_AGAIN);
		return;
	}
	flow_ending_follow(visit, &request->found);
	/* What is being stored is counted in the language in which it was read. */
	if (request->language >= 0 && visit->state != VISIT_ACKNOWLEDGED)
		visit->language = (uint8_t)request->language;
	if (request->audience[0] != '\0' && visit->state != VISIT_ACKNOWLEDGED)
		choose_audience(portal, request, visit);
	flow_page(portal, visit, reply);
	reply->page.offline = (request->found.flags & MSG_FLAG_UPLINK_DOWN) != 0;
	reply->page.today = store_today(portal->store);
	reply->page.seconds_left = request->found.seconds;
	if (!request->head)
		flow_count_shown(portal, visit);
}

/* The similar question: once, not counted, and only when it was offered. */
static void get_retry(struct visit *visit, struct reply *reply)
{
	uint8_t chance[QUIZ_CHANCE];

	go(reply, 302, "/");
	if (visit == NULL || visit->state == VISIT_ACKNOWLEDGED || !flow_page_offers_retry(visit) ||
	    getrandom(chance, sizeof(chance), 0) != sizeof(chance))
		return;
	quiz_draw_retry(&visit->quiz, visit->edition->bank, visit->answered - 1u, chance);
	visit->retry = VISIT_RETRY_ASKED;
	visit->step++;
}

static void take_answer(struct portal *portal, struct visit *visit, uint8_t option)
{
	visit->quiz.chosen[visit->answered] = option;
	visit->answered++;
	flow_count_answer(portal, visit, visit->answered - 1u);
	visit->shown = false;
}

static void take_retry(struct visit *visit, uint8_t option)
{
	visit->quiz.chosen[QUIZ_RETRY] = option;
	visit->retry = VISIT_RETRY_ANSWERED;
	visit->retried = visit->answered;
}

static void post_answer(struct portal *portal, const struct request *request, struct visit *visit,
			struct reply *reply)
{
	bool retry = visit->retry == VISIT_RETRY_ASKED;
	unsigned option = (unsigned char)request->choice.value[0] - (unsigned)'a';
	unsigned place = retry ? QUIZ_RETRY : visit->answered;

	if ((!retry && !flow_page_asks(visit)) || request->choice.count != 1 ||
	    request->choice.bad || request->choice.value[1] != '\0' ||
	    option >= visit->edition->bank->questions[visit->quiz.question[place]].options) {
		flow_notice(portal, request, reply, 400, PAGE_BAD_REQUEST);
		return;
	}
	if (retry)
		take_retry(visit, (uint8_t)option);
	else
		take_answer(portal, visit, (uint8_t)option);
	visit->step++;
	go(reply, 303, "/");
}

/* The visit remembers where it acknowledged from: gate checks it once more. */
static bool post_button(struct portal *portal, struct request *request, struct visit *visit,
			enum store_event event, struct reply *reply)
{
	if (visit->state != VISIT_ACKNOWLEDGED && !admit_begin(portal, visit, event)) {
		flow_notice(portal, request, reply, 503, PAGE_TRY_AGAIN);
		return true;
	}
	request->language = visit->language;
	/* A second tap waits for the same outcome. */
	request->next_waiter = visit->waiters;
	visit->waiters = request;
	return false;
}

static bool post_acknowledge(struct portal *portal, struct request *request, struct visit *visit,
			     struct reply *reply)
{
	if (visit->answered != visit->quiz.total || visit->retry == VISIT_RETRY_ASKED) {
		flow_notice(portal, request, reply, 400, PAGE_BAD_REQUEST);
		return true;
	}
	return post_button(portal, request, visit,
			   visit->quiz.total > 0 ? STORE_ACKNOWLEDGED : STORE_RETURNED, reply);
}

static bool post_later(struct portal *portal, struct request *request, struct visit *visit,
		       struct reply *reply)
{
	if (visit->state != VISIT_ACKNOWLEDGED && !flow_page_offers_later(portal, visit)) {
		flow_notice(portal, request, reply, 400, PAGE_BAD_REQUEST);
		return true;
	}
	return post_button(portal, request, visit, STORE_DEFERRED, reply);
}

static bool post(struct portal *portal, struct request *request, struct visit *visit,
		 struct reply *reply)
{
	enum visit_token_is token;

	if (request->token.count != 1 || request->token.bad) {
		flow_notice(portal, request, reply, 400, PAGE_BAD_REQUEST);
		return true;
	}
	token = visit == NULL ? VISIT_TOKEN_FOREIGN
			      : visit_token_check(visit, request->token.value);
	if (token == VISIT_TOKEN_FOREIGN) {
		flow_notice(portal, request, reply, 403, PAGE_STALE);
		return true;
	}
	if (token == VISIT_TOKEN_PAST) {
		go(reply, 303, "/");
		return true;
	}
	if (request->path == PATH_RENEW || request->path == PATH_SPARE ||
	    visit->ending == VISIT_ENDING_OFFERED)
		return flow_ending_post(portal, request, visit, reply);
	if (request->path == PATH_ACKNOWLEDGE)
		return post_acknowledge(portal, request, visit, reply);
	if (request->path == PATH_LATER)
		return post_later(portal, request, visit, reply);
	/* "Later" is being stored: the visit stays as it was when the button was pressed. */
	if (visit->state == VISIT_ACKNOWLEDGED) {
		go(reply, 303, "/");
		return true;
	}
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

/* Who is led back in the last minutes is asked; but how long it is online can be seen still,
 * and a session be ended. */
static bool is_released(const struct request *request)
{
	const struct msg *found = &request->found;

	if (found->seconds == 0 && !(found->flags & MSG_FLAG_TRUSTED))
		return false;
	return !flow_can_extend(found) || request->path == PATH_ONLINE || request->path == PATH_END;
}

bool flow_reply(struct portal *portal, struct request *request, struct reply *reply)
{
	const struct msg *found = &request->found;
	bool to_form = request->path >= PATH_ANSWER && request->path <= PATH_SPARE;
	struct visit *visit;

	if (flow_api_is(request)) {
		flow_api(portal, request, reply);
		return true;
	}
	*reply = (struct reply){0};
	if (found->status != MSG_OK) {
		flow_notice(portal, request, reply, 403, PAGE_NOT_HERE);
		return true;
	}
	if (is_released(request))
		return released(portal, request, reply);
	if (!flow_can_extend(found) && (request->path == PATH_END || request->path == PATH_ENDED)) {
		session_ended(portal, request, reply);
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
		flow_notice(portal, request, reply, 400, PAGE_BAD_REQUEST);
	else if (request->path == PATH_ROOT)
		get_root(portal, request, visit, reply);
	else if (request->path == PATH_RETRY)
		get_retry(visit, reply);
	else
		go(reply, 302, "/");
	return true;
}

void flow_outcome(struct portal *portal, const struct request *request, struct reply *reply)
{
	bool end = request->path == PATH_END;

	*reply = (struct reply){0};
	if (request->path == PATH_SPARE && flow_ending_outcome(portal, request, reply))
		return;
	if (request->admitted)
		flow_lead(portal, request, reply, end ? "/ended" : "/online");
	else
		flow_notice(portal, request, reply, 503, end ? PAGE_STILL_ON : PAGE_TRY_AGAIN);
}

/* The visit is over and forgotten, with the language that was chosen for it. */
void flow_lead(const struct portal *portal, const struct request *request, struct reply *reply,
	       const char *path)
{
	go(reply, 303, path);
	if (language_of(request) == request->accepted)
		return;
	snprintf(reply->where, sizeof(reply->where), "%s?lang=%s", path,
		 portal->conf->languages[language_of(request)]);
	reply->location = reply->where;
}
