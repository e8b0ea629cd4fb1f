/*
 * Ends sessions; see session.h. Knows no device longer than the end takes, but for a keyed
 * hash of each of the last few, so that the page that says so is shown once it is true.
 */
#include "portal/session.h"

#include <sodium.h>
#include <string.h>
#include <sys/random.h>

#include "common/clock.h"
#include "portal/flow.h"
#include "portal/http.h"
#include "portal/wish.h"

enum {
	KEY_BYTES = 32,
	TOKEN_BYTES = (PAGE_TOKEN_SIZE - 1) / 2,
	ENDED_MAX = 64,
	ENDED_MS = 2 * 60 * 1000, /* who comes later is the next person */
};

_Static_assert((unsigned)TOKEN_BYTES >= crypto_generichash_BYTES_MIN, "as a result");

/* One whose end is under way. */
struct session {
	bool busy;
	struct ether mac;
	struct request *waiters; /* a second tap waits for the same outcome */
};

static struct {
	bool drawn;
	uint8_t key[KEY_BYTES];
	struct session session[WISHES_PEOPLE];
	struct {
		uint8_t hash[TOKEN_BYTES];
		int64_t at_ms; /* 0: free */
	} ended[ENDED_MAX];
	size_t next;
} sessions;

static bool has_key(void)
{
	if (!sessions.drawn)
		sessions.drawn = getrandom(sessions.key, KEY_BYTES, 0) == KEY_BYTES;
	return sessions.drawn;
}

/* end: of its release; 0: any. */
static void hash_of(const struct ether *mac, uint32_t end, uint8_t out[TOKEN_BYTES])
{
	uint8_t in[ETHER_LEN + sizeof(end)];

	memcpy(in, mac->byte, ETHER_LEN);
	memcpy(in + ETHER_LEN, &end, sizeof(end));
	crypto_generichash(out, TOKEN_BYTES, in, sizeof(in), sessions.key, KEY_BYTES);
}

static void token_of(const struct msg *found, char out[PAGE_TOKEN_SIZE])
{
	uint8_t hash[TOKEN_BYTES];

	hash_of(&found->mac, found->value, hash);
	sodium_bin2hex(out, PAGE_TOKEN_SIZE, hash, TOKEN_BYTES);
}

static bool is_shared(const struct portal *portal, const struct msg *found)
{
	return portal->conf->zones[found->zone].shared && !(found->flags & MSG_FLAG_TRUSTED);
}

void session_page(const struct portal *portal, const struct request *request, struct reply *reply)
{
	if (!is_shared(portal, &request->found) || !has_key())
		return;
	token_of(&request->found, reply->token);
	reply->page.token = reply->token;
	reply->page.shared = true;
	reply->page.portal = request->host;
}

static bool is_own_form(const struct request *request)
{
	const struct request_field *field = &request->token;
	char token[PAGE_TOKEN_SIZE];

	if (field->count != 1 || field->bad || strlen(field->value) != PAGE_TOKEN_SIZE - 1 ||
	    !has_key())
		return false;
	token_of(&request->found, token);
	return sodium_memcmp(token, field->value, PAGE_TOKEN_SIZE - 1) == 0;
}

/* --- the end --- */

static void ended_note(const struct ether *mac)
{
	hash_of(mac, 0, sessions.ended[sessions.next].hash);
	sessions.ended[sessions.next].at_ms = clock_boot_ms();
	sessions.next = (sessions.next + 1) % ENDED_MAX;
}

static bool has_just_ended(const struct ether *mac)
{
	int64_t since = clock_boot_ms() - ENDED_MS;
	uint8_t hash[TOKEN_BYTES];

	if (!has_key())
		return false;
	hash_of(mac, 0, hash);
	for (size_t i = 0; i < ENDED_MAX; i++)
		if (sessions.ended[i].at_ms != 0 && sessions.ended[i].at_ms >= since &&
		    memcmp(sessions.ended[i].hash, hash, TOKEN_BYTES) == 0)
			return true;
	return false;
}

/* Stored and revoked, or neither, or the store alone: then it is still online, and the
 * next try goes the whole way again. */
static void session_revoked(void *arg, const struct wish_outcome *outcome)
{
	struct session *session = arg;
	struct request *waiters = session->waiters;

	if (outcome->status == MSG_OK)
		ended_note(&outcome->mac);
	*session = (struct session){0};
	http_wake(waiters, outcome->status == MSG_OK);
}

static struct session *session_find(const struct ether *mac)
{
	for (size_t i = 0; i < WISHES_PEOPLE; i++)
		if (sessions.session[i].busy && ether_equal(&sessions.session[i].mac, mac))
			return &sessions.session[i];
	return NULL;
}

static struct session *session_begin(struct portal *portal, const struct ether *mac)
{
	for (size_t i = 0; i < WISHES_PEOPLE; i++) {
		struct session *session = &sessions.session[i];

		if (session->busy)
			continue;
		if (!wish_revoke(portal, mac, session_revoked, session))
			return NULL;
		*session = (struct session){.busy = true, .mac = *mac};
		return session;
	}
	return NULL;
}

bool session_end(struct portal *portal, struct request *request, struct reply *reply)
{
	const struct ether *mac = &request->found.mac;
	struct session *session;

	if (!is_shared(portal, &request->found)) {
		flow_lead(portal, request, reply, "/online");
		return true;
	}
	if (!is_own_form(request)) {
		flow_notice(portal, request, reply, 403, PAGE_STILL_ON);
		return true;
	}
	session = session_find(mac);
	if (session == NULL)
		session = session_begin(portal, mac);
	if (session == NULL) {
		flow_notice(portal, request, reply, 503, PAGE_STILL_ON);
		return true;
	}
	request->next_waiter = session->waiters;
	session->waiters = request;
	return false;
}

void session_ended(const struct portal *portal, const struct request *request, struct reply *reply)
{
	bool just = has_just_ended(&request->found.mac);

	if (just && !request->post) {
		flow_notice(portal, request, reply, 200, PAGE_ENDED);
		return;
	}
	flow_lead(portal, request, reply, just ? "/ended" : "/");
	if (!request->post)
		reply->status = 302;
}
