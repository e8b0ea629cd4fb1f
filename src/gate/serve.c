/*
 * Gate's side of the conversation with portal. It trusts nothing: a packet of the wrong
 * size, type or content ends gate, and the service manager starts both anew.
 */
#include "gate/serve.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/msg.h"
#include "gate/idle.h"
#include "gate/resolver.h"

enum { TICK_MAX = 128 };

struct tick {
	struct msg msg[TICK_MAX]; /* the questions, then their answers */
	size_t count;
	struct neigh_query query[TICK_MAX]; /* for those that name an address */
	size_t query_count;
	struct released_change change[TICK_MAX];
	size_t change_count;
	uint8_t query_of[TICK_MAX];  /* message -> query */
	uint8_t change_of[TICK_MAX]; /* message -> change */
	bool asked_kernel[TICK_MAX]; /* the message has a change */
	int64_t now_ms;
};

static bool tick_receive(struct tick *tick, int fd)
{
	struct mmsghdr header[TICK_MAX];
	struct iovec iov[TICK_MAX];
	int n;

	memset(header, 0, sizeof(header));
	for (size_t i = 0; i < TICK_MAX; i++) {
		iov[i] = (struct iovec){.iov_base = &tick->msg[i], .iov_len = sizeof(struct msg)};
		header[i].msg_hdr.msg_iov = &iov[i];
		header[i].msg_hdr.msg_iovlen = 1;
	}
	n = recvmmsg(fd, header, TICK_MAX, MSG_DONTWAIT, NULL);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (n <= 0)
		return false;
	for (int i = 0; i < n; i++) {
		if (header[i].msg_len == 0) /* the end of the stream */
			return i > 0;
		if (header[i].msg_len != sizeof(struct msg) ||
		    header[i].msg_hdr.msg_flags & (MSG_TRUNC | MSG_CTRUNC) ||
		    !msg_is_question(&tick->msg[i]))
			fatalx("portal sent a malformed message: stopping both");
		tick->count++;
	}
	return true;
}

static void tick_answer(struct tick *tick, int fd)
{
	struct mmsghdr header[TICK_MAX];
	struct iovec iov[TICK_MAX];
	size_t sent = 0;

	memset(header, 0, sizeof(header));
	for (size_t i = 0; i < tick->count; i++) {
		iov[i] = (struct iovec){.iov_base = &tick->msg[i], .iov_len = sizeof(struct msg)};
		header[i].msg_hdr.msg_iov = &iov[i];
		header[i].msg_hdr.msg_iovlen = 1;
	}
	while (sent < tick->count) {
		int n = sendmmsg(fd, header + sent, (unsigned)(tick->count - sent),
				 MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n <= 0 && (errno == EPIPE || errno == ECONNRESET))
			return; /* the next read tells */
		if (n <= 0)
			fatal("portal does not read its answers: stopping both");
		sent += (size_t)n;
	}
}

/* --- what a question needs to be known before it is answered --- */

static void need_address(struct tick *tick, size_t i)
{
	const struct msg *msg = &tick->msg[i];
	struct neigh_query *query = &tick->query[tick->query_count];

	if (msg->family == 0)
		return;
	memset(query, 0, sizeof(*query));
	query->address.family = msg->family;
	memcpy(query->address.byte, msg->address, sizeof(query->address.byte));
	query->ifindex = msg->ifindex;
	tick->query_of[i] = (uint8_t)tick->query_count++;
}

/* Where the device is now, by the address it names or by its MAC; 0: not here. */
static uint32_t device_ifindex(struct gate *gate, struct tick *tick, size_t i, struct ether *mac)
{
	const struct msg *msg = &tick->msg[i];
	const struct neigh_query *query = &tick->query[tick->query_of[i]];

	if (msg->family == 0) {
		*mac = msg->mac;
		return neigh_find_mac(&gate->links, &gate->route, mac);
	}
	*mac = query->mac;
	return query->found ? query->found_ifindex : 0;
}

static uint32_t longest_release(const struct conf *conf)
{
	uint32_t most = 0;

	for (size_t z = 0; z < conf->zone_count; z++)
		if (conf->zones[z].release_for_seconds > most)
			most = conf->zones[z].release_for_seconds;
	return most;
}

static struct released_change *change_add(struct tick *tick, size_t i, const struct ether *mac)
{
	struct released_change *change = &tick->change[tick->change_count];

	tick->asked_kernel[i] = true;
	tick->change_of[i] = (uint8_t)tick->change_count++;
	*change = (struct released_change){.mac = *mac};
	return change;
}

