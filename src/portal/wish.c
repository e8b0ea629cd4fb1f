/* Wishes in a fixed table; see wish.h. */
#include "portal/wish.h"

#include <arpa/inet.h>

#include "common/clock.h"
#include "common/log.h"

enum { WISHES = WISHES_OPERATOR + WISHES_PEOPLE };

/* Its index + 1 is the tag of its jobs in the store; 0 is for visits. */
struct wish {
	struct portal *portal;
	struct wish_outcome outcome;
	bool releases;
	wish_done *done; /* NULL: free */
	void *arg;
};

static struct wish wishes[WISHES];

static struct wish *wish_new(struct portal *portal, bool releases, wish_done *done, void *arg)
{
	for (size_t i = 0; i < WISHES; i++)
		if (wishes[i].done == NULL) {
			wishes[i] = (struct wish){
			    .portal = portal, .releases = releases, .done = done, .arg = arg};
			return &wishes[i];
		}
	return NULL;
}

static void wish_finish(struct wish *wish, enum msg_status status)
{
	wish_done *done = wish->done;

	wish->done = NULL;
	wish->outcome.status = status;
	done(wish->arg, &wish->outcome);
}

bool wish_releases(const struct ether *mac)
{
	for (size_t i = 0; i < WISHES; i++)
		if (wishes[i].done != NULL && wishes[i].releases &&
		    ether_equal(&wishes[i].outcome.mac, mac))
			return true;
	return false;
}

static bool wish_store(struct wish *wish, unsigned zone)
{
	struct store_job job = {.kind = wish->releases ? STORE_GRANT : STORE_REVOKE,
				.tag = (uint32_t)(wish - wishes) + 1,
				.mac = wish->outcome.mac,
				.zone = (uint8_t)zone,
				.seconds = wish->portal->conf->zones[zone].release_for_seconds,
				.boot_ms = clock_boot_ms()};

	return store_put(wish->portal->store, &job);
}

/* Gate has answered RELEASE or REVOKE. A release that gate refused must not come back at
 * the next start. */
static void wish_answered(void *arg, const struct msg *answer)
{
	struct wish *wish = arg;

	if (wish->releases && answer->status != MSG_OK) {
		struct store_job undo = {.kind = STORE_REVOKE, .mac = wish->outcome.mac};

		if (!store_put(wish->portal->store, &undo))
			log_warnx("store: queue full: a refused release stays stored");
	}
	if (wish->releases)
		wish->outcome.seconds = answer->seconds;
	wish_finish(wish, (enum msg_status)answer->status);
}

void wish_stored(struct portal *portal, const struct store_job *job)
{
	struct wish *wish = &wishes[job->tag - 1];
	struct msg question = {.type = wish->releases ? MSG_RELEASE : MSG_REVOKE,
			       .mac = job->mac,
			       .seconds = wish->releases ? job->seconds : 0};

	if (!job->stored || !ask_put(portal->ask, &question, wish_answered, wish))
		wish_finish(wish, MSG_FAILED);
}

static bool wish_ask(struct wish *wish, const struct msg *question, ask_answer *answer)
{
	if (wish != NULL && !ask_put(wish->portal->ask, question, answer, wish)) {
		wish->done = NULL;
		return false;
	}
	return wish != NULL;
}

/* --- a release --- */

/* Where the device is says for how long its release is. */
static void release_found(void *arg, const struct msg *answer)
{
	struct wish *wish = arg;

	if (answer->status != MSG_OK)
		wish_finish(wish, (enum msg_status)answer->status);
	else if (!wish_store(wish, answer->zone))
		wish_finish(wish, MSG_FAILED);
}

bool wish_release(struct portal *portal, const struct ether *mac, wish_done *done, void *arg)
{
	struct msg question = {.type = MSG_FIND, .mac = *mac};
	struct wish *wish = wish_new(portal, true, done, arg);

	if (wish != NULL)
		wish->outcome.mac = *mac;
	return wish_ask(wish, &question, release_found);
}

/* --- the end of one --- */

static bool revoke_begin(struct wish *wish)
{
	struct visits *visits = wish->portal->visits;
	struct visit *visit = visit_find(visits, &wish->outcome.mac);

	/* One that is being stored right now: first that, then the revocation. */
	if (visit != NULL && visit->state == VISIT_ACKNOWLEDGED)
		return false;
	if (visit != NULL)
		visit_end(visits, visit);
	return wish_store(wish, 0);
}

bool wish_revoke(struct portal *portal, const struct ether *mac, wish_done *done, void *arg)
{
	struct wish *wish = wish_new(portal, false, done, arg);

	if (wish == NULL)
		return false;
	wish->outcome.mac = *mac;
	if (revoke_begin(wish))
		return true;
	wish->done = NULL;
	return false;
}

static void end_found(void *arg, const struct msg *answer)
{
	static const struct ether none;
	struct wish *wish = arg;
	bool gone = answer->status == MSG_ABSENT && !ether_equal(&answer->mac, &none);

	wish->outcome.mac = answer->mac;
	wish->outcome.seconds = answer->seconds;
	wish->outcome.trusted = (answer->flags & MSG_FLAG_TRUSTED) != 0;
	/* A device that has left may be released still. */
	if ((answer->status != MSG_OK && !gone) || wish->outcome.trusted)
		wish_finish(wish, (enum msg_status)answer->status);
	else if (!revoke_begin(wish))
		wish_finish(wish, MSG_FAILED);
}

bool wish_end(struct portal *portal, const struct msg *find, wish_done *done, void *arg)
{
	return wish_ask(wish_new(portal, false, done, arg), find, end_found);
}

bool wish_names(const char *text, struct msg *find)
{
	*find = (struct msg){.type = MSG_FIND};
	if (ether_parse(text, &find->mac))
		return ether_is_unicast(&find->mac);
	find->mac = (struct ether){{0}};
	if (inet_pton(AF_INET, text, find->address) == 1)
		find->family = 4;
	else if (inet_pton(AF_INET6, text, find->address) == 1)
		find->family = 6;
	return find->family != 0;
}
