/*
 * From the button to "you are online". Each step is started by the one before it having
 * succeeded: the store's COMMIT, gate's answer. A visit in this state cannot be evicted,
 * so it is found again by its MAC.
 */
#include "portal/admit.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "portal/http.h"
#include "portal/later.h"
#include "portal/wish.h"

enum { STORED_AT_ONCE = 64, GATE_WAIT_MS = 10 * 1000 };

/* --- visitors --- */

static void tell(struct portal *portal, struct visit *visit, bool admitted)
{
	struct request *waiters = visit->waiters;

	visit->waiters = NULL;
	if (admitted && visit->event == STORE_DEFERRED)
		later_take(&visit->mac, clock_boot_ms());
	if (admitted)
		visit_end(portal->visits, visit);
	else
		visit->state = VISIT_LEARNING; /* at the button, to be pressed again */
	http_wake(waiters, admitted);
}

static struct store_job job_of(const struct visit *visit, enum store_kind kind)
{
	return (struct store_job){.kind = kind,
				  .mac = visit->mac,
				  .zone = visit->zone,
				  .language = visit->language,
				  .audience = visit->edition->audiences[visit->audience],
				  .event = visit->event,
				  .boot_ms = visit->acknowledged_ms};
}

/* One line for a reason, however many visitors press the button meanwhile. */
static void refusal_log(enum msg_status status)
{
	static enum msg_status last = MSG_OK;

	if (status == MSG_FULL && last != status)
		log_warnx("the set is full: visitors are asked to try again; raise limits.released");
	else if (status == MSG_FAILED && last != status)
		log_warnx("gate could not release: visitors are asked to try again");
	else if (status == MSG_ABSENT)
		log_debug("a device left before it was released");
	if (status != MSG_ABSENT)
		last = status;
}

static void visit_released(void *arg, const struct msg *answer)
{
	struct portal *portal = arg;
	struct visit *visit = visit_find(portal->visits, &answer->mac);
	bool released = answer->status == MSG_OK;
	struct store_job job;

	if (visit == NULL || visit->state != VISIT_ACKNOWLEDGED) {
		log_warnx("gate answered for a visit that is not there");
		return;
	}
	job = job_of(visit, released ? STORE_CONFIRM : STORE_WITHDRAW);
	/* Owed in the database until it is counted: the next start would do it. */
	if (!store_put(portal->store, &job))
		log_warnx("store: queue full: a release will be counted at the next start");
	refusal_log((enum msg_status)answer->status);
	tell(portal, visit, released);
}

static void visit_stored(struct portal *portal, const struct store_job *job)
{
	struct visit *visit = visit_find(portal->visits, &job->mac);
	struct msg question = {.type = MSG_RELEASE, .mac = job->mac, .seconds = job->seconds};

	if (visit == NULL || visit->state != VISIT_ACKNOWLEDGED) {
		log_warnx("the store answered for a visit that is not there");
		return;
	}
	if (!job->stored) {
		tell(portal, visit, false);
		return;
	}
	memory_stored(portal->memory, job);
	question.family = visit->family;
	question.ifindex = visit->ifindex;
	memcpy(question.address, visit->address, sizeof(question.address));
	if (!ask_put(portal->ask, &question, visit_released, portal)) {
		struct store_job undo = job_of(visit, STORE_WITHDRAW);

		if (!store_put(portal->store, &undo))
			log_warnx("store: queue full: a release is taken up at the next start");
		tell(portal, visit, false);
	}
}

/* What the device has learned in this visit: the lesson, and the one that was reviewed. */
static void note_learned(struct portal *portal, const struct visit *visit, struct store_job *job)
{
	const struct edition *edition = visit->edition;
	const struct quiz *quiz = &visit->quiz;
	uint16_t learned[STORE_LEARNED_MAX] = {edition->lessons[quiz->lesson]};

	if (visit->event != STORE_ACKNOWLEDGED || portal->conf->zones[visit->zone].shared)
		return;
	if (quiz->total == QUIZ_QUESTIONS_MAX && quiz->role[2] != MEASURE_CONTROL &&
	    quiz->role[2] != MEASURE_OTHER)
		learned[1] = edition->lessons[edition->bank->questions[quiz->question[2]].lesson];
	memory_note(portal->memory, job, store_today(portal->store), learned);
}