/* A stored release, named at start, of a device that need not be here now. */
static bool is_replay(struct gate *gate, const struct msg *msg)
{
	if (gate->replay_left == 0)
		return false;
	if (msg->type != MSG_RELEASE || msg->family != 0)
		fatalx("portal broke off its replay: stopping both");
	if (msg->zone >= gate->conf->zone_count)
		fatalx("portal replays a release of a zone that is not there: stopping both");
	gate->replay_left--;
	return true;
}

static void need_release(struct gate *gate, struct tick *tick, size_t i)
{
	struct msg *msg = &tick->msg[i];
	uint32_t limit = longest_release(gate->conf);
	struct released_change *change;
	struct ether mac = msg->mac;
	bool replay = is_replay(gate, msg);

	if (!replay) {
		const struct neigh_link *link =
		    neigh_link(&gate->links, device_ifindex(gate, tick, i, &mac));

		if (msg->zone != 0)
			fatalx("portal sent a malformed message, a zone outside of its replay: "
			       "stopping both");
		if (link == NULL || !ether_equal(&mac, &msg->mac)) {
			msg->status = MSG_ABSENT;
			return;
		}
		msg->ifindex = link->ifindex;
		msg->zone = link->zone;
		limit = gate->conf->zones[link->zone].release_for_seconds;
	}
	if (msg->seconds > limit)
		msg->seconds = limit;
	change = change_add(tick, i, &mac);
	change->expires = tick->now_ms + (int64_t)msg->seconds * 1000;
	change->zone = (uint8_t)msg->zone;
	/* Of a stored release only what is left is known: it counts as a whole one. */
	if (!conf_is_trusted(gate->conf, &mac))
		change->ending = (uint8_t)ending_at_first(
		    gate->conf, msg->zone,
		    replay ? gate->conf->zones[msg->zone].release_for_seconds : msg->seconds);
}

static void need_revoke(struct gate *gate, struct tick *tick, size_t i)
{
	(void)gate;
	change_add(tick, i, &tick->msg[i].mac);
}

/* --- the answers --- */

static void answer_hello(struct gate *gate, struct tick *tick, size_t i)
{
	struct msg *msg = &tick->msg[i];

	if (gate->greeted || msg->value != MSG_PROTOCOL)
		fatalx("portal speaks protocol %u, expected %d: are both programs of one version?",
		       (unsigned)msg->value, MSG_PROTOCOL);
	if (msg->count > CONF_RELEASED_MAX)
		fatalx("portal wants to replay too many releases: stopping both");
	gate->greeted = true;
	gate->replay_left = msg->count;
	/* Closed: nobody passes while the releases are being restored, unless by the rules
	 * that an earlier gate has left. */
	if (!gate->conf->when_down_open && !ruleset_exists(&gate->nft))
		gate_install(gate);
	msg->status = MSG_OK;
}

static void answer_find(struct gate *gate, struct tick *tick, size_t i)
{
	struct msg *msg = &tick->msg[i];
	struct ether mac;
	const struct neigh_link *link =
	    neigh_link(&gate->links, device_ifindex(gate, tick, i, &mac));

	if (link == NULL) {
		msg->status = MSG_ABSENT;
		return;
	}
	msg->mac = mac;
	msg->ifindex = link->ifindex;
	msg->zone = link->zone;
	msg->seconds = released_seconds(gate->released, &mac, tick->now_ms);
	msg->value = released_end(gate->released, &mac);
	msg->flags = (conf_is_trusted(gate->conf, &mac) ? MSG_FLAG_TRUSTED : 0u) |
		     (ending_is_now(&gate->ending, &mac) ? MSG_FLAG_ENDING : 0u) |
		     (gate->uplink.down ? MSG_FLAG_UPLINK_DOWN : 0u);
	msg->status = MSG_OK;
}

static void answer_change(struct gate *gate, struct tick *tick, size_t i)
{
	struct msg *msg = &tick->msg[i];
	const struct released_change *change = &tick->change[tick->change_of[i]];

	if (!tick->asked_kernel[i])
		return;
	msg->status = change->done ? MSG_OK : change->full ? MSG_FULL : MSG_FAILED;
	if (change->done && msg->type == MSG_RELEASE)
		idle_begin(gate, &change->mac, msg->zone, tick->now_ms);
	if (!change->done || gate->flows == NULL || !gate->in_place)
		return;
	if (msg->type == MSG_RELEASE) {
		flows_drop(gate->flows, &change->mac, FLOWS_REDIRECTED);
		return;
	}
	flows_drop(gate->flows, &change->mac, FLOWS_ALL);
	flows_hurry(gate->flows);
}

static void answer_spare(struct gate *gate, struct tick *tick, size_t i)
{
	struct msg *msg = &tick->msg[i];

	msg->seconds = released_seconds(gate->released, &msg->mac, tick->now_ms);
	if (msg->seconds == 0) {
		msg->status = MSG_ABSENT;
		return;
	}
	msg->status = ending_spare(&gate->ending, &gate->nft, &msg->mac) ? MSG_OK : MSG_FAILED;
	/* A connection that was led here must not stay so. */
	if (msg->status == MSG_OK && gate->flows != NULL)
		flows_drop(gate->flows, &msg->mac, FLOWS_REDIRECTED);
}

static void answer_count(struct gate *gate, struct tick *tick, size_t i)
{
	struct msg *msg = &tick->msg[i];

	msg->count = released_count(gate->released);
	msg->seconds = gate->conf->released_max;
	msg->value = gate->neighbour_limit;
	msg->interfaces = neigh_links_present(&gate->links);
	msg->flags = (gate->in_place ? MSG_FLAG_TABLE : 0u) |
		     (gate->ruleset.owner ? MSG_FLAG_OWNER : 0u) |
		     (gate->flows != NULL ? MSG_FLAG_CTNETLINK : 0u) |
		     (gate->uplink.down ? MSG_FLAG_UPLINK_DOWN : 0u) |
		     (gate->resolver_fd >= 0 || !resolver_is_needed(gate->conf)
			  ? MSG_FLAG_RESOLVER
			  : 0u);
	msg->status = MSG_OK;
}

/* A word of gate's own. */
static bool say(const struct gate *gate, const struct msg *word)
{
	return !gate->greeted || send(gate->portal_fd, word, sizeof(*word),
				      MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)sizeof(*word);
}

void serve_reload(const struct gate *gate)
{
	const struct msg word = {.type = MSG_RELOAD, .status = MSG_OK};

	if (!say(gate, &word))
		log_warn("portal could not be told to take the new content");
}

void serve_ended(const struct gate *gate, const struct ether *mac)
{
	const struct msg word = {.type = MSG_ENDED, .status = MSG_OK, .mac = *mac};

	if (!say(gate, &word))
		log_warn("portal could not be told that a release has ended: after a restart it "
			 "ends once more");
}

typedef void serve_step(struct gate *gate, struct tick *tick, size_t i);

static const struct {
	bool address;	   /* may name an address */
	serve_step *need;  /* before the tick's transaction */
	serve_step *answer; /* after it */
} serve_types[MSG__MAX] = {
    [MSG_HELLO] = {false, NULL, answer_hello},
    [MSG_FIND] = {true, NULL, answer_find},
    [MSG_RELEASE] = {true, need_release, answer_change},
    [MSG_REVOKE] = {false, need_revoke, answer_change},
    [MSG_COUNT] = {false, NULL, answer_count},
    [MSG_SPARE] = {false, NULL, answer_spare},
};

static void tick_order(const struct gate *gate, const struct tick *tick)
{
	for (size_t i = 0; i < tick->count; i++)
		if (!gate->greeted && !(i == 0 && tick->msg[i].type == MSG_HELLO))
			fatalx("portal did not begin with HELLO: stopping both");
}

bool serve_tick(struct gate *gate)
{
	static struct tick tick;

	tick.count = tick.query_count = tick.change_count = 0;
	memset(tick.asked_kernel, 0, sizeof(tick.asked_kernel));
	if (!tick_receive(&tick, gate->portal_fd))
		return false;
	if (tick.count == 0)
		return true;
	tick_order(gate, &tick);
	for (size_t i = 0; i < tick.count; i++)
		if (serve_types[tick.msg[i].type].address)
			need_address(&tick, i);
	if (neigh_find(&gate->links, &gate->route, tick.query, tick.query_count) < 0)
		log_warn("neighbour table");
	tick.now_ms = clock_boot_ms();
	for (size_t i = 0; i < tick.count; i++)
		if (serve_types[tick.msg[i].type].need != NULL)
			serve_types[tick.msg[i].type].need(gate, &tick, i);
	ending_leave(&gate->ending, &gate->nft, tick.change, tick.change_count);
	released_apply(gate->released, &gate->nft, tick.change, tick.change_count, tick.now_ms,
		       gate->in_place);
	for (size_t i = 0; i < tick.count; i++)
		serve_types[tick.msg[i].type].answer(gate, &tick, i);
	if (!gate->in_place && gate->replay_left == 0)
		gate_install(gate);
	for (size_t i = 0; i < tick.change_count; i++) {
		int64_t ends = tick.change[i].expires + RELEASED_GRACE_MS;

		if (tick.change[i].expires != 0 && ends < gate->next_expiry_ms)
			gate->next_expiry_ms = ends;
		ending_note(&gate->ending, &tick.change[i]);
	}
	tick_answer(&tick, gate->portal_fd);
	return true;
}