bool admit_begin(struct portal *portal, struct visit *visit, enum store_event event)
{
	struct store_job job;

	/* Counted, confirmed or withdrawn: always in the hour of the button. */
	visit->acknowledged_ms = clock_boot_ms();
	visit->event = (uint8_t)event;
	job = job_of(visit, STORE_ACKNOWLEDGE);
	job.seconds = event == STORE_DEFERRED
			  ? portal->conf->later_seconds
			  : portal->conf->zones[visit->zone].release_for_seconds;
	note_learned(portal, visit, &job);
	if (!store_put(portal->store, &job))
		return false;
	visit->state = VISIT_ACKNOWLEDGED;
	return true;
}

void admit_ended(struct portal *portal, const struct ether *mac)
{
	const struct visit *visit = visit_find(portal->visits, mac);
	struct store_job job = {.kind = STORE_REVOKE, .mac = *mac};

	/* A new release is on its way to gate: the one that has ended was before it. */
	if ((visit != NULL && visit->state == VISIT_ACKNOWLEDGED) || wish_releases(mac))
		return;
	if (!store_put(portal->store, &job))
		log_warnx("store: queue full: a release that has ended comes back at the next "
			  "start, to end again");
}

void admit_stored(struct portal *portal)
{
	struct store_job jobs[STORED_AT_ONCE];
	size_t n;

	while ((n = store_take(portal->store, jobs, STORED_AT_ONCE)) > 0)
		for (size_t i = 0; i < n; i++) {
			const struct store_job *job = &jobs[i];

			if (job->kind == STORE_ACKNOWLEDGE)
				visit_stored(portal, job);
			else if (job->kind == STORE_KEY || job->kind == STORE_FORGET)
				memory_stored(portal->memory, job);
			else if (job->tag != 0)
				wish_stored(portal, job);
			else if (job->kind == STORE_ADD && !job->stored)
				tally_again(&portal->tally, job, clock_boot_ms());
		}
}

/* --- the start --- */

struct replay {
	struct store_lease *leases;
	size_t count, room;
	size_t refused; /* the first of the leases, in the end */
};

static void replay_add(void *arg, const struct store_lease *lease)
{
	struct replay *replay = arg;

	if (replay->count == replay->room) {
		size_t room = replay->room != 0 ? replay->room * 2 : 64;
		struct store_lease *grown = realloc(replay->leases, room * sizeof(*grown));

		if (grown == NULL)
			fatal("memory");
		replay->leases = grown;
		replay->room = room;
	}
	replay->leases[replay->count++] = *lease;
}

static void replay_answer(void *arg, const struct msg *answer)
{
	struct replay *replay = arg;

	/* The answers come in order, so what was refused before is already in front. */
	if (answer->status != MSG_OK)
		replay->leases[replay->refused++].mac = answer->mac;
}

static int gate_wait(struct ask *ask)
{
	struct pollfd pfd = {.fd = ask_fd(ask), .events = POLLIN};

	if (ask_send(ask) < 0)
		return -1;
	if (poll(&pfd, 1, GATE_WAIT_MS) != 1) {
		errno = ETIMEDOUT;
		return -1;
	}
	return ask_read(ask);
}

static int replay_all(struct ask *ask, struct replay *replay)
{
	for (size_t i = 0; i < replay->count; i++) {
		struct msg question = {.type = MSG_RELEASE,
				       .mac = replay->leases[i].mac,
				       .zone = replay->leases[i].zone,
				       .seconds = replay->leases[i].seconds_left};

		while (!ask_put(ask, &question, replay_answer, replay))
			if (gate_wait(ask) < 0)
				return -1;
	}
	while (ask_pending(ask) > 0)
		if (gate_wait(ask) < 0)
			return -1;
	return 0;
}

/* What gate would not take must not come back at every start. */
static void refused_forget(struct store *store, const struct replay *replay)
{
	size_t i = 0;

	while (i < replay->refused) {
		struct store_job job = {.kind = STORE_REVOKE, .mac = replay->leases[i].mac};

		if (!store_put(store, &job))
			break;
		i++;
	}
	if (replay->refused > 0)
		log_warnx("gate refused %zu stored releases, %zu are taken out: is limits.released "
			  "smaller than it was?", replay->refused, i);
}

int admit_start(struct portal *portal)
{
	struct replay replay = {0};
	int rc;

	store_leases(portal->store, replay_add, &replay);
	rc = ask_hello(portal->ask, (uint32_t)replay.count);
	if (rc == 0)
		rc = replay_all(portal->ask, &replay);
	if (rc == 0)
		refused_forget(portal->store, &replay);
	/* When it cannot, which the store says, the next start does. */
	if (rc == 0 && store_settle_owed(portal->store) < 0)
		log_debug("what is owed is counted at the next start");
	if (rc == 0)
		rc = store_start(portal->store);
	free(replay.leases);
	return rc;
}
